"""What the threads of both send loops share: stopping, telling of a crash, the CPU they used. Sends nothing itself."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipegen.hotpath import Meters, Pacer, Permits, RecordBatch


class RecordSource(Protocol):
    """Makes records: a ``RecordPlan`` or the rows of a data file."""

    def batch(self, permits: Permits, meters: Meters, /) -> RecordBatch:
        """One record for each permit, in order."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What goes to one topic.

    Attributes:
        records: Makes the records.
        pacer: Says which events are due.
        meters: Counts and measures.
    """

    records: RecordSource
    pacer: Pacer
    meters: Meters


class SendThread(threading.Thread, ABC):
    """Sends until every plan is exhausted or :meth:`stop` is called, then waits for the delivery reports.

    Args:
        feeds: What goes to each topic of the client.
        on_crash: Called with the exception when the loop ends unexpectedly.
    """

    def __init__(self, feeds: Sequence[Feed], *, on_crash: Callable[[BaseException], None]) -> None:
        super().__init__(name="pipegen-producer", daemon=True)
        self._feeds = feeds
        self._on_crash = on_crash
        self.cpu_s: float | None = None
        """CPU seconds of this thread, delivery reports included; None until it has ended."""

    @abstractmethod
    def send(self) -> None:
        """The send loop, to its end.

        Raises:
            KafkaError: when the client can send nothing more.
        """

    def stop(self) -> None:
        """Sends nothing more; records under way are still waited for."""
        for feed in self._feeds:
            feed.pacer.stop()

    def run(self) -> None:
        """Thread body."""
        try:
            self.send()
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the runner must hear of it
            self._on_crash(error)
        finally:
            self.cpu_s = time.thread_time()
