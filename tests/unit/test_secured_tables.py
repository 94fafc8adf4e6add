"""Tables that reach a secured Kafka or registry without a word of who they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.config import Settings
from pipegen.project.script import read_script
from pipegen.project.security_check import check_security
from pipegen.project.statements import split_statements

KAFKA = "'connector' = 'kafka', 'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}'"
REGISTRY = "'value.format' = 'avro-confluent', 'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'"


def found(options: str, **settings: object) -> list[tuple[str, str, str]]:
    """Severity, message and remedy of what is found in a table with these options."""
    script = read_script(split_statements(f"CREATE TABLE t (x INT) WITH ({options})", Path("a.sql")))
    chosen = Settings.model_validate(settings)
    return [(each.severity, each.message, each.remedy or "") for each in check_security(script.tables[0], chosen)]


def kafka(protocol: str, *, ca: bool = False) -> dict[str, object]:
    security: dict[str, object] = {"protocol": protocol, "mechanism": "PLAIN", "username": "me", "password": "x"}
    return {"kafka": {"security": security | ({"ca_file": "ca.pem"} if ca else {})}}


PROTOCOL = "'properties.security.protocol' = '${KAFKA_SECURITY_PROTOCOL}'"
SASL = "'properties.sasl.mechanism' = '${KAFKA_SASL_MECHANISM}'"
TRUST = "'properties.ssl.truststore.certificates' = '${KAFKA_CA_PEM}'"


@pytest.mark.parametrize(
    ("protocol", "ca", "lines"),
    [
        ("SSL", False, {PROTOCOL}),
        ("SSL", True, {PROTOCOL, TRUST}),
        ("SASL_PLAINTEXT", True, {PROTOCOL, SASL}),
        ("SASL_SSL", False, {PROTOCOL, SASL}),
        ("SASL_SSL", True, {PROTOCOL, SASL, TRUST}),
    ],
)
def test_what_a_secured_kafka_needs_is_named_line_by_line(protocol: str, ca: bool, lines: set[str]) -> None:
    ((severity, message, remedy),) = found(KAFKA, **kafka(protocol, ca=ca))
    assert (severity, message) == ("error", "t does not say how to reach the secured Kafka")
    assert {line for line in (PROTOCOL, SASL, TRUST) if line in remedy} == lines
    assert ("jaas" in remedy, "truststore.type" in remedy) == (SASL in lines, TRUST in lines)


def test_a_table_that_says_so_or_reaches_another_kafka_is_left_alone() -> None:
    assert found(f"{KAFKA}, {PROTOCOL}", **kafka("SASL_SSL")) == []
    assert found("'connector' = 'kafka', 'properties.bootstrap.servers' = 'mine:9092'", **kafka("SASL_SSL")) == []
    assert found("'connector' = 'filesystem'", **kafka("SASL_SSL")) == []
    assert found(KAFKA) == []


@pytest.mark.parametrize(
    ("security", "told"),
    [
        ({"username": "me"}, "basic-auth.user-info' = '${SCHEMA_REGISTRY_USER_INFO}'"),
        ({"bearer_token": "t"}, "bearer-auth.token' = '${SCHEMA_REGISTRY_TOKEN}'"),
    ],
)
def test_who_asks_the_registry_is_named_with_the_prefix_of_the_table(security: dict[str, str], told: str) -> None:
    settings = {"schema_registry": {"security": security}}
    ((severity, message, remedy),) = found(f"{KAFKA}, {REGISTRY}", **settings)
    assert (severity, message) == ("warning", "t does not say who asks the registry")
    assert f"'value.avro-confluent.{told}" in remedy
    plain = "'format' = 'avro-confluent', 'avro-confluent.url' = '${SCHEMA_REGISTRY_URL}'"
    ((_, _, remedy),) = found(f"{KAFKA}, {plain}", **settings)
    assert f"'avro-confluent.{told}" in remedy


def test_a_registry_that_is_open_or_another_or_told_of_needs_no_word() -> None:
    settings = {"schema_registry": {"security": {"username": "me"}}}
    assert found(f"{KAFKA}, {REGISTRY}") == []
    assert (
        found(f"{KAFKA}, 'value.format' = 'avro-confluent', 'value.avro-confluent.url' = 'http://r'", **settings) == []
    )
    source = "'value.avro-confluent.basic-auth.credentials-source' = 'USER_INFO'"
    assert found(f"{KAFKA}, {REGISTRY}, {source}", **settings) == []
