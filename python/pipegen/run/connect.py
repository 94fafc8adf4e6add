"""Finds the services of a run: those that are named, a stack that runs already, or one that is started now."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.config import Settings
from pipegen.errors import ServiceError
from pipegen.journal import Journal, Journaled, Resource, living, register
from pipegen.run.race import to_its_end
from pipegen.run.undo import Steps
from pipegen.services.flink import FlinkClient
from pipegen.services.http_access import http_access
from pipegen.services.kafka import FaultListener, KafkaAdmin
from pipegen.services.kafka_access import kafka_access
from pipegen.services.kafka_reach import reach
from pipegen.services.registry import RegistryClient
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints, LocalStack, Progress, Stack, choose_stack

ADDRESS_KEYS: Final = ("bootstrap_servers", "schema_registry_url", "flink_url", "sql_gateway_url")


@dataclass(frozen=True, slots=True)
class FoundServices:
    """Where the services are, the stack of PipeGen's that they are, and the folder of a local one."""

    endpoints: Endpoints
    stack: Stack | None = None
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
    settings: Settings, sources: Mapping[str, str], *, journal: Journal, progress: Progress, cancelled: threading.Event
) -> FoundServices:
    """The services of the run, noted in its journal. Blocks while a stack starts.

    Raises:
        StackError: when a stack cannot be started.
    """
    if settings.stack == "none" or (settings.stack == "auto" and named_by_user(sources)):
        endpoints = Endpoints(**{key: getattr(settings, key) for key in ADDRESS_KEYS})
        journal.services(endpoints.model_dump())
        return FoundServices(endpoints)
    stack = choose_stack(settings.stack)
    with register():
        running = stack.endpoints()
        if running is not None:
            journal.services(running.model_dump())
        # Noted in any case: a stack that another run has started for itself is stopped by the last one that used it.
        journal.making("stack", str(stack.state_file))
    if running is not None:
        progress.note(f"using the {stack.kind} stack that is running")
        return FoundServices(running, stack, _folder_of(stack))
    progress.note(f"starting the {stack.kind} stack")
    for_run = journal.head.run_id if settings.cleanup else None
    endpoints = stack.up(auto_ports=True, for_run=for_run, progress=progress, cancelled=cancelled)
    journal.services(endpoints.model_dump())
    return FoundServices(endpoints, stack, _folder_of(stack))


def release_stack(stack: Stack, run_id: str, progress: Progress) -> None:
    """Stops a stack that some run has started for itself, unless a run that lives still uses it.

    Args:
        stack: The stack.
        run_id: The run that ends, or has ended.
        progress: Told what is done.

    Raises:
        StackError: when it cannot be stopped.
    """
    with register():
        endpoints = stack.endpoints()
        if stack.for_run() is None:
            return  # the user has started it
        user = user_of_stack(stack, endpoints, besides=run_id)
        if user is not None:
            progress.note(f"the {stack.kind} stack stays: run {user.head.run_id} uses it")
            return
        progress.note("stopping the stack, which was started for a run")
        stack.down()


def user_of_stack(stack: Stack, endpoints: Endpoints | None, *, besides: str | None = None) -> Journaled | None:
    """A run that lives and uses this stack."""
    addresses = endpoints.model_dump() if endpoints is not None else {}
    name = Resource("stack", str(stack.state_file))
    for journaled in living(besides=besides):
        if journaled.holds(name) or any(journaled.reaches(key, text) for key, text in addresses.items()):
            return journaled
    return None


async def find_for_run(
    settings: Settings, sources: Mapping[str, str], undo: Steps, *, journal: Journal, progress: Progress
) -> FoundServices:
    """The services of a run; a stack that is still starting when the run is interrupted is stopped all the same.

    Args:
        settings: The settings in force.
        sources: Where each came from.
        undo: Stops the stack that was started for a run.
        journal: Told of the services, and of a stack before it is started.
        progress: Hears what a starting stack does.

    Raises:
        StackError: when a stack cannot be started.
    """
    cancelled = threading.Event()

    async def find() -> FoundServices:
        found = await asyncio.to_thread(
            find_services, settings, sources, journal=journal, progress=progress, cancelled=cancelled
        )
        if found.stack is not None and settings.cleanup:
            run_id = journal.head.run_id
            undo.push(f"the {found.stack.kind} stack", asyncio.to_thread, release_stack, found.stack, run_id, progress)
        return found

    return await to_its_end(find(), cancelled=cancelled, grace_s=None)


def _folder_of(stack: Stack) -> Path | None:
    """Where a local stack keeps its data; containers keep theirs elsewhere."""
    return stack.stack_dir if isinstance(stack, LocalStack) else None


def make_clients(endpoints: Endpoints, settings: Settings, *, on_kafka_fault: FaultListener) -> Clients:
    """A client of each service; connects to nothing yet.

    Raises:
        SettingsError: the security settings or a proxy cannot be used.
    """
    proxy = settings.proxy
    return Clients(
        kafka=KafkaAdmin(kafka_access(endpoints.bootstrap_servers, settings.kafka.security), listener=on_kafka_fault),
        registry=RegistryClient(
            endpoints.schema_registry_url,
            access=http_access(settings.schema_registry.security, section="schema_registry", proxy=proxy),
        ),
        flink=FlinkClient(
            endpoints.flink_url, access=http_access(settings.flink.security, section="flink", proxy=proxy)
        ),
        gateway=SqlGatewayClient(
            endpoints.sql_gateway_url,
            access=http_access(settings.sql_gateway.security, section="sql_gateway", proxy=proxy),
        ),
    )


async def check_services(clients: Clients) -> None:
    """Asks every service once, all at the same time.

    Raises:
        ServiceError: naming every service that does not answer.
    """
    attempts: list[Awaitable[object]] = [
        asyncio.to_thread(reach, clients.kafka),
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
