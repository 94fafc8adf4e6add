"""A run as the command line asks for it: its input is checked, then it is shown or started."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from pipegen.cli.data_file import reading_line
from pipegen.cli.flags import FLAG_NAMES
from pipegen.cli.results import ResultFiles
from pipegen.cli.sentences import print_warning
from pipegen.cli.session import RunRequest, run_session
from pipegen.cli.settings_view import show_settings
from pipegen.config import ResolvedSettings, load_settings
from pipegen.errors import ProjectError
from pipegen.gates import read_thresholds
from pipegen.outputs import require_otel
from pipegen.project import open_project
from pipegen.run import fault_warnings, open_input, plan_rows, planned_counts, record_plan, rules_of, schedule_of
from pipegen.traffic import draw_plan, plan_traffic
from pipegen.units import NS_PER_S


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for on the command line."""

    flags: Mapping[str, object]
    project_dir: Path
    config: Path | None
    dashboard: bool
    open_browser: bool | None
    files: ResultFiles
    dashboard_token: str | None = None
    insecure: bool = False
    keep: int | None = None
    dry_run: bool = False
    show_config: bool = False


def start(wishes: Wishes) -> None:
    """Checks the input, then shows settings or plan, or runs and exits with the run's code."""
    resolved = resolve_settings(wishes)
    if wishes.show_config:
        show_settings(resolved, Console())
        return
    request = _checked(wishes, resolved)
    if wishes.dry_run:
        console = Console(highlight=False)
        counts = planned_counts(request.plan, request.settings)
        console.print(draw_plan(request.plan, width=min(console.width, 100), counts=counts), markup=False)
        return
    raise typer.Exit(asyncio.run(run_session(request)))


def prepare(wishes: Wishes) -> RunRequest:
    """Checks the input; a run that is ready to start."""
    return _checked(wishes, resolve_settings(wishes))


def resolve_settings(wishes: Wishes) -> ResolvedSettings:
    """The settings of a project with what the command line says."""
    if not wishes.project_dir.is_dir():
        raise ProjectError(
            f"project folder {wishes.project_dir} does not exist",
            remedy="Create one with `pipegen init NAME`, or name yours with --project-dir.",
        )
    resolved = load_settings(
        project_dir=wishes.project_dir,
        flags=wishes.flags,
        flag_names=FLAG_NAMES,
        environ=os.environ,
        config_file=wishes.config,
        home=Path.home(),
    )
    for warning in resolved.warnings:
        print_warning(warning)
    return resolved


def _checked(wishes: Wishes, resolved: ResolvedSettings) -> RunRequest:
    request = _request(wishes, resolved)
    source = request.project.script.input_table()
    for warning in fault_warnings(request.settings, source_format=None if source is None else source.format):
        print_warning(warning)
    return request


def _request(wishes: Wishes, resolved: ResolvedSettings) -> RunRequest:
    settings = resolved.settings
    project: Any = open_project(wishes.project_dir, settings)
    file = open_input(wishes.project_dir, settings, project.input_schema.parsed, resolved.sources)
    plan = plan_rows(
        plan_traffic(settings, resolved.sources),
        file,
        project.input_schema.parsed,
        settings,
        resolved.sources,
        on_rows=reading_line(Console(stderr=True)),
    )
    if file is None:
        record_plan(project.input_schema, settings, schema_id=0)  # so are a key, a fault or a hint that cannot be
    rules_of(project, settings, resolved.sources)
    schedule_of(plan, settings)  # a plan that cannot be paced is refused before anything starts
    thresholds = read_thresholds(
        settings.thresholds,
        resolved.sources,
        phases=[phase.name for phase in plan.phases],
        duration_s=plan.duration_ns / NS_PER_S,
    )
    wishes.files.check()
    if settings.otel.endpoint is not None:
        require_otel()
    return RunRequest(
        project=project,
        settings=settings,
        sources=resolved.sources,
        plan=plan,
        file=file,
        thresholds=thresholds,
        dashboard=wishes.dashboard,
        dashboard_token=wishes.dashboard_token or None,
        insecure=wishes.insecure,
        open_browser=wishes.open_browser,
        files=wishes.files,
        keep=wishes.keep,
    )
