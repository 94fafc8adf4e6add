"""The life of a collector: ask, keep the answer and its time, back off while the service does not answer."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipegen.errors import ServiceError

T = TypeVar("T")
_LONGEST_BACKOFF_S = 5.0


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """The last answer of a service and what is known of the service now.

    Attributes:
        value: The last answer; kept, and ageing, while the service does not answer. None before the first.
        measured_ns: Monotonic time of that answer; None before the first.
        failure: Why the newest attempt failed; None when it did not.
        attempts: Attempts so far.
    """

    value: T | None = None
    measured_ns: int | None = None
    failure: str | None = None
    attempts: int = 0

    def age_ms(self) -> float | None:
        """Age of ``value`` now, in milliseconds."""
        return None if self.measured_ns is None else (time.monotonic_ns() - self.measured_ns) / 1e6


class Collector(ABC, Generic[T]):
    """Asks one service every ``interval_s`` on the loop.

    Args:
        interval_s: Time between the starts of two attempts; doubled after each failure, up to 5 s.
        on_failure: Called with the error of a failed attempt.
    """

    name: str

    def __init__(self, *, interval_s: float, on_failure: Callable[[ServiceError], None] | None = None) -> None:
        self._interval_s = interval_s
        self._on_failure = on_failure
        self._reading: Reading[T] = Reading()

    @property
    def reading(self) -> Reading[T]:
        """The newest reading; safe from any thread."""
        return self._reading

    @abstractmethod
    async def measure(self) -> T:
        """Asks the service once.

        Raises:
            ServiceError: when it does not answer or refuses.
        """

    async def collect(self) -> Reading[T]:
        """One attempt, kept whatever comes of it."""
        last = self._reading
        try:
            value = await self.measure()
        except ServiceError as error:
            reading = Reading(last.value, last.measured_ns, error.message, last.attempts + 1)
            if self._on_failure is not None:
                self._on_failure(error)
        except Exception as error:  # noqa: BLE001 -- an answer that we do not understand must not end the collector
            text = f"{self.name} gave an answer that PipeGen does not understand: {type(error).__name__}: {error}"
            reading = Reading(last.value, last.measured_ns, text, last.attempts + 1)
            if self._on_failure is not None:
                self._on_failure(ServiceError(text))
        else:
            reading = Reading(value, time.monotonic_ns(), None, last.attempts + 1)
        self._reading = reading
        return reading

    async def run(self) -> None:
        """Collects until cancelled."""
        wait_s = self._interval_s
        while True:
            started = time.monotonic()
            reading = await self.collect()
            wait_s = self._interval_s if reading.failure is None else min(wait_s * 2, _LONGEST_BACKOFF_S)
            await asyncio.sleep(max(0.0, wait_s - (time.monotonic() - started)))


def rate_per_s(now: int, now_ns: int, before: int, before_ns: int) -> float | None:
    """Growth of a counter per second between two readings; None when no time passed or the counter fell."""
    if now_ns <= before_ns or now < before:
        return None
    return (now - before) * 1e9 / (now_ns - before_ns)
