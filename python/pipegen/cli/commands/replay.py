"""``pipegen replay``: the live dashboard over a recording."""

from __future__ import annotations

from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example
from pipegen.cli.option_groups import AccessOptions, ProjectOptions


def replay(
    run: options.Run = "last",
    speed: Annotated[
        float,
        typer.Option(
            "--speed", metavar="FACTOR", min=0.01, max=10_000, help="N times faster than it happened, 0.01 to 10,000."
        ),
    ] = 1.0,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="PORT", min=0, max=65535, help="Port of the dashboard. Default 3000."),
    ] = None,
    access: AccessOptions = AccessOptions(),
    runs_dir: options.RunsDir = None,
    project: ProjectOptions = ProjectOptions(),
) -> None:
    """Show a recorded run on the live dashboard.

    It goes as it happened, or faster. Ctrl-C ends it.
    """
    from pipegen.cli.replay import replay_run

    replay_run(
        run,
        project,
        access.access(),
        speed=speed,
        port=port,
        runs_dir=runs_dir,
    )


DECLARATION = Declaration(
    replay,
    examples=(
        Example("pipegen replay --project-dir orders", "The newest run:"),
        Example("pipegen replay last --speed 10 --project-dir orders", "The same, ten times faster:"),
    ),
)
