"""One run on one event loop: runner, dashboard, terminal display and signals together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rich.console import Console

from pipegen.bus import EventBus
from pipegen.cli.display import Display, make_display
from pipegen.cli.recording import RunRecord
from pipegen.cli.results import ResultFiles
from pipegen.cli.summary_view import print_summary
from pipegen.config import ResolvedSettings, Settings, secret_values
from pipegen.dashboard import DashboardServer
from pipegen.datafile import DataFile
from pipegen.diagnose import model_endpoint, secrets_of
from pipegen.gates import Threshold
from pipegen.interrupts import on_interrupt
from pipegen.outputs import OtlpPush
from pipegen.project import Project
from pipegen.run import RunSummary
from pipegen.run.runner import Runner
from pipegen.run.spec import RunSpec
from pipegen.tasks import end
from pipegen.traffic import TrafficPlan
from pipegen.units import NS_PER_S

# With many viewers the send thread would wait up to 5 ms for the interpreter lock; see "generator delay".
_SWITCH_INTERVAL_S = 0.0005


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run that is ready to start: everything the user gave is checked."""

    project: Project
    settings: Settings
    sources: Mapping[str, str]
    plan: TrafficPlan
    file: DataFile | None
    dashboard: bool
    dashboard_token: str | None
    insecure: bool
    open_browser: bool | None
    files: ResultFiles
    thresholds: Sequence[Threshold] = ()
    keep: int | None = None

    def on_services(self, settings: Settings, sources: Mapping[str, str]) -> RunRequest:
        """The same run with services that are named."""
        return replace(self, settings=settings, sources=sources)


async def run_session(request: RunRequest) -> int:
    """Runs to the end and returns the exit code.

    After the run the dashboard stays up on a terminal until Ctrl-C; without one everything ends at once.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    console = Console(stderr=True, highlight=False)
    bus = EventBus()
    server = _make_server(request, bus)
    url = await server.start() if server is not None else None
    display = make_display(console, bus)
    command = _without_token(sys.argv)
    secrets = [*secrets_of(os.environ), *secret_values(request.settings)]
    runner = Runner(
        RunSpec(
            project=request.project,
            settings=request.settings,
            sources=request.sources,
            plan=request.plan,
            file=request.file,
            thresholds=request.thresholds,
            command=command,
        ),
        bus=bus,
        progress=display.progress,
        model=model_endpoint(os.environ),
        secrets=secrets,
        show_messages=request.dashboard and not request.settings.dashboard.minimal_mode,
    )
    record = RunRecord(
        run_id=runner.names.run_id,
        project=request.project,
        resolved=ResolvedSettings(request.settings, request.sources),
        command=command,
        secrets=secrets,
        on_failure=runner.note_trouble,
    )
    record.start(bus)
    if server is not None:
        server.follow_recording(record.recorder.folder)
    push = _make_push(request, runner, bus)
    interrupts = _Interrupts(runner)
    try:
        with on_interrupt(interrupts.take):
            if url is not None:
                display.say(f"dashboard: {url}")
                for warning in server.warnings if server is not None else ():
                    display.say(f"warning: {warning}")
                open_in_browser(url, request.open_browser, console)
            summary = await _run(runner, display)
            print_summary(summary, Console(highlight=False))
            await record.finish(summary)
            record.tell(display.say, keep=request.keep)
            await record.report(summary.snapshot, display.say)
            request.files.write(summary)
            if server is not None and console.is_terminal and sys.stdin.isatty() and not interrupts.seen:
                display.say(f"\nThe dashboard stays at {url} until Ctrl-C.")
                await interrupts.wait()
            return summary.exit_code
    finally:
        await record.finish(None)
        if push is not None:
            await push.finish()
        bus.close()
        if server is not None:
            await server.stop()


def _make_server(request: RunRequest, bus: EventBus) -> DashboardServer | None:
    if not request.dashboard:
        return None
    return DashboardServer(
        bus=bus,
        settings=request.settings.dashboard,
        token=request.dashboard_token,
        insecure=request.insecure,
        project_dir=request.project.dir,
    )


def _make_push(request: RunRequest, runner: Runner, bus: EventBus) -> OtlpPush | None:
    otel = request.settings.otel
    if otel.endpoint is None:
        return None
    push = OtlpPush(
        otel.endpoint,
        interval_s=otel.interval_ns / NS_PER_S,
        on_failure=lambda text: runner.note_trouble(text, "Check that a receiver listens at otel.endpoint."),
    )
    push.start(bus)
    return push


def _without_token(command: list[str]) -> list[str]:
    """The command line without the secret: summaries are kept and passed on."""
    flag = "--dashboard-token"
    return [
        "***" if at and command[at - 1] == flag else f"{flag}=***" if word.startswith(f"{flag}=") else word
        for at, word in enumerate(command)
    ]


async def _run(runner: Runner, display: Display) -> RunSummary:
    shown = asyncio.create_task(display.follow())
    try:
        return await runner.run()
    finally:
        await end(shown)


class _Interrupts:
    """Ctrl-C and SIGTERM as requests to end in order."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._arrived = asyncio.Event()
        self.seen = False

    async def wait(self) -> None:
        """Until the next signal."""
        self._arrived.clear()
        await self._arrived.wait()

    def take(self, exit_code: int) -> None:
        """One has arrived."""
        self.seen = True
        self._arrived.set()
        self._runner.interrupt(exit_code)


def open_in_browser(url: str, wanted: bool | None, console: Console) -> None:
    """Opens the page; by default for a person at a terminal, and never in CI."""
    at_terminal = console.is_terminal and sys.stdin.isatty()
    if wanted is None:
        wanted = at_terminal and not os.environ.get("CI")
    if wanted:
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(url)
