"""Security settings as librdkafka's properties, and as the options of Flink's Kafka connector. Asks nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipegen.config import KafkaSecurity
from pipegen.errors import SettingsError
from pipegen.services.kafka import KafkaAccess

# The SQL connector carries Kafka's client under names of its own.
_SHADED: Final = "org.apache.flink.kafka.shaded."
_MODULES: Final = {
    "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule",
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "OAUTHBEARER": "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
}


def kafka_access(bootstrap_servers: str, security: KafkaSecurity) -> KafkaAccess:
    """Access for PipeGen's own clients.

    Raises:
        SettingsError: when a part that the mechanism needs is missing, or a file cannot be read.
    """
    if security.protocol == "PLAINTEXT":
        return KafkaAccess(bootstrap_servers)
    properties: dict[str, str] = {"security.protocol": security.protocol}
    if security.protocol.startswith("SASL"):
        properties |= _sasl(security)
    if security.protocol.endswith("SSL"):
        properties |= _tls(security)
    return KafkaAccess(bootstrap_servers, properties)


def _sasl(security: KafkaSecurity) -> dict[str, str]:
    properties: dict[str, str] = {"sasl.mechanisms": security.mechanism}
    if security.mechanism == "OAUTHBEARER":
        _need(security, "oauth_token_url", "oauth_client_id", "oauth_client_secret")
        properties |= {
            "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.client.id": security.oauth_client_id or "",
            "sasl.oauthbearer.client.secret": _secret(security.oauth_client_secret),
            "sasl.oauthbearer.token.endpoint.url": security.oauth_token_url or "",
        }
        if security.oauth_scope is not None:
            properties["sasl.oauthbearer.scope"] = security.oauth_scope
        if security.ca_file is not None:
            properties["https.ca.location"] = str(_file("ca_file", security.ca_file))
        return properties
    _need(security, "username", "password")
    return properties | {
        "sasl.username": security.username or "",
        "sasl.password": _secret(security.password),
    }


def _tls(security: KafkaSecurity) -> dict[str, str]:
    properties: dict[str, str] = {}
    files = (
        ("ssl.ca.location", "ca_file"),
        ("ssl.certificate.location", "client_cert_file"),
        ("ssl.key.location", "client_key_file"),
    )
    for name, setting in files:
        path: Path | None = getattr(security, setting)
        if path is not None:
            properties[name] = str(_file(setting, path))
    if security.client_key_password is not None:
        properties["ssl.key.password"] = _secret(security.client_key_password)
    if not security.verify_hostname:
        properties["ssl.endpoint.identification.algorithm"] = "none"
    return properties


def flink_kafka_variables(security: KafkaSecurity) -> dict[str, str]:
    """What ``${KAFKA_…}`` stands for in the project's SQL: values of ``properties.…`` options.

    Certificates go as text, so that no file needs to be on Flink's machines.
    """
    return {
        "KAFKA_SECURITY_PROTOCOL": security.protocol,
        "KAFKA_SASL_MECHANISM": security.mechanism,
        "KAFKA_SASL_JAAS_CONFIG": _jaas(security),
        "KAFKA_CA_PEM": _pem("ca_file", security.ca_file),
        "KAFKA_CLIENT_CERT_PEM": _pem("client_cert_file", security.client_cert_file),
        "KAFKA_CLIENT_KEY_PEM": _pem("client_key_file", security.client_key_file),
    }


def _jaas(security: KafkaSecurity) -> str:
    if not security.protocol.startswith("SASL"):
        return ""
    if security.mechanism == "OAUTHBEARER":
        told = {
            "clientId": security.oauth_client_id or "",
            "clientSecret": _secret(security.oauth_client_secret),
            "scope": security.oauth_scope or "",
        }
    else:
        told = {"username": security.username or "", "password": _secret(security.password)}
    options = " ".join(f'{name}="{_escaped(value)}"' for name, value in told.items() if value)
    return f"{_SHADED}{_MODULES[security.mechanism]} required {options};"


def _pem(setting: str, path: Path | None) -> str:
    return "" if path is None else _file(setting, path).read_text(encoding="ascii", errors="replace").strip()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _need(security: KafkaSecurity, *names: str) -> None:
    missing = [name for name in names if getattr(security, name) is None]
    if missing:
        raise SettingsError(
            f"kafka.security.{missing[0]} is missing: {security.mechanism} needs it",
            remedy=f"Set it in .pipegen.yaml or as PIPEGEN_KAFKA_SECURITY_{missing[0].upper()}.",
        )


def _file(setting: str, path: Path) -> Path:
    path = path.expanduser()
    if not path.is_file():
        raise SettingsError(f"kafka.security.{setting}: {path}: no such file", remedy="Give the path of a PEM file.")
    return path


def _secret(value: object) -> str:
    return "" if value is None else str(value.get_secret_value())  # type: ignore[attr-defined]
