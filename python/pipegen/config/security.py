"""How clients prove who they are to Kafka, the registry and Flink: models only. Secrets never show as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from pipegen.config.addresses import Url
from pipegen.config.file_names import FileName
from pipegen.redact import is_secret_name
from pipegen.urls import secrets_in

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]


def _text(value: object) -> object:
    """YAML reads a password of digits as a number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Secret = Annotated[SecretStr, BeforeValidator(_text)]


class _Client(BaseModel):
    """What every secured client may need."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str | None = Field(default=None, description="User name.")
    password: Secret | None = Field(default=None, description="Its password.")
    oauth_token_url: Url | None = Field(default=None, description="OAuth token endpoint (client credentials).")
    oauth_client_id: str | None = Field(default=None, description="OAuth client id.")
    oauth_client_secret: Secret | None = Field(default=None, description="OAuth client secret.")
    oauth_scope: str | None = Field(default=None, description="OAuth scope.")
    ca_file: FileName | None = Field(default=None, description="PEM file of the CA to trust; the system's by default.")
    client_cert_file: FileName | None = Field(default=None, description="PEM file of our own certificate (mTLS).")
    client_key_file: FileName | None = Field(default=None, description="PEM file of its key.")
    client_key_password: Secret | None = Field(default=None, description="Password of the key.")
    verify_hostname: bool = Field(default=True, description="Check that the certificate is for this host.")


class KafkaSecurity(_Client):
    """How clients reach Kafka."""

    protocol: SecurityProtocol = Field(default="PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.")
    mechanism: SaslMechanism = Field(
        default="PLAIN", description="With SASL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER."
    )


class HttpSecurity(_Client):
    """How clients reach a service over HTTP: basic auth, a bearer token, or OAuth; TLS by its address."""

    bearer_token: Secret | None = Field(default=None, description="A fixed bearer token.")


class KafkaSettings(BaseModel):
    """Kafka, beside its address."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    security: KafkaSecurity = Field(default_factory=KafkaSecurity, description="How to reach the brokers.")


class HttpServiceSettings(BaseModel):
    """A service over HTTP, beside its address."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    security: HttpSecurity = Field(default_factory=HttpSecurity, description="How to reach it.")


def secret_values(model: BaseModel) -> Iterator[str]:
    """Every secret in a settings model, so that it can be removed from any text.

    Secrets are values of a secret type, values under a secret name, and credentials and queries in addresses.
    """
    for name in type(model).model_fields:
        yield from _secrets_of(name, getattr(model, name))


def _secrets_of(name: str, value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        yield from secret_values(value)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _secrets_of(str(key), part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _secrets_of(name, part)
    elif isinstance(value, str):
        if is_secret_name(name):
            yield value
        if "://" in value:
            yield from secrets_in(value)


def is_secret(key: str) -> bool:
    """Whether a dotted setting key holds a secret."""
    return is_secret_name(key.rpartition(".")[2])
