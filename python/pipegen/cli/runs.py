"""The list of recorded runs."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.tables import print_table
from pipegen.cli.terminal import Terminal
from pipegen.replay import list_recordings
from pipegen.session.recording import runs_folder
from pipegen.units import format_bytes


def show_runs(project: ProjectOptions, runs_dir: Path | None) -> None:
    """Prints the recorded runs, newest first."""
    folder = runs_folder(project.project_dir, project_settings(project, flags_of(runs_dir=runs_dir)).settings)
    console = Terminal()
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
