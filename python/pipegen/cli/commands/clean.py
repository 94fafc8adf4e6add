"""``pipegen clean``: stops what ``pipegen deploy`` started; deletes data only when told to."""

from __future__ import annotations

from typing import Annotated

import typer

from pipegen.cli.command import Declaration
from pipegen.cli.option_groups import ProjectOptions


def clean(
    volumes: Annotated[
        bool, typer.Option("--volumes", help="Delete topics, subjects, checkpoints and logs as well.")
    ] = False,
    flink: Annotated[
        bool, typer.Option("--flink", help="Cancel the jobs that run in Flink and, without --volumes, stop nothing.")
    ] = False,
    project: ProjectOptions = ProjectOptions(),
) -> None:
    """Stop the services that `pipegen deploy` started.

    Their data stays unless --volumes is given.
    """
    from pipegen.cli.clean import clean_stacks

    clean_stacks(project, volumes=volumes, flink=flink)


DECLARATION = Declaration(clean)
