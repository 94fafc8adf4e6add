"""The error catalogue knows every code that its services can give, and says what led to a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import confluent_kafka as ck
import pytest

from pipegen.diagnose.catalogue import Catalogue, catalogue
from pipegen.errors import FaultCode
from pipegen.snapshot.run import Component

LIBRDKAFKA = sorted(name for name in dir(ck.KafkaError) if name.isupper())
# The codes of Confluent's registry, by the HTTP status they come with; 409 stands for itself in older versions.
REGISTRY = [
    *range(40401, 40411),
    409,
    *(40901, 40902, 40903, 40904, 40905, 40907, 40908),
    *range(42201, 42214),
    *range(50001, 50006),
]


def rule_of(text: str, component: Component = "flink", **code: Any) -> str | None:
    match = catalogue().match(component=component, text=text, code=FaultCode(**code))
    return match.rule.id if match else None


def test_every_librdkafka_error_code_is_mapped_and_nothing_else() -> None:
    assert len(LIBRDKAFKA) > 180
    assert set(LIBRDKAFKA) - catalogue().kafka.keys() == set()
    assert catalogue().kafka.keys() - set(LIBRDKAFKA) == set()


def test_every_registry_error_code_is_mapped_and_nothing_else() -> None:
    assert catalogue().registry.keys() == set(REGISTRY)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504])
def test_every_usual_http_status_of_the_registry_leads_to_a_rule(status: int) -> None:
    assert rule_of("refused", component="registry", http_status=status) is not None


def test_every_rule_says_what_it_means_and_what_mends_it() -> None:
    rules = list(catalogue().rules())
    assert len(rules) > 45
    assert [rule.id for rule in rules if len(rule.suggestion) < 30 or not rule.remedy] == []


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("Local: Broker transport failure", {"kafka": "_TRANSPORT"}, "kafka.unreachable"),
        ("Broker: SASL Authentication failed", {"kafka": "SASL_AUTHENTICATION_FAILED"}, "kafka.authentication"),
        ("refused", {"http_status": 409, "registry": 409}, "registry.incompatible"),
        ("refused", {"http_status": 404, "registry": 40403}, "registry.not_found"),
        ("Flink refused to list jobs (HTTP 503)", {"http_status": 503}, "http.failing"),
        ("Flink refused to list jobs (HTTP 401)", {"http_status": 401}, "http.authentication"),
        (
            "java.io.IOException: Unknown data format.",
            {},
            "flink.poison_record",
        ),
        ("Caused by: org.apache.avro.AvroTypeException: Found long, expecting union", {}, "flink.schema_mismatch"),
        ("java.lang.ArithmeticException: / by zero", {}, "flink.value"),
        ("java.lang.OutOfMemoryError: Java heap space", {}, "flink.memory"),
        ("java.lang.IllegalArgumentException: The minBucketMemorySize is not valid!", {}, "flink.managed_memory"),
        (
            "java.lang.NullPointerException: NullPointerException at StreamRecordTimestampInserter.processElement",
            {},
            "flink.event_time_missing",
        ),
        ("java.lang.NullPointerException: NullPointerException at StreamExecCalc$1.processElement", {}, "flink.value"),
        ("org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestart", {}, "flink.restarting"),
        (
            "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: Could not acquire",
            {},
            "flink.slots",
        ),
        ("transaction timeout is larger than the maximum value allowed by the broker", {}, "flink.transaction_timeout"),
        ("Flink at http://x cannot be reached: All connection attempts failed", {}, "service.refused"),
        ("Flink at http://x did not answer within 5 s", {}, "service.slow"),
        ("wrong_magic_byte: a value does not start with the Confluent magic byte", {}, "output.undecodable"),
        ("the moon is in the wrong house", {}, None),
        ("the job is happy", {"kafka": "_NEVER_HEARD_OF"}, None),
    ],
)
def test_an_error_leads_to_its_rule(text: str, code: Mapping[str, Any], expected: str | None) -> None:
    assert rule_of(text, **code) == expected


def test_a_service_is_told_apart_by_its_component() -> None:
    assert rule_of("gone", component="registry", http_status=404) == "registry.not_found"
    assert rule_of("gone", component="flink", http_status=404) == "http.wrong_place"


def test_the_evidence_quotes_what_led_to_the_rule() -> None:
    def evidence(text: str, **code: Any) -> str:
        match = catalogue().match(component="kafka", text=text, code=FaultCode(**code))
        assert match is not None
        return match.evidence

    assert evidence("x", kafka="_SSL") == "librdkafka reports _SSL"
    assert evidence("x", registry=42201) == "the registry answered with error code 42201"
    assert evidence("x", http_status=429) == "the service answered with HTTP 429"
    trace = "Caused by: java.lang.OutOfMemoryError: Metaspace"
    assert evidence(trace) == "the trace names java.lang.OutOfMemoryError and the text says “Metaspace”"


def test_java_classes_that_were_told_apart_from_the_text_count_as_well() -> None:
    java = (
        "org.apache.flink.table.gateway.service.utils.SqlExecutionException",
        "org.apache.flink.table.api.SqlParserException",
    )
    assert rule_of("sql/03_process.sql:3: Flink refuses this statement: oddness", java=java) == "flink.sql"


def test_two_rules_may_not_claim_one_code() -> None:
    entry = {"category": "connection", "suggestion": "s", "remedy": "r", "kafka": ["_SSL"]}
    with pytest.raises(ValueError, match="claimed by a and b"):
        Catalogue({"a": entry, "b": entry})


@pytest.mark.parametrize("change", [{"severty": "error"}, {"category": "weather"}, {"severity": "awful"}])
def test_a_rule_with_a_typing_mistake_is_refused(change: Mapping[str, str]) -> None:
    with pytest.raises(ValueError, match="rule a"):
        Catalogue({"a": {"category": "connection", "suggestion": "s", "remedy": "r", **change}})
