"""Default addresses and ports of the services, and the types that check addresses.

Every address is checked here, together with the settings, so that no invalid one turns up later.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final

from pydantic import BeforeValidator

from pipegen.urls import checked_servers, checked_url, checked_urls

LOOPBACK: Final = "127.0.0.1"
KAFKA_PORT: Final = 9092
FLINK_PORT: Final = 8081
REGISTRY_PORT: Final = 8082
SQL_GATEWAY_PORT: Final = 8083
REGISTRY_API: Final = "/apis/ccompat/v7"
"""Apicurio's path of the Confluent API."""


def local_addresses(
    *,
    kafka: int = KAFKA_PORT,
    registry: int = REGISTRY_PORT,
    flink: int = FLINK_PORT,
    sql_gateway: int = SQL_GATEWAY_PORT,
) -> dict[str, str]:
    """The addresses of services on this machine, by the name of their setting."""
    return {
        "bootstrap_servers": f"{LOOPBACK}:{kafka}",
        "schema_registry_url": f"http://{LOOPBACK}:{registry}{REGISTRY_API}",
        "flink_url": f"http://{LOOPBACK}:{flink}",
        "sql_gateway_url": f"http://{LOOPBACK}:{sql_gateway}",
    }


def _read(check: Callable[[str], str]) -> BeforeValidator:
    """Reads a setting that is a text; of anything else the type says what is wrong."""
    return BeforeValidator(lambda value: check(value) if isinstance(value, str) else value)


def _proxy(value: str) -> str:
    value = value.strip()
    return value if value == "none" else checked_url(value if "://" in value else f"http://{value}")


def _logo(value: str) -> str:
    """A file of the project stays as it is: it begins with a slash."""
    return checked_url(value) if "://" in value else value


Brokers = Annotated[str, _read(checked_servers)]
"""Kafka brokers, ``host:port,…``."""
Url = Annotated[str, _read(checked_url)]
"""An HTTP address."""
FlinkUrl = Annotated[str, _read(partial(checked_url, security="flink.security"))]
GatewayUrl = Annotated[str, _read(partial(checked_url, security="sql_gateway.security"))]
RegistryUrls = Annotated[str, _read(partial(checked_urls, security="schema_registry.security"))]
"""One or more addresses of the same registry, separated by commas."""
ProxyUrl = Annotated[str, _read(_proxy)]
"""An HTTP proxy, or ``none``."""
LogoUrl = Annotated[str, _read(_logo)]
"""A project file or an address."""
