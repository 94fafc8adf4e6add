"""The probe: one record through the whole pipeline before the load, so that the load meets one that works."""

from __future__ import annotations

from collections.abc import Callable

from pipegen.hotpath import now_ns, probe_header
from pipegen.run.consumer import HEADER_NAME
from pipegen.run.replay_source import RunRecords
from pipegen.services.kafka import Producer


class ProbeSender:
    """Sends probe records; the meters recognise them at the far end and count them apart.

    Args:
        producer: Client to send with; no other thread uses it yet.
        topic: Input topic.
        records: Makes the record.
        on_refused: Called with the text when Kafka refuses a probe.
    """

    def __init__(
        self, *, producer: Producer, topic: str, records: RunRecords, on_refused: Callable[[str], None]
    ) -> None:
        self._producer = producer
        self._topic = topic
        self._records = records
        self._on_refused = on_refused
        self.sent = 0

    def send(self) -> None:
        """Sends one probe and waits until Kafka has it, for at most 10 s."""
        due_ns = now_ns()
        value, key = self._records.record(0, due_ns=due_ns)
        header = probe_header(due_ns=due_ns, sequence=self.sent)
        self._producer.produce(
            self._topic,
            value,
            key,
            timestamp=due_ns // 1_000_000,
            headers=[(HEADER_NAME, header)],
            on_delivery=self._delivered,
        )
        if self._producer.flush(10) > 0:
            self._on_refused("Kafka did not acknowledge the probe record within 10 s")

    def _delivered(self, error: object, _message: object) -> None:
        if error is None:
            self.sent += 1
        else:
            self._on_refused(f"Kafka refused the probe record: {error}")
