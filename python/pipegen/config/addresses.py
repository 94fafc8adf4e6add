"""Default addresses and ports of the services, and the types that check addresses.

Every address is checked here, together with the settings, so that no invalid one turns up later.
"""

from __future__ import annotations

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


def _brokers(value: object) -> object:
    return checked_servers(value) if isinstance(value, str) else value


def _url(value: object) -> object:
    return checked_url(value) if isinstance(value, str) else value


def _url_of_flink(value: object) -> object:
    return checked_url(value, security="flink.security") if isinstance(value, str) else value


def _url_of_gateway(value: object) -> object:
    return checked_url(value, security="sql_gateway.security") if isinstance(value, str) else value


def _urls_of_registry(value: object) -> object:
    return checked_urls(value, security="schema_registry.security") if isinstance(value, str) else value


def _proxy(value: object) -> object:
    if not isinstance(value, str) or value.strip() == "none":
        return value.strip() if isinstance(value, str) else value
    return checked_url(value if "://" in value else f"http://{value.strip()}")


def _logo(value: object) -> object:
    """A file of the project stays as it is: it begins with a slash."""
    return checked_url(value) if isinstance(value, str) and "://" in value else value


Brokers = Annotated[str, BeforeValidator(_brokers)]
"""Kafka brokers, ``host:port,…``."""
Url = Annotated[str, BeforeValidator(_url)]
"""An HTTP address."""
FlinkUrl = Annotated[str, BeforeValidator(_url_of_flink)]
GatewayUrl = Annotated[str, BeforeValidator(_url_of_gateway)]
RegistryUrls = Annotated[str, BeforeValidator(_urls_of_registry)]
"""One or more addresses of the same registry, separated by commas."""
ProxyUrl = Annotated[str, BeforeValidator(_proxy)]
"""An HTTP proxy, or ``none``."""
LogoUrl = Annotated[str, BeforeValidator(_logo)]
"""A project file or an address."""
