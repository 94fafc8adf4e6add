"""The thread of the compiled send loop, which needs Python neither for a record nor for its delivery report."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from pipegen.errors import FaultCode, KafkaError
from pipegen.hotpath import KafkaSender, Meters, Pacer
from pipegen.run.producer import RecordSource


class NativeProducerThread(threading.Thread):
    """Sends until the plan is exhausted or :meth:`stop` is called, then waits for the delivery reports.

    Args:
        sender: Sends; used by this thread alone, and once.
        records: Makes the records.
        pacer: Says which events are due.
        meters: Counts and measures.
        on_crash: Called with the exception when the loop ends unexpectedly.
    """

    def __init__(
        self,
        *,
        sender: KafkaSender,
        records: RecordSource,
        pacer: Pacer,
        meters: Meters,
        on_crash: Callable[[BaseException], None],
    ) -> None:
        super().__init__(name="pipegen-producer", daemon=True)
        self._sender = sender
        self._records = records
        self._pacer = pacer
        self._meters = meters
        self._on_crash = on_crash
        self.cpu_s: float | None = None
        """CPU seconds of this thread, delivery reports included; None until it has ended."""

    def stop(self) -> None:
        """Sends nothing more; records under way are still waited for."""
        self._pacer.stop()

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed."""
        self._pacer.stop()
        self._sender.abandon()

    def run(self) -> None:
        """Thread body."""
        try:
            fatal = self._sender.run(pacer=self._pacer, meters=self._meters, records=self._records)
            if fatal is not None:
                name, text = fatal
                raise KafkaError(f"the Kafka client can send nothing more: {text}", code=FaultCode(kafka=name))
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the runner must hear of it
            self._on_crash(error)
        finally:
            self.cpu_s = time.thread_time()
