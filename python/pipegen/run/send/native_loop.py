"""The thread of the compiled send loop, which needs Python neither for a record nor for its delivery report."""

from __future__ import annotations

from collections.abc import Callable

from pipegen.errors import FaultCode, KafkaError
from pipegen.hotpath import KafkaSender, Meters, Pacer
from pipegen.run.send.thread import RecordSource, SendThread


class NativeProducerThread(SendThread):
    """The compiled send loop.

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
        super().__init__(records=records, pacer=pacer, meters=meters, on_crash=on_crash)
        self._sender = sender

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed."""
        self._pacer.stop()
        self._sender.abandon()

    def send(self) -> None:
        """See :meth:`SendThread.send`."""
        fatal = self._sender.run(pacer=self._pacer, meters=self._meters, records=self._records)
        if fatal is not None:
            name, text = fatal
            raise KafkaError(f"the Kafka client can send nothing more: {text}", code=FaultCode(kafka=name))
