"""The send loop: one thread that sends every record when it is due and never asks what happens to it afterwards."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Sequence
from typing import Final

from pipegen.hotpath import Meters, RecordBatch
from pipegen.run.send.thread import Feed, SendThread
from pipegen.services.kafka import Producer, QueueFullError, RefusedError, as_kafka_error

_BATCH_EVENTS: Final = 500
_LONGEST_WAIT_S: Final = 0.1
_SHORT_WAIT_NS: Final = 2_000_000
_FLUSH_SLICE_S: Final = 0.1

_Record = tuple[int, str, RecordBatch, Meters]
"""When a record is due, its topic, and the batch whose next record it is."""


def _due_ns(record: _Record) -> int:
    return record[0]


class ProducerThread(SendThread):
    """The send loop in Python, over confluent-kafka's own producer.

    Args:
        producer: Client to send with; used by this thread alone.
        topics: Topics to send to.
        feeds: What goes to each of them.
        on_crash: Called with the exception when the loop ends unexpectedly.
    """

    def __init__(
        self,
        producer: Producer,
        topics: Sequence[str],
        feeds: Sequence[Feed],
        *,
        on_crash: Callable[[BaseException], None],
    ) -> None:
        super().__init__(feeds, on_crash=on_crash)
        self._producer = producer
        self._topics = topics
        self._abandon = threading.Event()

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed."""
        self.stop()
        self._abandon.set()

    def send(self) -> None:
        """See :meth:`SendThread.send`."""
        try:
            self._send_all()
            self._await_reports()
        except RefusedError as error:
            raise as_kafka_error("the Kafka client can send nothing more", error) from None

    def _send_all(self) -> None:
        producer = self._producer
        while open_feeds := [feed for feed in self._feeds if not (feed.pacer.exhausted or feed.pacer.stopped)]:
            # The wait is librdkafka's, which wakes for delivery reports; the pacer only waits the last stretch.
            soonest = min(open_feeds, key=lambda feed: feed.pacer.next_due_in_ns)
            wait_ns = soonest.pacer.next_due_in_ns
            if wait_ns > _SHORT_WAIT_NS:
                producer.poll(min(_LONGEST_WAIT_S, (wait_ns - _SHORT_WAIT_NS / 2) / 1e9))
                continue
            for record in heapq.merge(*(self._due(feed, wait=feed is soonest) for feed in open_feeds), key=_due_ns):
                self._send(record)
            producer.poll(0)

    def _due(self, feed: Feed, *, wait: bool) -> list[_Record]:
        """What is due of one feed, in order."""
        permits = feed.pacer.acquire(max_events=_BATCH_EVENTS, timeout_ns=2 * _SHORT_WAIT_NS if wait else 0)
        if permits is None:
            return []
        due = map(permits.due_ns, range(permits.count))
        topic = self._topics[self._feeds.index(feed)]
        batch = feed.records.batch(permits, feed.meters)
        return [(due_ns, topic, batch, feed.meters) for due_ns in due]

    def _send(self, record: _Record) -> None:
        _, topic, batch, meters = record
        # A record counts as sent when it leaves its batch.
        value, key, timestamp_ms, headers, on_delivery = next(batch)
        while True:
            try:
                self._producer.produce(
                    topic,
                    value,
                    key,
                    timestamp=timestamp_ms,
                    headers=headers,  # type: ignore[arg-type]  # list is invariant
                    on_delivery=on_delivery,
                )
            except RefusedError as refusal:
                # Larger than the client may send: it never gets as far as a delivery report.
                on_delivery(refusal.args[0], None)
            except QueueFullError:
                # The broker is slower than the plan. Waiting here makes later records late, which is counted.
                if not self._abandon.is_set():
                    self._producer.poll(_FLUSH_SLICE_S)
                    continue
                meters.record_failed("_QUEUE_FULL")
            return

    def _await_reports(self) -> None:
        while self._producer.flush(_FLUSH_SLICE_S) > 0:
            if self._abandon.is_set():
                self._producer.purge()
                self._producer.flush(_FLUSH_SLICE_S)
                return
