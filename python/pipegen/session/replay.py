"""A recording played on the live dashboard until the command is interrupted."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pipegen.bus import EventBus
from pipegen.config import DashboardSettings
from pipegen.dashboard import DashboardServer
from pipegen.replay import Recording, play
from pipegen.session.access import DashboardAccess
from pipegen.session.browser import open_in_browser
from pipegen.session.telling import Teller


async def serve_replay(
    recording: Recording,
    look: DashboardSettings,
    access: DashboardAccess,
    teller: Teller,
    *,
    speed: float,
    project_dir: Path,
) -> None:
    """Plays until it is cancelled.

    Args:
        recording: What to play.
        look: Settings of the dashboard.
        access: How it is reached.
        teller: Told what happens.
        speed: N times faster than it happened.
        project_dir: The project's folder, for its logo.
    """
    bus = EventBus()
    server = DashboardServer(
        bus=bus,
        settings=look,
        token=access.token,
        insecure=access.insecure,
        project_dir=project_dir,
        recording=recording.folder,
    )
    try:
        url = await server.start()
        teller.say(f"dashboard: {url}")
        for warning in server.warnings:
            teller.say(f"warning: {warning}")
        at = "" if speed == 1 else f" at {speed:g} times its pace"
        teller.say(f"replaying run {recording.manifest.run_id}{at}; Ctrl-C ends it.")
        open_in_browser(url, access, teller)
        snapshots = await play(recording, bus, speed=speed)
        how = "" if recording.complete else " The run was cut off here."
        lost = " Parts of it are damaged and were passed over." if recording.damaged else ""
        teller.say(f"the recording is over after {snapshots} snapshots.{how}{lost}")
        await asyncio.Event().wait()  # for ever
    finally:
        bus.close()
        await server.stop()
