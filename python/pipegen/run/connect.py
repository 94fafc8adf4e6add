"""Finds the services of a run: those that are named, a stack that runs already, or one that is started now."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.config import Settings
from pipegen.errors import ServiceError
from pipegen.run.race import to_its_end
from pipegen.run.spec import RunSpec
from pipegen.services.flink import FlinkClient
from pipegen.services.http_access import http_access
from pipegen.services.kafka import FaultListener, KafkaAdmin
from pipegen.services.kafka_access import kafka_access
from pipegen.services.registry import RegistryClient
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints, LocalStack, Progress, Stack, choose_stack

ADDRESS_KEYS: Final = ("bootstrap_servers", "schema_registry_url", "flink_url", "sql_gateway_url")


@dataclass(frozen=True, slots=True)
class FoundServices:
    """Where the services are, the stack that this run started and has to stop, and the folder of a local stack."""

    endpoints: Endpoints
    started: Stack | None = None
    stack_dir: Path | None = None


@dataclass(slots=True)
class Clients:
    """One client of each service."""

    kafka: KafkaAdmin
    registry: RegistryClient
    flink: FlinkClient
    gateway: SqlGatewayClient

    async def close(self) -> None:
        """Closes the connections."""
        await asyncio.gather(self.registry.close(), self.flink.close(), self.gateway.close())


def named_by_user(sources: Mapping[str, str]) -> bool:
    """Whether the user gave the address of any service: then nothing is started for them."""
    return any(key in sources for key in ADDRESS_KEYS)


def running_stack(sources: Mapping[str, str]) -> Endpoints | None:
    """Where a stack of PipeGen's runs here; None when there is none, or when the user named their own services."""
    return None if named_by_user(sources) else choose_stack("auto").endpoints()


def find_services(
    settings: Settings, sources: Mapping[str, str], *, progress: Progress, cancelled: threading.Event
) -> FoundServices:
    """The services of the run. Blocks while a stack starts.

    Raises:
        StackError: when a stack cannot be started.
    """
    if settings.stack == "none" or (settings.stack == "auto" and named_by_user(sources)):
        return FoundServices(Endpoints(**{key: getattr(settings, key) for key in ADDRESS_KEYS}))
    stack = choose_stack(settings.stack)
    running = stack.endpoints()
    if running is not None:
        progress.note(f"using the {stack.kind} stack that is running")
        return FoundServices(running, stack_dir=_folder_of(stack))
    progress.note(f"starting the {stack.kind} stack")
    return FoundServices(stack.up(auto_ports=True, progress=progress, cancelled=cancelled), stack, _folder_of(stack))


async def find_for_run(spec: RunSpec, undo: AsyncExitStack, *, progress: Progress) -> FoundServices:
    """The services of a run; a stack that is still starting when the run is interrupted is stopped all the same.

    Args:
        spec: The run.
        undo: Stops the stack that was started.
        progress: Hears what a starting stack does.

    Raises:
        StackError: when a stack cannot be started.
    """
    cancelled = threading.Event()

    async def stop_stack(stack: Stack) -> None:
        progress.note("stopping the stack that this run started")
        await to_its_end(asyncio.to_thread(stack.down), grace_s=None)

    async def find() -> FoundServices:
        found = await asyncio.to_thread(
            find_services, spec.settings, spec.sources, progress=progress, cancelled=cancelled
        )
        if found.started is not None and spec.settings.cleanup:
            undo.push_async_callback(stop_stack, found.started)
        return found

    return await to_its_end(find(), cancelled=cancelled, grace_s=None)


def _folder_of(stack: Stack) -> Path | None:
    """Where a local stack keeps its data; containers keep theirs elsewhere."""
    return stack.stack_dir if isinstance(stack, LocalStack) else None


def make_clients(endpoints: Endpoints, settings: Settings, *, on_kafka_fault: FaultListener) -> Clients:
    """A client of each service; connects to nothing yet.

    Raises:
        SettingsError: when the security settings cannot be used.
    """
    return Clients(
        kafka=KafkaAdmin(kafka_access(endpoints.bootstrap_servers, settings.kafka.security), listener=on_kafka_fault),
        registry=RegistryClient(
            endpoints.schema_registry_url,
            access=http_access(settings.schema_registry.security, section="schema_registry"),
        ),
        flink=FlinkClient(endpoints.flink_url, access=http_access(settings.flink.security, section="flink")),
        gateway=SqlGatewayClient(
            endpoints.sql_gateway_url, access=http_access(settings.sql_gateway.security, section="sql_gateway")
        ),
    )


async def check_services(clients: Clients) -> None:
    """Asks every service once, all at the same time.

    Raises:
        ServiceError: naming every service that does not answer.
    """
    attempts: list[Awaitable[object]] = [
        asyncio.to_thread(clients.kafka.cluster),
        clients.registry.ping_ms(),
        clients.flink.overview(),
        clients.gateway.version(),
    ]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failures:
        if not isinstance(failure, ServiceError):
            raise failure
    refused = [failure for failure in failures if isinstance(failure, ServiceError)]
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise ServiceError(
            f"{len(refused)} services do not answer",
            detail="\n".join(failure.message for failure in refused),
            remedy="Start the local stack with `pipegen deploy`, or name your services (see `pipegen run --help`).",
        )
