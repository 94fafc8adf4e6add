"""The send loop: one thread that sends every record when it is due and never asks what happens to it afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from pipegen.hotpath import Meters, Pacer, Permits
from pipegen.run.send.thread import RecordSource, SendThread
from pipegen.services.kafka import Producer, QueueFullError, RefusedError, as_kafka_error

_BATCH_EVENTS: Final = 500
_LONGEST_WAIT_S: Final = 0.1
_SHORT_WAIT_NS: Final = 2_000_000
_FLUSH_SLICE_S: Final = 0.1


class ProducerThread(SendThread):
    """The send loop in Python, over confluent-kafka's own producer.

    Args:
        producer: Client to send with; used by this thread alone.
        topic: Topic to send to.
        records: Makes the records.
        pacer: Says which events are due.
        meters: Counts and measures.
        on_crash: Called with the exception when the loop ends unexpectedly.
    """

    def __init__(
        self,
        *,
        producer: Producer,
        topic: str,
        records: RecordSource,
        pacer: Pacer,
        meters: Meters,
        on_crash: Callable[[BaseException], None],
    ) -> None:
        super().__init__(records=records, pacer=pacer, meters=meters, on_crash=on_crash)
        self._producer = producer
        self._topic = topic
        self._abandon = threading.Event()

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed."""
        self._pacer.stop()
        self._abandon.set()

    def send(self) -> None:
        """See :meth:`SendThread.send`."""
        try:
            self._send_all()
            self._await_reports()
        except RefusedError as error:
            raise as_kafka_error("the Kafka client can send nothing more", error) from None

    def _send_all(self) -> None:
        producer, pacer = self._producer, self._pacer
        while not (pacer.exhausted or pacer.stopped):
            # The wait is librdkafka's, which wakes for delivery reports; the pacer only waits the last stretch.
            wait_ns = pacer.next_due_in_ns
            if wait_ns > _SHORT_WAIT_NS:
                producer.poll(min(_LONGEST_WAIT_S, (wait_ns - _SHORT_WAIT_NS / 2) / 1e9))
                continue
            permits = pacer.acquire(max_events=_BATCH_EVENTS, timeout_ns=2 * _SHORT_WAIT_NS)
            if permits is not None:
                self._send_batch(permits)
            producer.poll(0)

    def _send_batch(self, permits: Permits) -> None:
        produce, topic = self._producer.produce, self._topic
        for value, key, timestamp_ms, headers, on_delivery in self._records.batch(permits, self._meters):
            while True:
                try:
                    produce(topic, value, key, timestamp=timestamp_ms, headers=headers, on_delivery=on_delivery)  # type: ignore[arg-type]  # list is invariant
                    break
                except RefusedError as refusal:
                    # Larger than the client may send: it never gets as far as a delivery report.
                    on_delivery(refusal.args[0], None)
                    break
                except QueueFullError:
                    # The broker is slower than the plan. Waiting here makes later records late, which is counted.
                    if self._abandon.is_set():
                        self._meters.record_failed("_QUEUE_FULL")
                        break
                    self._producer.poll(_FLUSH_SLICE_S)

    def _await_reports(self) -> None:
        while self._producer.flush(_FLUSH_SLICE_S) > 0:
            if self._abandon.is_set():
                self._producer.purge()
                self._producer.flush(_FLUSH_SLICE_S)
                return
