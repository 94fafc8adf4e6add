"""A run of SQL files without a project: services found, the script planned by Flink, then the run like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from pipegen.config import ResolvedSettings
from pipegen.errors import ProjectError
from pipegen.planner import ScriptPlan, plan_script
from pipegen.project import sql_paths
from pipegen.project.plan.splitter import split_files
from pipegen.project.plan.statement import Statement
from pipegen.run.announcement import told_of, told_of_as_written
from pipegen.run.as_written import NOTHING_THERE, AsWritten, find_as_written
from pipegen.run.connect import ADDRESS_KEYS, find_for_run, make_clients
from pipegen.run.names import names_for, sql_variables
from pipegen.run.planned_script import ReadyScript, ready_script
from pipegen.run.replaced import stand_in_rules
from pipegen.run.undo import Steps
from pipegen.services.http_access import http_access
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.session.holding import holding_journal
from pipegen.session.telling import Teller
from pipegen.stack import Endpoints, Progress

_END_S: Final = 30.0
_RUN_ID: Final = "RUN_ID"  # what a run puts there is not known yet


@asynccontextmanager
async def planned_sql(
    project_dir: Path, resolved: ResolvedSettings, *, teller: Teller, progress: Progress
) -> AsyncIterator[ReadyScript]:
    """The script planned, on services that are held until the block ends.

    Args:
        project_dir: The folder that results go to.
        resolved: The settings in force.
        teller: Told what the run is going to do with the script's topics.
        progress: Hears what a starting stack does.

    Raises:
        ProjectError: a file cannot be read, Flink refuses a statement, or there is nothing to run.
        ServiceError: when a service does not answer.
    """
    settings = resolved.settings
    files = sql_paths(project_dir, settings)
    statements = split_files(files)
    if not statements:
        raise ProjectError(f"{files[0]}: no statement in it", remedy="Name a file with Flink SQL.")
    name = settings.name or files[0].stem
    journal = holding_journal(project_dir, settings, progress)
    journal.open()
    left: list[str] = []
    try:
        async with Steps(_END_S, left) as undo:
            found = await find_for_run(settings, resolved.sources, undo, journal=journal, progress=progress)
            progress.note("asking Flink what the SQL means")
            known = _with_services(resolved, found.endpoints)
            plan = await _ask(statements, known, name)
            for finding in plan.findings:
                if finding.severity == "warning":
                    teller.say(f"warning: {finding.where}: {finding.message}")
            there = await _as_written(plan, known, found.endpoints)
            ready = ready_script(plan, known, project_dir=project_dir, name=name, found=there)
            for line in told_of(ready.project):
                teller.say(line)
            if ready.project.as_written:
                for line in told_of_as_written(ready.project, known.settings, there):
                    teller.say(line)
            yield ready
    finally:
        for sentence in left:
            progress.note(f"warning: {sentence}")
        journal.close(keep=False)


def _with_services(resolved: ResolvedSettings, endpoints: Endpoints) -> ResolvedSettings:
    """From here on the services have names: the run starts and stops none."""
    named = {key: getattr(endpoints, key) for key in ADDRESS_KEYS}
    settings = resolved.settings.model_copy(update={**named, "stack": "none"})
    return ResolvedSettings(settings, {**dict.fromkeys(ADDRESS_KEYS, "the services found"), **resolved.sources})


async def _ask(statements: Sequence[Statement], resolved: ResolvedSettings, name: str) -> ScriptPlan:
    settings = resolved.settings
    variables = sql_variables(
        names_for(_RUN_ID, name, settings),
        bootstrap_servers=settings.bootstrap_servers,
        schema_registry_url=settings.schema_registry_url,
        data_file=None,
        kafka=settings.kafka.security,
        registry=settings.schema_registry.security,
    )
    access = http_access(settings.sql_gateway.security, section="sql_gateway", proxy=settings.proxy)
    gateway = SqlGatewayClient(settings.sql_gateway_url, access=access)
    try:
        await gateway.version()
        return await plan_script(statements, gateway, variables=variables, replaced=stand_in_rules(settings))
    finally:
        await gateway.close()


async def _as_written(plan: ScriptPlan, resolved: ResolvedSettings, endpoints: Endpoints) -> AsWritten:
    """What is there under the script's own names, where a run uses them."""
    if not resolved.settings.pipeline.use_topics_as_written:
        return NOTHING_THERE
    clients = make_clients(endpoints, resolved.settings, on_kafka_fault=lambda _fault: None)
    try:
        return await find_as_written(plan.topology, clients)
    finally:
        await clients.close()
