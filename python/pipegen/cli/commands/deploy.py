"""``pipegen deploy``: brings the stack up, or shows how it is."""

from __future__ import annotations

from typing import Annotated

import typer

from pipegen.choices import StartedStack
from pipegen.cli import options
from pipegen.cli.command import Declaration


def deploy(
    stack: Annotated[
        StartedStack,
        typer.Option(
            "--stack",
            metavar=options.one_of(StartedStack),
            help="local: processes of this machine; docker: containers; auto: what is available.",
        ),
    ] = "auto",
    auto_ports: Annotated[
        bool, typer.Option("--auto-ports", help="Take the next free port where the usual one is taken.")
    ] = False,
    status: Annotated[bool, typer.Option("--status", help="Only show each part's state; start nothing.")] = False,
    output_format: options.OutputFormatOption = "table",
) -> None:
    """Start Kafka, a schema registry and Flink on 127.0.0.1, and leave them running."""
    from pipegen.cli.deploy import show_stack, start_stack

    if status:
        show_stack(stack, output_format)
    else:
        start_stack(stack, output_format, auto_ports=auto_ports)


DECLARATION = Declaration(deploy)
