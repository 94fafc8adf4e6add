"""``pipegen check``: whether everything that a run needs is there."""

from __future__ import annotations

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration
from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import AddressOptions, ProjectOptions


def check(
    output_format: options.OutputFormatOption = "table",
    project: ProjectOptions = ProjectOptions(),
    addresses: AddressOptions = AddressOptions(),
) -> None:
    """Check that Kafka, Flink, its SQL gateway, the registry, Java and disk are ready.

    Exit codes: 0 all well; 1 a warning; 2 something critical.
    """
    from pipegen.cli.check import check_services

    raise typer.Exit(check_services(project, flags_of(addresses), output_format))


DECLARATION = Declaration(check)
