"""``pipegen replay``: the live dashboard over a recording; ``pipegen runs``: what is recorded."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.bus import EventBus
from pipegen.cli import options
from pipegen.cli.recording import runs_folder
from pipegen.cli.report import project_settings
from pipegen.cli.session import open_in_browser
from pipegen.cli.tables import print_table
from pipegen.config import DashboardSettings
from pipegen.dashboard import DashboardServer
from pipegen.errors import EXIT_OK
from pipegen.interrupts import interruption
from pipegen.replay import Recording, find_recording, list_recordings, open_recording, play
from pipegen.tasks import end
from pipegen.units import format_bytes


def replay(
    run: Annotated[str, typer.Argument(help="A run: its id, its folder, or last.", metavar="RUN")] = "last",
    speed: Annotated[
        float, typer.Option("--speed", min=0.01, max=10_000, help="So many times as fast as it happened.")
    ] = 1.0,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port of the dashboard.")] = None,
    dashboard_token: options.DashboardToken = None,
    insecure: options.Insecure = False,
    open_browser: options.OpenBrowser = None,
    runs_dir: options.RunsDir = None,
    project_dir: options.ProjectDir = Path(),
    config: options.ConfigFile = None,
) -> None:
    """Show a recorded run on the live dashboard, as it happened or faster. Ctrl-C ends it."""
    settings = project_settings(project_dir, config, runs_dir=runs_dir)
    recording = open_recording(find_recording(run, runs_folder(project_dir, settings)))
    look = settings.dashboard if port is None else settings.dashboard.model_copy(update={"port": port})
    serving = _serve(
        recording,
        look,
        speed=speed,
        token=dashboard_token or None,
        insecure=insecure,
        open_browser=open_browser,
        project_dir=project_dir,
    )
    raise typer.Exit(asyncio.run(serving))


def runs(
    runs_dir: options.RunsDir = None,
    project_dir: options.ProjectDir = Path(),
    config: options.ConfigFile = None,
) -> None:
    """List the recorded runs, newest first."""
    folder = runs_folder(project_dir, project_settings(project_dir, config, runs_dir=runs_dir))
    console = Console(highlight=False)
    found = list_recordings(folder)
    if not found:
        console.print(Text(f"There is no recording in {folder}; each `pipegen run` writes one."), soft_wrap=True)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("run", "pipeline", "started", "state"):
        table.add_column(heading, overflow="fold")
    table.add_column("size", justify="right")
    for listed in found:
        state = Text("complete") if listed.complete else Text("cut off, or still going on", style="yellow")
        started = listed.manifest.started_at[:19].replace("T", " ") + " UTC"
        manifest = listed.manifest
        table.add_row(Text(manifest.run_id), Text(manifest.pipeline), started, state, format_bytes(listed.size_bytes))
    print_table(table, console)


async def _serve(
    recording: Recording,
    look: DashboardSettings,
    *,
    speed: float,
    token: str | None,
    insecure: bool,
    open_browser: bool | None,
    project_dir: Path,
) -> int:
    console = Console(stderr=True, highlight=False)
    bus = EventBus()
    server = DashboardServer(
        bus=bus, settings=look, token=token, insecure=insecure, project_dir=project_dir, recording=recording.folder
    )
    with interruption() as ended:
        playing: asyncio.Task[int] | None = None
        try:
            url = await server.start()
            console.print(Text(f"dashboard: {url}"), soft_wrap=True)
            for warning in server.warnings:
                console.print(Text(f"warning: {warning}"), soft_wrap=True)
            at = "" if speed == 1 else f" at {speed:g} times its pace"
            console.print(Text(f"replaying run {recording.manifest.run_id}{at}; Ctrl-C ends it."), soft_wrap=True)
            open_in_browser(url, open_browser, console)
            playing = asyncio.create_task(play(recording, bus, speed=speed), name="replay")
            over = asyncio.create_task(ended.wait())
            await asyncio.wait({playing, over}, return_when=asyncio.FIRST_COMPLETED)
            if playing.done():
                snapshots = playing.result()
                how = "" if recording.complete else " The run was cut off here."
                console.print(Text(f"the recording is over after {snapshots} snapshots.{how}"), soft_wrap=True)
                await over
            over.cancel()
        finally:
            await end(playing)
            bus.close()
            await server.stop()
    return EXIT_OK
