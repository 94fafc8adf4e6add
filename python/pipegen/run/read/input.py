"""Reads the input topic back, for --inspect-input: one thread that checks every value Kafka has of the load."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipegen.errors import KafkaError
from pipegen.hotpath import of_load
from pipegen.run.read.checking import Checker, Decoded
from pipegen.run.read.output import header_of
from pipegen.services.kafka import ClientFault, KafkaAdmin, Message, make_consumer, positions_of

_BATCH_RECORDS: Final = 10_000
_POLL_S: Final = 0.1


class InputReader(threading.Thread):
    """Reads until :meth:`finish`.

    Args:
        kafka: The brokers.
        group_id: Consumer group of its own.
        topic: Input topic.
        start_offsets: Where to begin in each partition.
        run_mark: The run in the header of its records.
        checker: Checks the values.
        on_checked: Called with what came of checking each batch, probes and records of other runs left out.
        on_message_error: Called with librdkafka's name and text of an error that came instead of a record.
        on_fault: Called with faults of the connection.
        on_crash: Called with the exception when the loop ends unexpectedly.
    """

    def __init__(
        self,
        *,
        kafka: KafkaAdmin,
        group_id: str,
        topic: str,
        start_offsets: Mapping[int, int],
        run_mark: int,
        checker: Checker,
        on_checked: Callable[[Decoded], None],
        on_message_error: Callable[[str, str], None],
        on_fault: Callable[[ClientFault], None],
        on_crash: Callable[[BaseException], None],
    ) -> None:
        super().__init__(name="pipegen-input-reader", daemon=True)
        self._consumer = make_consumer(
            kafka.access,
            group_id=group_id,
            topic=topic,
            start_offsets=start_offsets,
            on_assigned=lambda _partitions: None,
            listener=on_fault,
        )
        self._kafka = kafka
        self._topic = topic
        self._run_mark = run_mark
        self._checker = checker
        self._on_checked = on_checked
        self._on_message_error = on_message_error
        self._on_crash = on_crash
        self._positions = dict(start_offsets)
        self._end: Mapping[int, int] | None = None
        self._deadline_s = float("inf")

    def finish(self, timeout_s: float) -> None:
        """Reads what is in the topic now, for at most so long, then ends; blocks."""
        self._deadline_s = time.monotonic() + timeout_s
        try:
            self._end = self._kafka.end_offsets(self._topic, sorted(self._positions), stable=True)
        except KafkaError:
            self._end = {}  # then what was read so far is all there is to tell
        self.join(timeout_s + 2 * _POLL_S)

    def run(self) -> None:
        """Thread body."""
        try:
            while not self._done():
                first = self._consumer.poll(_POLL_S)
                if first is not None:
                    self._take([first, *self._consumer.consume(_BATCH_RECORDS, 0)])
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the runner must hear of it
            self._on_crash(error)
        finally:
            self._consumer.close()

    def _done(self) -> bool:
        end = self._end
        if end is None:
            return False
        # A position, not the last record: markers of transactions may lie behind it.
        self._positions.update(positions_of(self._consumer, self._topic, end))
        reached = all(self._positions.get(partition, 0) >= offset for partition, offset in end.items())
        return reached or time.monotonic() > self._deadline_s

    def _take(self, messages: Sequence[Message]) -> None:
        values: list[bytes | None] = []
        headers: list[bytes | None] = []
        for message in messages:
            error = message.error()
            if error is not None:
                self._on_message_error(error.name(), error.str())
                continue
            values.append(message.value())
            headers.append(header_of(message))
        if values:
            self._on_checked(self._checker.check(of_load(values, headers, run=self._run_mark)))
