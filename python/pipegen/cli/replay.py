"""The live dashboard over a recording."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rich.console import Console
from rich.text import Text

from pipegen.bus import EventBus
from pipegen.cli.recording import runs_folder
from pipegen.cli.report import project_settings
from pipegen.cli.session import open_in_browser
from pipegen.config import DashboardSettings
from pipegen.dashboard import DashboardServer
from pipegen.errors import EXIT_OK
from pipegen.interrupts import interruption
from pipegen.replay import Recording, find_recording, open_recording, play
from pipegen.tasks import end


def replay_run(
    run: str,
    *,
    speed: float,
    port: int | None,
    token: str | None,
    insecure: bool,
    open_browser: bool | None,
    runs_dir: Path | None,
    project_dir: Path,
    config: Path | None,
) -> int:
    """Plays a recording on the live dashboard until a signal ends it; returns the exit code."""
    settings = project_settings(project_dir, config, runs_dir=runs_dir)
    recording = open_recording(find_recording(run, runs_folder(project_dir, settings)))
    look = settings.dashboard if port is None else settings.dashboard.model_copy(update={"port": port})
    serving = _serve(
        recording,
        look,
        speed=speed,
        token=token,
        insecure=insecure,
        open_browser=open_browser,
        project_dir=project_dir,
    )
    return asyncio.run(serving)


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
