"""``pipegen runs``: what is recorded."""

from __future__ import annotations

from pipegen.cli import options
from pipegen.cli.command import Declaration
from pipegen.cli.option_groups import ProjectOptions


def runs(
    runs_dir: options.RunsDir = None,
    project: ProjectOptions = ProjectOptions(),
) -> None:
    """List the recorded runs, newest first."""
    from pipegen.cli.runs import show_runs

    show_runs(project, runs_dir)


DECLARATION = Declaration(runs)
