"""What the collectors find wrong becomes one entry of the error log each, with what the service said."""

from __future__ import annotations

import pytest

from pipegen.diagnose import ErrorLog
from pipegen.errors import KafkaError
from pipegen.observe import FlinkReading
from pipegen.run.service_errors import ServiceErrors
from pipegen.services.flink import ClusterOverview
from pipegen.services.kafka import ClientFault
from pipegen.snapshot import ErrorEntry, SchemaChange


def log() -> ErrorLog:
    return ErrorLog(on_new=lambda _entry: None)


def entries(errors: ErrorLog) -> list[ErrorEntry]:
    return list(errors.entries())


def failed_at(at_ms: int | None, text: str | None = "out of memory") -> FlinkReading:
    return FlinkReading(
        cluster=ClusterOverview("2.3.0", 1, 8, 0),
        root_exception_at_ms=at_ms,
        root_exception=text,
        root_exception_classes=None,
    )


def test_a_service_that_does_not_answer_is_named_with_its_remedy() -> None:
    errors = log()
    ServiceErrors(errors).of("kafka")(KafkaError("Kafka does not answer", remedy="Start it."))
    (entry,) = entries(errors)
    assert (entry.component, entry.category, entry.message) == ("kafka", "connection", "Kafka does not answer")
    assert entry.remedy == "Start it."


@pytest.mark.parametrize("fatal", [True, False])
def test_only_a_fatal_fault_of_the_client_is_critical(fatal: bool) -> None:
    errors = log()
    ServiceErrors(errors).client(ClientFault(name="_ALL_BROKERS_DOWN", text="all brokers are down", fatal=fatal))
    (entry,) = entries(errors)
    assert (entry.severity == "critical", entry.component) == (fatal, "kafka")


def test_a_failure_of_the_job_is_told_once_and_one_from_before_the_run_never() -> None:
    errors = log()
    told = ServiceErrors(errors, since_ms=1_000)
    for reading in (None, failed_at(None), failed_at(1_000)):
        told.job(reading)
    assert entries(errors) == []
    for at_ms in (1_001, 1_001, 900):
        told.job(failed_at(at_ms))
    (entry,) = entries(errors)
    assert (entry.count, entry.severity, entry.component) == (1, "critical", "flink")
    assert entry.message == "out of memory"
    told.job(failed_at(2_000))
    assert [entry.count for entry in entries(errors)] == [2]


def test_a_job_that_does_not_say_why_it_failed_has_failed_nevertheless() -> None:
    errors = log()
    ServiceErrors(errors).job(failed_at(5, None))
    assert [entry.message for entry in entries(errors)] == ["the job failed"]


@pytest.mark.parametrize(("compatible", "told"), [(True, 0), (None, 0), (False, 1)])
def test_only_a_version_that_is_not_compatible_is_an_error(compatible: bool | None, told: int) -> None:
    errors = log()
    change = SchemaChange.model_construct(version=2, subject="orders-value", compatible=compatible, reason="no default")
    ServiceErrors(errors).schema(change)
    messages = [entry.message for entry in entries(errors)]
    assert messages == ["version 2 of subject orders-value is not compatible: no default"] * told


def test_a_machine_at_its_limit_is_a_warning() -> None:
    errors = log()
    ServiceErrors(errors).overload("cpu", "The machine has no core left.")
    (entry,) = entries(errors)
    assert (entry.component, entry.severity, entry.message) == ("system", "warning", "The machine has no core left.")
