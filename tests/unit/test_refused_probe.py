"""A probe that Kafka rejects permanently ends the wait at once, with the cause and the setting."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pipegen.config import Settings
from pipegen.diagnose import remedy_of
from pipegen.errors import FaultCode, FlinkError, KafkaError, RegistryError
from pipegen.run.prepare import _remedy
from pipegen.run.send.probe import ProbeSender
from pipegen.run.send.refused_load import sole_refusal

SETTINGS = {"cleanup.policy": "compact,delete", "max.message.bytes": "1048588"}


class OneAnswer:
    """A double of the sender (the seam KafkaClients): every record has the same outcome."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def send(self, *_: object, **__: object) -> list[str | None]:
        return [self.name]


def probe(name: str | None, *, key: bytes | None = None, settings: dict[str, str] | None = None) -> list[str]:
    told: list[str] = []
    records: Any = SimpleNamespace(record=lambda *_, **__: (b"v" * 900, key))
    sending: Any = OneAnswer(name)
    sender = ProbeSender(
        sending=sending,
        records=records,
        run_mark=1,
        topic="orders-input",
        topic_setting=(SETTINGS if settings is None else settings).get,
        on_refused=told.append,
    )
    sender.send()
    return told


def test_a_compacted_topic_names_the_key() -> None:
    with pytest.raises(KafkaError, match="orders-input is compacted and does not accept records without") as raised:
        probe("INVALID_RECORD")
    assert "pipeline.key" in (raised.value.remedy or "")


def test_an_invalid_record_for_another_reason_is_not_blamed_on_the_key() -> None:
    for refused in ({"key": b"k"}, {"settings": {"cleanup.policy": "delete"}}):
        with pytest.raises(KafkaError, match="Kafka rejects the records for topic orders-input") as raised:
            probe("INVALID_RECORD", **refused)  # type: ignore[arg-type]
        assert "key" in (remedy_of(raised.value) or "")


def test_a_record_that_is_too_large_names_its_size_and_the_limit() -> None:
    with pytest.raises(KafkaError, match=r"one has 900 bytes \(max\.message\.bytes=1048588\)"):
        probe("MSG_SIZE_TOO_LARGE")


def totals(**counted: int) -> Any:
    """Totals of a load: by the errors' names, and what was accepted."""
    failures = {name: count for name, count in counted.items() if name != "delivered"}
    return SimpleNamespace(delivered=counted.get("delivered", 0), failed=sum(failures.values()), failures=failures)


def test_a_load_is_rejected_if_every_record_is_and_no_retry_would_help() -> None:
    assert sole_refusal(totals(MSG_SIZE_TOO_LARGE=19, INVALID_RECORD=1), least=20) == "MSG_SIZE_TOO_LARGE"
    assert sole_refusal(totals(MSG_SIZE_TOO_LARGE=19), least=20) is None
    assert sole_refusal(totals(MSG_SIZE_TOO_LARGE=50, delivered=1), least=20) is None
    assert sole_refusal(totals(MSG_SIZE_TOO_LARGE=50, _MSG_TIMED_OUT=1), least=20) is None
    assert sole_refusal(totals(), least=0) is None


def test_a_missing_permission_names_the_acl() -> None:
    with pytest.raises(KafkaError, match="may not write to topic orders-input") as raised:
        probe("TOPIC_AUTHORIZATION_FAILED")
    assert "Allow WRITE" in (raised.value.remedy or "")


def test_a_temporary_error_is_reported_and_retried() -> None:
    assert probe("NOT_ENOUGH_REPLICAS") != []
    assert probe(None) == []


def test_a_refused_topic_names_the_setting_its_value_and_where_it_came_from() -> None:
    settings = Settings.model_validate({"pipeline": {"replication_factor": 3}})
    error = KafkaError("topic t cannot be created", code=FaultCode(kafka="INVALID_REPLICATION_FACTOR"))
    where = {"pipeline.replication_factor": "p/.pipegen.yaml:20"}
    assert _remedy(error, settings, where) == "Change pipeline.replication_factor (now 3, from p/.pipegen.yaml:20)."
    policy = KafkaError("topic t cannot be created", code=FaultCode(kafka="POLICY_VIOLATION"))
    assert "pipeline.partitions (now 4, from default)" in (_remedy(policy, settings, where) or "")


def test_the_catalogue_provides_the_remedy_if_the_error_has_none() -> None:
    assert "advertised.listeners" in (remedy_of(KafkaError("x", code=FaultCode(kafka="_RESOLVE"))) or "")
    assert remedy_of(RegistryError("x", code=FaultCode(http_status=401))) is not None
    assert remedy_of(FlinkError("x", remedy="own")) == "own"
