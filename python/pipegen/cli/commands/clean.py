"""``pipegen clean``: stops what ``pipegen deploy`` started; deletes data only when told to."""

from __future__ import annotations

from typing import Annotated

import typer

from pipegen.cli.command import Declaration
from pipegen.cli.option_groups import ProjectOptions
from pipegen.errors import SettingsError


def clean(
    volumes: Annotated[
        bool, typer.Option("--volumes", help="Delete topics, subjects, checkpoints and logs as well.")
    ] = False,
    flink: Annotated[
        bool, typer.Option("--flink", help="Cancel the jobs that run in Flink and, without --volumes, stop nothing.")
    ] = False,
    leftovers: Annotated[
        bool,
        typer.Option(
            "--leftovers",
            help="Remove what crashed or killed runs left, wherever they ran; stop nothing that the user started.",
        ),
    ] = False,
    project: ProjectOptions = ProjectOptions(),
) -> None:
    """Stop the services that `pipegen deploy` started.

    Their data stays unless --volumes is given. Nothing is taken from a run that lives: it is named, and the exit code
    is 3.
    """
    if leftovers:
        if volumes or flink:
            raise SettingsError("--leftovers stands alone", remedy="Give --volumes or --flink in a second command.")
        from pipegen.cli.clean_leftovers import clean_leftovers

        clean_leftovers(project)
        return
    from pipegen.cli.clean import clean_stacks

    clean_stacks(project, volumes=volumes, flink=flink)


DECLARATION = Declaration(clean)
