"""Checks that tables prove who they are where the settings say that Kafka or the registry asks. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.config import Settings
from pipegen.project.findings import Finding
from pipegen.project.tables import Table

_KAFKA = ("kafka", "upsert-kafka")
_PROTOCOL = "properties.security.protocol"
_AVRO = "avro-confluent"


def check_security(table: Table, settings: Settings) -> Iterator[Finding]:
    """Tables that reach a secured Kafka or registry by our own variables, without a word of who they are."""
    if table.connector not in _KAFKA:
        return
    security = settings.kafka.security
    brokers = table.options.get("properties.bootstrap.servers", "")
    if security.protocol != "PLAINTEXT" and "${BOOTSTRAP_SERVERS}" in brokers and _PROTOCOL not in table.options:
        yield Finding(
            severity="error",
            file=str(table.statement.file),
            line=table.statement.line,
            message=f"{table.name} does not say how to reach the secured Kafka",
            remedy=f"Add {', '.join(_kafka_lines(security.protocol, has_ca=security.ca_file is not None))}.",
        )
    prefix = "value." if "value.format" in table.options else ""
    asks = any(key.endswith(f"{_AVRO}.url") and "${SCHEMA_REGISTRY_URL}" in text for key, text in table.options.items())
    told = any("basic-auth" in key or "bearer-auth" in key for key in table.options)
    registry = settings.schema_registry.security
    if asks and not told and (registry.username is not None or registry.bearer_token is not None):
        way = (
            ("basic-auth.credentials-source", "USER_INFO", "basic-auth.user-info", "${SCHEMA_REGISTRY_USER_INFO}")
            if registry.username is not None
            else ("bearer-auth.credentials-source", "STATIC_TOKEN", "bearer-auth.token", "${SCHEMA_REGISTRY_TOKEN}")
        )
        yield Finding(
            severity="warning",
            file=str(table.statement.file),
            line=table.statement.line,
            message=f"{table.name} does not say who asks the registry",
            remedy=f"Add '{prefix}{_AVRO}.{way[0]}' = '{way[1]}', '{prefix}{_AVRO}.{way[2]}' = '{way[3]}'.",
        )


def _kafka_lines(protocol: str, *, has_ca: bool) -> list[str]:
    lines = [f"'{_PROTOCOL}' = '${{KAFKA_SECURITY_PROTOCOL}}'"]
    if protocol.startswith("SASL"):
        lines += [
            "'properties.sasl.mechanism' = '${KAFKA_SASL_MECHANISM}'",
            "'properties.sasl.jaas.config' = '${KAFKA_SASL_JAAS_CONFIG}'",
        ]
    if protocol.endswith("SSL") and has_ca:
        lines += [
            "'properties.ssl.truststore.type' = 'PEM'",
            "'properties.ssl.truststore.certificates' = '${KAFKA_CA_PEM}'",
        ]
    return lines
