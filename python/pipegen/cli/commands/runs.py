"""``pipegen runs``: what is recorded."""

from __future__ import annotations

from pathlib import Path

from pipegen.cli import options
from pipegen.cli.command import Declaration


def runs(
    runs_dir: options.RunsDir = None,
    project_dir: options.ProjectDir = Path(),
    config: options.ConfigFile = None,
) -> None:
    """List the recorded runs, newest first."""
    from pipegen.cli.runs import show_runs

    show_runs(project_dir, config, runs_dir)


DECLARATION = Declaration(runs)
