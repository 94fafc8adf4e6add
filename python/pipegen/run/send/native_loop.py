"""The thread of the compiled send loop, which needs Python neither for a record nor for its delivery report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipegen.errors import FaultCode, KafkaError
from pipegen.hotpath import KafkaSender
from pipegen.run.send.thread import Feed, SendThread


class NativeProducerThread(SendThread):
    """The compiled send loop.

    Args:
        sender: Sends; used by this thread alone, and once.
        feeds: What goes to each of its topics.
        on_crash: Called with the exception when the loop ends unexpectedly.
    """

    def __init__(
        self, sender: KafkaSender, feeds: Sequence[Feed], *, on_crash: Callable[[BaseException], None]
    ) -> None:
        super().__init__(feeds, on_crash=on_crash)
        self._sender = sender

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed."""
        self.stop()
        self._sender.abandon()

    def send(self) -> None:
        """See :meth:`SendThread.send`."""
        fatal = self._sender.run([(feed.pacer, feed.meters, feed.records) for feed in self._feeds])
        if fatal is not None:
            name, text = fatal
            raise KafkaError(f"the Kafka client can send nothing more: {text}", code=FaultCode(kafka=name))
