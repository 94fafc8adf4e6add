"""Asks the services of a run what they are, once, for its recording. A service that does not tell is no failure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

from pipegen.bus import ServiceVersion
from pipegen.errors import ServiceError
from pipegen.run.connect import Clients, FoundServices
from pipegen.services.kafka import client_version
from pipegen.stack import shipped_versions

_NOT_TOLD: Final = "brokers do not tell clients their version"


async def service_versions(clients: Clients, found: FoundServices) -> tuple[ServiceVersion, ...]:
    """Kafka, registry, Flink, SQL gateway and the Kafka client, each with its version or why that is not known."""
    shipped = shipped_versions() if found.stack_dir is not None else None
    endpoints = found.endpoints
    registry, flink, gateway = await asyncio.gather(
        _attempt(clients.registry.version_text()),
        _attempt(_flink_version(clients)),
        _attempt(clients.gateway.version()),
    )
    return (
        ServiceVersion(
            "Kafka",
            shipped.kafka if shipped else None,
            endpoints.bootstrap_servers,
            None if shipped else _NOT_TOLD,
        ),
        ServiceVersion("Schema registry", *_told(registry, clients.registry.shown_url)),
        ServiceVersion("Flink", *_told(flink, clients.flink.shown_url)),
        ServiceVersion("Flink SQL gateway", *_told(gateway, clients.gateway.shown_url)),
        ServiceVersion("librdkafka (Kafka client)", client_version()),
    )


async def _flink_version(clients: Clients) -> str:
    return (await clients.flink.overview()).version


async def _attempt(question: Awaitable[str | None]) -> str | ServiceError | None:
    try:
        return await question
    except ServiceError as error:
        return error


def _told(answer: str | ServiceError | None, address: str) -> tuple[str | None, str, str | None]:
    if isinstance(answer, ServiceError):
        return None, address, answer.message
    return answer, address, None if answer else "it does not tell"
