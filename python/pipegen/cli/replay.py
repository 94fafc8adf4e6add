"""A recording on the live dashboard, as the command line asks for it."""

from __future__ import annotations

from pathlib import Path

from pipegen.cli.display import ConsoleTeller
from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.terminal import Terminal
from pipegen.interrupts import run_interruptible
from pipegen.replay import find_recording, open_recording
from pipegen.session.access import DashboardAccess
from pipegen.session.recording import runs_folder
from pipegen.session.replay import serve_replay


def replay_run(
    run: str,
    project: ProjectOptions,
    access: DashboardAccess,
    *,
    speed: float,
    port: int | None,
    runs_dir: Path | None,
) -> None:
    """Plays a recording on the live dashboard until it is interrupted."""
    settings = project_settings(project, flags_of(runs_dir=runs_dir)).settings
    recording = open_recording(find_recording(run, runs_folder(project.project_dir, settings)))
    look = settings.dashboard if port is None else settings.dashboard.model_copy(update={"port": port})
    teller = ConsoleTeller(Terminal(stderr=True))
    serving = serve_replay(recording, look, access, teller, speed=speed, project_dir=project.project_dir)
    run_interruptible(serving)
