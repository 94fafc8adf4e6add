"""The probe: one record through the whole pipeline before the load, so that the load meets one that works."""

from __future__ import annotations

from collections.abc import Callable

from pipegen.hotpath import now_ns, probe_header
from pipegen.run.feed.rows import RunRecords
from pipegen.run.send.interfaces import Sending
from pipegen.run.send.refusal import FOR_GOOD, refused_for_good
from pipegen.services.kafka import fault_text

_TIMEOUT_S = 10.0


class ProbeSender:
    """Sends probe records; the meters recognise them at the far end and count them apart.

    Args:
        sending: Client to send with; no other thread uses it yet.
        records: Makes the record.
        run_mark: The run in every record's header.
        topic: The topic it is sent to.
        topic_setting: Asks Kafka for a setting of the topic; blocks.
        on_refused: Called with the text if Kafka rejects a probe but may accept the next one.
    """

    def __init__(
        self,
        *,
        sending: Sending,
        records: RunRecords,
        run_mark: int,
        topic: str,
        topic_setting: Callable[[str], str | None],
        on_refused: Callable[[str], None],
    ) -> None:
        self._sending = sending
        self._records = records
        self._run_mark = run_mark
        self._topic = topic
        self._topic_setting = topic_setting
        self._on_refused = on_refused
        self.sent = 0

    def send(self) -> None:
        """Sends one probe and waits until Kafka has it, for at most 10 s.

        Raises:
            KafkaError: Kafka rejects it permanently.
        """
        due_ns = now_ns()
        value, key = self._records.record(0, due_ns=due_ns)
        outcomes = self._sending.send(
            value,
            key,
            timestamp_ms=due_ns // 1_000_000,
            header=probe_header(due_ns=due_ns, number=self.sent, run=self._run_mark),
            timeout_s=_TIMEOUT_S,
        )
        self.sent += outcomes.count(None)
        if not outcomes:
            self._on_refused(f"Kafka did not acknowledge the probe record within {_TIMEOUT_S:g} s")
        for name in outcomes:
            if name in FOR_GOOD:
                raise refused_for_good(
                    name,
                    topic=self._topic,
                    value_bytes=len(value or b""),
                    has_key=key is not None,
                    topic_setting=self._topic_setting,
                )
            if name is not None:
                self._on_refused(f"Kafka refused the probe record: {fault_text(name)}")
