"""A run as the command line asks for it: its input is checked, then it is shown or started."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from pipegen.bus import EventBus
from pipegen.cli.data_file import reading_line
from pipegen.cli.display import make_display
from pipegen.cli.known_secrets import known_secrets
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.sentences import print_warning
from pipegen.cli.settings_view import show_settings
from pipegen.cli.streams import results_lie_elsewhere
from pipegen.cli.terminal import Terminal
from pipegen.config import ResolvedSettings, Settings, secret_values
from pipegen.config.source import source_of
from pipegen.errors import EXIT_OK, ProjectError, SettingsError
from pipegen.interrupts import run_interruptible
from pipegen.outputs import require_otel
from pipegen.redact import redact_command
from pipegen.run import fault_warnings, planned_counts
from pipegen.run.planned_script import ReadyScript
from pipegen.run.planning import plan_run, spec_of
from pipegen.run.spec import RunSpec
from pipegen.session.access import DashboardAccess
from pipegen.session.results import ResultFiles, check_folder
from pipegen.session.run import RunRequest, run_session
from pipegen.session.sql import planned_sql
from pipegen.session.telling import Display
from pipegen.traffic import draw_plan
from pipegen.units import format_count


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for on the command line.

    Attributes:
        project: The project, and whether only to show its settings.
        flags: What the command line sets.
        files: Where results go.
        dashboard: How the dashboard is reached; None for a run without one.
        keep: How many recordings to keep; None keeps all.
        dry_run: Whether only to show the plan.
        show_config: Whether only to show the settings.
    """

    project: ProjectOptions
    flags: Mapping[str, object]
    files: ResultFiles
    dashboard: DashboardAccess | None
    keep: int | None = None
    dry_run: bool = False
    show_config: bool = False


def start(options: RunOptions) -> None:
    """Checks the input, then shows settings or plan, or runs and exits with the run's code."""
    resolved = run_settings(options.project, options.flags)
    if options.show_config:
        show_settings(resolved, Terminal())
        return
    results_lie_elsewhere()
    with _private(resolved.settings):
        code = _run(options, resolved)
    raise typer.Exit(code)


def _run(options: RunOptions, resolved: ResolvedSettings) -> int:
    """Shows the plan or runs it, and returns the exit code."""
    if resolved.settings.pipeline.sql:
        return run_interruptible(_run_sql(options, resolved))
    spec = planned(options.project, resolved, options.files)
    if options.dry_run:
        _show_plan(spec)
        return EXIT_OK
    request = RunRequest(spec, options.files, options.dashboard, options.keep)
    return run_interruptible(run_session(request, _display))


async def _run_sql(options: RunOptions, resolved: ResolvedSettings) -> int:
    """Has Flink read the SQL, then runs it."""
    bus = EventBus()
    display = _display(bus)
    folder = options.project.project_dir
    async with planned_sql(folder, resolved, teller=display, progress=display.progress) as ready:
        spec = planned_script(ready, options.files)
        if options.dry_run:
            _show_plan(spec)
            return EXIT_OK
        return await run_session(RunRequest(spec, options.files, options.dashboard, options.keep), _display)


def _show_plan(spec: RunSpec) -> None:
    """Shows the plan, and warns of faults that the pipeline may not survive: a run tells of them itself."""
    for warning in fault_warnings(spec.settings, source_format=spec.project.input_format):
        print_warning(warning)
    console = Terminal()
    counts = planned_counts(spec.plan, spec.schedule)
    console.print(draw_plan(spec.plan, width=min(console.width, 100), counts=counts))
    if len(spec.schedules) > 1:
        for facts, schedule in zip(spec.project.inputs, spec.schedules, strict=True):
            load = facts.record.load if facts.record is not None else None
            before = f", after {format_count(load.records)} that it is loaded with" if load is not None else ""
            console.print(f"input {facts.name}: {format_count(schedule.total_events)} records{before}", soft_wrap=True)


def run_settings(project: ProjectOptions, flags: Mapping[str, object]) -> ResolvedSettings:
    """The settings of a run, whose folder has to exist."""
    if not project.project_dir.is_dir():
        raise ProjectError(
            f"project folder {project.project_dir} does not exist",
            remedy="Create one with `pipegen init NAME`, or name yours with --project-dir.",
        )
    return project_settings(project, flags)


def planned(project: ProjectOptions, resolved: ResolvedSettings, files: ResultFiles) -> RunSpec:
    """The run, after everything that the user gave was checked."""
    return checked(plan_run(project.project_dir, resolved, command=_command(), on_rows=_on_rows()), files)


def planned_script(ready: ReadyScript, files: ResultFiles) -> RunSpec:
    """The same for a script that Flink has planned."""
    return checked(spec_of(ready.project, ready.resolved, command=_command(), on_rows=_on_rows()), files)


def checked(spec: RunSpec, files: ResultFiles) -> RunSpec:
    """The run, once its files can be written."""
    files.check()
    _check_folder(spec, "runs_dir", spec.settings.runs_dir)
    if spec.settings.generate_report:
        _check_folder(spec, "reports_dir", spec.settings.reports_dir)
    if spec.settings.otel.endpoint is not None:
        require_otel()
    return spec


def _check_folder(spec: RunSpec, key: str, folder: Path) -> None:
    """Tries a folder before the load; one that nobody asked for costs what would lie there, and not the run.

    Raises:
        SettingsError: the user asked for it, and nothing can be written there.
    """
    try:
        check_folder(f"{source_of(spec.sources, key)}: {key}", spec.project.dir / folder)
    except SettingsError as error:
        if key in spec.sources:
            raise
        print_warning(error.message)


def _display(bus: EventBus) -> Display:
    return make_display(Terminal(stderr=True), bus)


def _command() -> list[str]:
    """The command line without secrets, because summaries are stored and shared."""
    return redact_command(sys.argv, known=known_secrets())


@contextmanager
def _private(settings: Settings) -> Iterator[None]:
    """Makes files that a run with credentials writes readable by this user only."""
    if not any(secret_values(settings)):
        yield
        return
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _on_rows() -> Callable[[int], bool]:
    return reading_line(Terminal(stderr=True))
