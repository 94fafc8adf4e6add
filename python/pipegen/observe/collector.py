"""The life of a collector: ask, keep the answer and its time, back off while the service does not answer."""

from __future__ import annotations

import asyncio
import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pipegen.errors import ServiceError

T = TypeVar("T")
_LONGEST_BACKOFF_S: Final = 5.0
_LARGEST_SHARE: Final = 0.25
_LONGEST_INTERVAL_S: Final = 10.0
_SHORTEST_INTERVAL_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """The last answer of a service and what is known of the service now.

    Attributes:
        value: The last answer; kept, and ageing, while the service does not answer. None before the first.
        measured_ns: Monotonic time of that answer; None before the first.
        failure: Why the newest attempt failed; None when it did not.
        attempts: Attempts so far.
        call_ms: How long the newest attempt took; None before the first.
        interval_ms: Time between two attempts now.
    """

    value: T | None = None
    measured_ns: int | None = None
    failure: str | None = None
    attempts: int = 0
    call_ms: float | None = None
    interval_ms: float | None = None

    def age_ms(self) -> float | None:
        """Age of ``value`` now, in milliseconds."""
        return None if self.measured_ns is None else (time.monotonic_ns() - self.measured_ns) / 1e6


def next_interval_s(*, planned_s: float, call_s: float, failed: bool, before_s: float) -> float:
    """Time to the start of the next attempt. Pure.

    Asking takes at most a quarter of the time: a call that gets dear stretches the interval, up to 10 s. After failures
    the interval doubles, up to 5 s, so that a service's return is noticed soon.
    """
    if failed:
        return max(planned_s, min(before_s * 2, _LONGEST_BACKOFF_S))
    return max(planned_s, min(call_s / _LARGEST_SHARE, _LONGEST_INTERVAL_S))


class Collector(ABC, Generic[T]):
    """Asks one service every ``interval_s`` on the loop.

    Args:
        interval_s: Planned time between the starts of two attempts.
        timeout_s: An attempt that takes longer has failed.
        on_failure: Called with the error of a failed attempt.
    """

    name: str

    def __init__(
        self,
        *,
        interval_s: float,
        timeout_s: float = 10.0,
        on_failure: Callable[[ServiceError], None] | None = None,
    ) -> None:
        self._planned_s = interval_s
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._on_failure = on_failure
        self._reading: Reading[T] = Reading()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

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

    def close(self) -> None:
        """Gives back what the collector itself opened; its client is its owner's."""

    async def collect(self) -> Reading[T]:
        """One attempt, kept whatever comes of it."""
        last = self._reading
        started_s = time.monotonic()
        value: T | None = None
        failure: str | None = None
        try:
            async with asyncio.timeout(self._timeout_s):
                value = await self.measure()
        except ServiceError as error:
            failure = self._failed(error)
        except TimeoutError:
            failure = self._failed(ServiceError(f"{self.name} did not answer within {self._timeout_s:g} s"))
        except Exception as error:  # noqa: BLE001 -- an answer that we do not understand must not end the collector
            text = f"{self.name} gave an answer that PipeGen does not understand: {type(error).__name__}: {error}"
            failure = self._failed(ServiceError(text))
        call_s = time.monotonic() - started_s
        self._interval_s = next_interval_s(
            planned_s=self._planned_s, call_s=call_s, failed=failure is not None, before_s=self._interval_s
        )
        self._reading = Reading(
            value=last.value if failure is not None else value,
            measured_ns=last.measured_ns if failure is not None else time.monotonic_ns(),
            failure=failure,
            attempts=last.attempts + 1,
            call_ms=round(call_s * 1e3, 3),
            interval_ms=round(self._interval_s * 1e3, 1),
        )
        return self._reading

    async def run(self) -> None:
        """Collects until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            started = time.monotonic()
            self._woken.clear()
            await self.collect()
            with contextlib.suppress(TimeoutError):
                rest_s = self._interval_s - (time.monotonic() - started)
                await asyncio.wait_for(self._woken.wait(), max(0.0, rest_s))
                await asyncio.sleep(max(0.0, _SHORTEST_INTERVAL_S - (time.monotonic() - started)))

    def wake(self) -> None:
        """Asks again at once: somebody else saw that the service is in trouble. From any thread.

        While it is known not to answer this changes nothing: such signs come by the hundred then.
        """
        if self._loop is None or self._reading.failure is not None:
            return
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody asks any more
            self._loop.call_soon_threadsafe(self._woken.set)

    def _failed(self, error: ServiceError) -> str:
        if self._on_failure is not None:
            self._on_failure(error)
        return error.message


def rate_per_s(now: int, now_ns: int, before: int, before_ns: int) -> float | None:
    """Growth of a counter per second between two readings, to 0.001; None when no time passed or the counter fell."""
    if now_ns <= before_ns or now < before:
        return None
    return round((now - before) * 1e9 / (now_ns - before_ns), 3)
