"""One run on one event loop: runner, dashboard, display and signals together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from pipegen.bus import EventBus
from pipegen.dashboard import DashboardServer
from pipegen.diagnose import model_endpoint
from pipegen.errors import EXIT_OK, EXIT_UNEXPECTED
from pipegen.interrupts import on_interrupt
from pipegen.outputs import OtlpPush
from pipegen.run import RunSummary
from pipegen.run.runner import Runner
from pipegen.run.spec import RunSpec
from pipegen.session.access import DashboardAccess
from pipegen.session.browser import open_in_browser
from pipegen.session.recorded_run import RecordedRun, recorded_run
from pipegen.session.results import ResultFiles
from pipegen.session.telling import Display
from pipegen.tasks import end
from pipegen.units import NS_PER_S


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run that is ready to start: everything the user gave is checked.

    Attributes:
        spec: The run.
        files: Where its results go.
        dashboard: How its dashboard is reached; None for a run without one.
        keep: How many recordings to keep; None keeps all.
    """

    spec: RunSpec
    files: ResultFiles
    dashboard: DashboardAccess | None = None
    keep: int | None = None


async def run_session(request: RunRequest, make_display: Callable[[EventBus], Display]) -> int:
    """Runs to the end and returns the exit code.

    After the run the dashboard stays up on a terminal until Ctrl-C; without one everything ends at once.
    """
    spec = request.spec
    async with AsyncExitStack() as opened:
        bus = EventBus()
        server, url = await _open_dashboard(request, bus, opened)
        opened.callback(bus.close)
        display = make_display(bus)
        run = await opened.enter_async_context(
            recorded_run(
                spec,
                bus,
                progress=display.progress,
                model=model_endpoint(os.environ),
                show_messages=server is not None and not spec.settings.dashboard.minimal_mode,
            )
        )
        if server is not None:
            server.follow_recording(run.record.recorder.folder)
        _start_push(spec, run.runner, bus, opened)
        interrupts = _Interrupts(run.runner, display)
        with on_interrupt(interrupts.take, left=run.runner.left):
            if request.dashboard is not None and server is not None:
                display.say(f"dashboard: {url}")
                for warning in server.warnings:
                    display.say(f"warning: {warning}")
                open_in_browser(url, request.dashboard, display)
            summary = await _run(run.runner, display)
            code = await _keep_results(request, run, summary, display, interrupts)
            if interrupts.exit_code is not None:
                return interrupts.exit_code
            if server is not None and display.interactive:
                await interrupts.leave_dashboard(url)
            return code


async def _open_dashboard(
    request: RunRequest, bus: EventBus, opened: AsyncExitStack
) -> tuple[DashboardServer | None, str]:
    """The dashboard and its address, where one is wanted."""
    if request.dashboard is None:
        return None, ""
    server = DashboardServer(
        bus=bus,
        settings=request.spec.settings.dashboard,
        token=request.dashboard.token,
        insecure=request.dashboard.insecure,
        project_dir=request.spec.project.dir,
    )
    url = await server.start()
    opened.push_async_callback(server.stop)
    return server, url


def _start_push(spec: RunSpec, runner: Runner, bus: EventBus, opened: AsyncExitStack) -> None:
    otel = spec.settings.otel
    if otel.endpoint is None:
        return
    push = OtlpPush(
        otel.endpoint,
        interval_s=otel.interval_ns / NS_PER_S,
        on_failure=lambda text: runner.note_trouble(text, "Check that a receiver listens at otel.endpoint."),
        proxy=spec.settings.proxy,
    )
    push.start(bus)
    opened.push_async_callback(push.finish)


async def _run(runner: Runner, display: Display) -> RunSummary:
    shown = asyncio.create_task(display.follow())
    try:
        return await runner.run()
    finally:
        await end(shown)


async def _keep_results(
    request: RunRequest, run: RecordedRun, summary: RunSummary, display: Display, interrupts: _Interrupts
) -> int:
    """Writes recording, files and report, then shows how the run ended; returns the exit code.

    What is shown comes last: a terminal may be gone, or may take nothing more.
    """
    said: list[str] = []
    await run.record.finish(summary)
    if interrupts.exit_code is not None:
        summary = summary.model_copy(update={"exit_code": interrupts.exit_code})
    failures = request.files.write(summary)
    not_shown = request.files.append_step_summary(summary)
    run.record.tell(said.append, keep=request.keep)
    await run.record.report(summary.snapshot, said.append)
    display.ended(summary)
    for line in said:
        display.say(line)
    if not_shown is not None:
        display.say(f"warning: {not_shown}")
    for failure in failures:
        display.say(f"error: {failure}")
    return summary.exit_code or (EXIT_UNEXPECTED if failures else EXIT_OK)


class _Interrupts:
    """A signal as a request to end in order."""

    def __init__(self, runner: Runner, display: Display) -> None:
        self._runner = runner
        self._display = display
        self._arrived = asyncio.Event()
        self._over = False
        self.exit_code: int | None = None

    def take(self, exit_code: int) -> None:
        """One has arrived."""
        self.exit_code = exit_code
        self._arrived.set()
        if not self._over:
            self._display.say("interrupted: ending in order; once more ends at once")
            self._runner.interrupt(exit_code)

    async def leave_dashboard(self, url: str) -> None:
        """Waits for the user to leave the dashboard of a run that is over."""
        self._over = True
        self._display.say(f"\nThe dashboard stays at {url} until Ctrl-C.")
        await self._arrived.wait()
