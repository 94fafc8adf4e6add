"""Where the services answer unless it is set otherwise: their default ports, and how addresses are written."""

from __future__ import annotations

from typing import Final

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
