"""Whether everything that a run needs is there."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Literal

from rich.table import Table
from rich.text import Text

from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.options import OutputFormat
from pipegen.cli.project_settings import project_settings
from pipegen.cli.tables import print_table
from pipegen.cli.terminal import Terminal, echo
from pipegen.config import Settings
from pipegen.config.load import PROJECT_FILE_NAME
from pipegen.diagnose import remedy_of
from pipegen.errors import PipeGenError, StackError
from pipegen.interrupts import run_interruptible
from pipegen.project import pipeline_name
from pipegen.run.connect import Clients, make_clients, running_stack
from pipegen.run.names import RunNames, names_for, new_run_id
from pipegen.services.kafka_reach import reach
from pipegen.services.kafka_rights import missing_rights
from pipegen.stack import Endpoints
from pipegen.stack.java import find_java
from pipegen.stack.paths import default_cache_dir
from pipegen.units import format_bytes

State = Literal["ok", "warning", "critical"]
_EXIT: dict[State, int] = {"ok": 0, "warning": 1, "critical": 2}
_MARK: dict[State, tuple[str, str]] = {
    "ok": ("● ok", "green"),
    "warning": ("▲ warning", "yellow"),
    "critical": ("■ critical", "bold red"),
}
# The registry needs 21, and everything else runs on it as well.
_JAVA_MAJORS = (21,)
_LOW_DISK_BYTES = 2_000_000_000
_NO_DISK_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that was checked."""

    name: str
    state: State
    found: str
    remedy: str | None = None


def check_services(project: ProjectOptions, flags: Mapping[str, object], output_format: OutputFormat) -> int:
    """Checks everything and prints what was found; returns the exit code."""
    resolved = project_settings(project, flags)
    settings = resolved.settings
    endpoints = Endpoints(
        bootstrap_servers=settings.bootstrap_servers,
        schema_registry_url=settings.schema_registry_url,
        flink_url=settings.flink_url,
        sql_gateway_url=settings.sql_gateway_url,
    )
    asked = _ask(running_stack(resolved.sources) or endpoints, settings, _names(project, settings))
    results = [*run_interruptible(asked), _java(), _disk()]
    if output_format == "json":
        echo(json.dumps([asdict(result) for result in results], indent=2, ensure_ascii=False), is_json=True)
    else:
        _print(results)
    return max(_EXIT[result.state] for result in results)


def _names(project: ProjectOptions, settings: Settings) -> RunNames | None:
    """The names that a run of the project would use; none where there is no project."""
    if project.config is None and not (project.project_dir / PROJECT_FILE_NAME).is_file():
        return None
    return names_for(new_run_id(), pipeline_name(project.project_dir, settings), settings)


async def _ask(endpoints: Endpoints, settings: Settings, names: RunNames | None) -> list[CheckResult]:
    clients = make_clients(endpoints, settings, on_kafka_fault=lambda _fault: None)
    try:
        return list(
            await asyncio.gather(
                _try("Kafka", partial(_kafka, clients, names)),
                _try("Flink", partial(_flink, clients)),
                _try("SQL gateway", partial(_gateway, clients)),
                _try("schema registry", partial(_registry, clients)),
            )
        )
    finally:
        await clients.close()


async def _try(name: str, ask: Callable[[], Awaitable[CheckResult]]) -> CheckResult:
    try:
        return await ask()
    except PipeGenError as error:
        return CheckResult(name, "critical", error.message, remedy_of(error))


async def _kafka(clients: Clients, names: RunNames | None) -> CheckResult:
    reached = await asyncio.to_thread(reach, clients.kafka)
    cluster = reached.view
    found = f"{len(cluster.brokers)} brokers, {len(cluster.topics)} topics, {cluster.partitions} partitions"
    leaderless = sum(part.leader < 0 for topic in cluster.topics.values() for part in topic.values())
    if leaderless:
        return CheckResult("Kafka", "warning", f"{found}; {leaderless} partitions have no leader")
    if reached.unreachable:
        told = "; ".join(f"broker {address} {why}" for address, why in reached.unreachable.items())
        return CheckResult("Kafka", "warning", f"{found}; {told}", "Check advertised.listeners of these brokers.")
    if names is not None:
        topics, groups = [names.input_topic, names.output_topic], [names.consumer_group]
        lacking = await asyncio.to_thread(missing_rights, clients.kafka, topics=topics, groups=groups)
        if lacking:
            remedy = f"Allow {'; '.join(lacking)}, with a prefix for names that end in a run's id."
            return CheckResult("Kafka", "warning", f"{found}; this user lacks rights that a run needs", remedy)
    return CheckResult("Kafka", "ok", f"{found} at {clients.kafka.bootstrap_servers}")


async def _flink(clients: Clients) -> CheckResult:
    cluster = await clients.flink.overview()
    found = (
        f"{cluster.version}, {cluster.task_managers} TaskManagers, "
        f"{cluster.slots_free} of {cluster.slots_total} slots free at {clients.flink.shown_url}"
    )
    if cluster.slots_free == 0:
        remedy = "Cancel a job (`pipegen clean --flink` on the local stack) or add a TaskManager."
        return CheckResult("Flink", "warning", found, remedy)
    return CheckResult("Flink", "ok", found)


async def _gateway(clients: Clients) -> CheckResult:
    return CheckResult("SQL gateway", "ok", f"{await clients.gateway.version()} at {clients.gateway.shown_url}")


async def _registry(clients: Clients) -> CheckResult:
    answer_ms = await clients.registry.ping_ms()
    return CheckResult("schema registry", "ok", f"answered in {answer_ms:.0f} ms at {clients.registry.shown_url}")


def _java() -> CheckResult:
    try:
        java = find_java(*_JAVA_MAJORS)
        return CheckResult("Java", "ok", f"Java {java.major} from {java.source}")
    except StackError as error:
        # Only the local stack needs it: a warning where the services run elsewhere.
        return CheckResult("Java", "warning", error.message, error.remedy)


def _disk() -> CheckResult:
    folder = default_cache_dir()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free_bytes = shutil.disk_usage(existing).free
    state: State = "ok" if free_bytes >= _LOW_DISK_BYTES else "warning" if free_bytes >= _NO_DISK_BYTES else "critical"
    remedy = None if state == "ok" else "Free some space, or name another folder with PIPEGEN_CACHE_DIR."
    return CheckResult("disk", state, f"{format_bytes(free_bytes)} free at {folder}", remedy)


def _print(results: list[CheckResult]) -> None:
    console = Terminal()
    table = Table(box=None, pad_edge=False)
    for heading in ("part", "state", "found"):
        table.add_column(heading, overflow="fold")
    for result in results:
        mark, style = _MARK[result.state]
        table.add_row(result.name, Text(mark, style=style), Text(result.found))
        if result.remedy:
            table.add_row("", "", Text(f"→ {result.remedy}", style="dim"))
    print_table(table, console)
