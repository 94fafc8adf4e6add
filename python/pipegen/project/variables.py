"""What ``${…}`` may name in a project's SQL."""

from __future__ import annotations

from typing import Final

VARIABLES: Final = (
    "INPUT_TOPIC",
    "OUTPUT_TOPIC",
    "BOOTSTRAP_SERVERS",
    "SCHEMA_REGISTRY_URL",
    "GROUP_ID",
    "RUN_ID",
    "DATA_FILE",
    "KAFKA_SECURITY_PROTOCOL",
    "KAFKA_SASL_MECHANISM",
    "KAFKA_SASL_JAAS_CONFIG",
    "KAFKA_CA_PEM",
    "KAFKA_CLIENT_CERT_PEM",
    "KAFKA_CLIENT_KEY_PEM",
    "SCHEMA_REGISTRY_USER_INFO",
    "SCHEMA_REGISTRY_TOKEN",
)
