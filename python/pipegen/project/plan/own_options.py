"""A table's options with what a run has of its own in place of the user's: topic, brokers, registry, group, start mode.

Pure. What says how records look and how the connector works stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pipegen.project.plan.stand_in import plain_topic, topic_of
from pipegen.project.plan.table import FlinkTable, TableName

REGISTRY_FORMATS: Final = ("avro-confluent", "debezium-avro-confluent")
"""Formats whose records carry the id of a schema in the registry."""
_SECURITY: Final = ("properties.security.", "properties.sasl.", "properties.ssl.")
_START: Final = "scan.startup."
_END: Final = "scan.bounded."
_REGISTRY: Final = ("url", "subject", "schema-registry.", "basic-auth.", "bearer-auth.", "ssl.")
_PREFIX: Final = "sink.transactional-id-prefix"


@dataclass(frozen=True, slots=True)
class Own:
    """What a run has of its own.

    Attributes:
        topic: The run's topic for one of the script's.
        variables: What ``${…}`` stands for: addresses and how to prove who we are.
        leaves: The tables that stay as they are written: somebody else fills them.
        keeps_start: Whether a source starts where the user says; else it reads all.
        keeps_end: Whether a source ends where the user says; else it has no end.
    """

    topic: Callable[[str], str]
    variables: Mapping[str, str]
    leaves: frozenset[TableName] = frozenset()
    keeps_start: bool = False
    keeps_end: bool = False

    @property
    def kafka(self) -> dict[str, str]:
        """Options that lead to the run's brokers."""
        told = self.variables
        options = {"properties.bootstrap.servers": told["BOOTSTRAP_SERVERS"]}
        if told["KAFKA_SECURITY_PROTOCOL"] != "PLAINTEXT":
            options["properties.security.protocol"] = told["KAFKA_SECURITY_PROTOCOL"]
        if told["KAFKA_SASL_JAAS_CONFIG"]:
            options["properties.sasl.mechanism"] = told["KAFKA_SASL_MECHANISM"]
            options["properties.sasl.jaas.config"] = told["KAFKA_SASL_JAAS_CONFIG"]
        if told["KAFKA_CA_PEM"]:
            options["properties.ssl.truststore.type"] = "PEM"
            options["properties.ssl.truststore.certificates"] = told["KAFKA_CA_PEM"]
        if told["KAFKA_CLIENT_CERT_PEM"]:
            options["properties.ssl.keystore.type"] = "PEM"
            options["properties.ssl.keystore.certificate.chain"] = told["KAFKA_CLIENT_CERT_PEM"]
            options["properties.ssl.keystore.key"] = told["KAFKA_CLIENT_KEY_PEM"]
        return options

    @property
    def registry(self) -> dict[str, str]:
        """Options of a format that lead to the run's registry."""
        told = self.variables
        options = {"url": told["SCHEMA_REGISTRY_URL"]}
        if told["SCHEMA_REGISTRY_USER_INFO"]:
            options["basic-auth.credentials-source"] = "USER_INFO"
            options["basic-auth.user-info"] = told["SCHEMA_REGISTRY_USER_INFO"]
        if told["SCHEMA_REGISTRY_TOKEN"]:
            options["bearer-auth.credentials-source"] = "STATIC_TOKEN"
            options["bearer-auth.token"] = told["SCHEMA_REGISTRY_TOKEN"]
        return options


def own_options(options: Mapping[str, str], own: Own) -> dict[str, str]:
    """The options of a Kafka table with the run's own."""
    dropped = (*_SECURITY, *(() if own.keeps_start else (_START,)), *(() if own.keeps_end else (_END,)))
    kept = {key: value for key, value in options.items() if not key.startswith(dropped)}
    for prefix in _registry_prefixes(options):
        kept = {key: value for key, value in kept.items() if not key.startswith(tuple(prefix + of for of in _REGISTRY))}
        kept |= {prefix + key: value for key, value in own.registry.items()}
    if "topic" in kept:
        kept["topic"] = ";".join(own.topic(part) for part in kept["topic"].split(";") if part)
    elif "topic-pattern" in kept:
        kept["topic"] = own.topic(topic_of_pattern(kept.pop("topic-pattern")))
    kept |= own.kafka
    kept["properties.group.id"] = own.variables["GROUP_ID"]
    if kept.get("connector") == "kafka":
        kept.setdefault("scan.startup.mode", "earliest-offset")
    if _PREFIX in kept:
        kept[_PREFIX] = f"{own.variables['GROUP_ID']}-{kept[_PREFIX]}"
    return kept


def stand_in(table: FlinkTable, own: Own, *, rewritten: bool) -> dict[str, str]:
    """The options of a topic that stands in for a table whose rows nobody could read.

    Args:
        table: The table.
        own: What the run has of its own.
        rewritten: Whether its rows are written again or taken back.
    """
    return {
        "connector": "kafka",
        "topic": own.topic(topic_of(table)),
        "format": "debezium-json" if rewritten else "json",
        **own.kafka,
    }


def topic_of_pattern(pattern: str) -> str:
    """A topic's name in place of a pattern of names."""
    return plain_topic(pattern).strip("-.") or "topic"


def _registry_prefixes(options: Mapping[str, str]) -> list[str]:
    """What the options of each format begin with that asks a registry."""
    return [
        f"{role}{options[role + 'format']}."
        for role in ("", "value.", "key.")
        if options.get(role + "format") in REGISTRY_FORMATS
    ]
