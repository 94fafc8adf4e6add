"""The read loop: one thread that takes every record off the output topic at once and hands it to the meters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipegen.hotpath import HEADER_NAME, Meters, TableMeter, now_ns
from pipegen.observe import Consumed
from pipegen.run.read.checking import Checker, Decoded
from pipegen.run.read.trace import OutputTraces
from pipegen.services.kafka import LOG_APPEND_TIME, ClientFault, KafkaAccess, Message, make_consumer, positions_of

_BATCH_RECORDS: Final = 10_000
_POLL_S: Final = 0.1


class ConsumerThread(threading.Thread):
    """Reads the output topic until :meth:`stop` is called.

    Args:
        access: Brokers, and how to prove who we are.
        group_id: Consumer group; its offsets are committed once a second, so that other tools see them.
        topic: Output topic.
        start_offsets: Where to begin in each partition.
        meters: Counts and measures.
        checker: Checks the values.
        on_invalid: Called with the reason, the count and an example of values that do not decode.
        on_unchecked: Called with the count of values whose schema could not be asked for.
        on_checked: Called with what came of checking each batch, probes and records of other runs left out.
        by_timestamp: Whether the Kafka timestamp carries the due time where there is no header.
        joint: Whether a record combines records of several inputs, so that its timestamp says more than its header.
        append_times: Whether the Kafka timestamp is the time at which the broker appended the record.
        retraction_end: How the value of a record ends that takes back a row; None where only a null value does.
        table: Judges the records as a table; None where they only add rows.
        as_changes: Turns values into what the table reads; None where they are that already.
        traces: Reads the fields that lead back to the records that went in; None where there are none.
        on_message_error: Called with librdkafka's name and text of an error that came instead of a record.
        on_fault: Called with faults of the connection.
        on_crash: Called with the exception when the loop ends unexpectedly.
    """

    def __init__(
        self,
        *,
        access: KafkaAccess | str,
        group_id: str,
        topic: str,
        start_offsets: Mapping[int, int],
        meters: Meters,
        by_timestamp: bool,
        joint: bool = False,
        append_times: bool = False,
        retraction_end: bytes | None = None,
        table: TableMeter | None = None,
        as_changes: Callable[[Sequence[bytes | None]], list[bytes | None]] | None = None,
        traces: OutputTraces | None = None,
        checker: Checker,
        on_invalid: Callable[[str, int, str], None],
        on_unchecked: Callable[[int], None],
        on_checked: Callable[[Decoded], None] = lambda _decoded: None,
        on_message_error: Callable[[str, str], None],
        on_fault: Callable[[ClientFault], None],
        on_crash: Callable[[BaseException], None],
    ) -> None:
        super().__init__(name="pipegen-consumer", daemon=True)
        self._consumer = make_consumer(
            access,
            group_id=group_id,
            topic=topic,
            start_offsets=start_offsets,
            on_assigned=self._assigned,
            listener=on_fault,
        )
        self._topic = topic
        self._meters = meters
        self._by_timestamp = by_timestamp
        self._joint = joint
        self._append_times = append_times
        self._retraction_end = retraction_end
        self._table = table
        self._as_changes = as_changes
        self._traces = traces
        self._checker = checker
        self._on_invalid = on_invalid
        self._on_unchecked = on_unchecked
        self._on_checked = on_checked
        self._on_message_error = on_message_error
        self._on_crash = on_crash
        self._start = sum(start_offsets.values())
        self._positions: dict[int, int] = dict(start_offsets)
        self._records = 0
        self._consumed = Consumed(dict(start_offsets), 0)
        self._stopping = threading.Event()
        self.cpu_s: float | None = None
        """CPU seconds of this thread; None until it has ended."""
        self.assigned = threading.Event()
        """Set once the group has given us partitions."""

    def consumed(self) -> Consumed:
        """How far the topic is read, as of a tenth of a second ago; from any thread."""
        return self._consumed

    def stop(self) -> None:
        """Ends the loop and leaves the group."""
        self._stopping.set()

    def run(self) -> None:
        """Thread body."""
        try:
            look_s = 0.0
            while not self._stopping.is_set():
                first = self._consumer.poll(_POLL_S)
                if first is not None:
                    # What is there already comes along without waiting: a batch that waited would inflate latencies.
                    self._take([first, *self._consumer.consume(_BATCH_RECORDS, 0)])
                if time.monotonic() >= look_s:
                    self._look()
                    look_s = time.monotonic() + _POLL_S
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the runner must hear of it
            self._on_crash(error)
        finally:
            self.cpu_s = time.thread_time()
            self._consumer.close()

    def _look(self) -> None:
        """Notes the positions: all that lies before them has been taken, and what was no record is a gap."""
        self._positions.update(positions_of(self._consumer, self._topic, self._positions))
        gaps = sum(self._positions.values()) - self._start - self._records
        self._consumed = Consumed(dict(self._positions), max(0, gaps))

    def _assigned(self, partitions: Sequence[int]) -> None:
        if partitions:
            self.assigned.set()

    def _take(self, messages: list[Message]) -> None:
        consumed_ns = now_ns()
        headers: list[bytes | None] = []
        sizes: list[int] = []
        values: list[bytes | None] = []
        partitions: list[int] = []
        keys: list[bytes | None] = []
        offsets: list[int] = []
        timestamps_ms: list[int] | None = [] if self._by_timestamp else None
        appended_ms: list[int] | None = [] if self._append_times else None
        for message in messages:
            error = message.error()
            if error is not None:
                self._on_message_error(error.name(), error.str())
                continue
            partitions.append(message.partition() or 0)
            offset = message.offset()
            offsets.append(-1 if offset is None else offset)
            headers.append(header_of(message))
            value = message.value()
            values.append(value)
            sizes.append(0 if value is None else len(value))
            if self._table is not None:
                keys.append(message.key())
            if timestamps_ms is not None:
                timestamps_ms.append(message.timestamp()[1])
            elif appended_ms is not None:
                kind, at_ms = message.timestamp()
                appended_ms.append(at_ms if kind == LOG_APPEND_TIME else -1)
        self._records += len(headers)
        if headers:
            traces = self._traces
            timed_again = self._by_timestamp or self._joint or traces is not None
            batch = self._meters.consumed(
                headers,
                value_bytes=sizes,
                consumed_ns=consumed_ns,
                timestamps_ms=timestamps_ms,
                appended_ms=appended_ms,
                partitions=partitions,
                retractions=self._retractions(values) if timed_again else None,
                joint=self._joint,
                offsets=offsets,
                traces=None if traces is None else traces.read(values),
            )
            if self._table is not None:
                self._table.take(
                    keys,
                    values if self._as_changes is None else self._as_changes(values),
                    headers=headers,
                    consumed_ns=consumed_ns,
                    timestamps_ms=timestamps_ms,
                    joint=self._joint,
                )
            if batch.left_out:
                left_out = set(batch.left_out)
                values = [value for index, value in enumerate(values) if index not in left_out]
            self._check(values)

    def _retractions(self, values: list[bytes | None]) -> list[bool]:
        """Which records take back a row that was written before; a null value is how an upsert sink says so."""
        end = self._retraction_end
        if end is None:
            return [value is None for value in values]
        return [value is None or value.endswith(end) for value in values]

    def _check(self, values: list[bytes | None]) -> None:
        """After the clock was read: checking takes nothing from the latencies."""
        decoded = self._checker.check(values)
        self._on_checked(decoded)
        if decoded.unchecked:
            self._on_unchecked(decoded.unchecked)
        if decoded.invalid:
            self._meters.record_undecodable(decoded.invalid)
            for reason, (count, example) in decoded.faults.items():
                self._on_invalid(reason, count, example)


def header_of(message: Message) -> bytes | None:
    """A record's `pipegen` header."""
    headers = message.headers()
    if not isinstance(headers, list):
        return None
    for name, value in headers:
        if name == HEADER_NAME:
            return value if isinstance(value, bytes) else None
    return None
