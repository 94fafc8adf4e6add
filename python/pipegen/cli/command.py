"""A command: a function whose parameters are its options, and what its help shows first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand
from typer.main import get_command


@dataclass(frozen=True, slots=True)
class Example:
    """A command line, and what it is for."""

    line: str
    about: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A command before it has a name.

    Attributes:
        function: Its body; the docstring is its help.
        most_used: Parameters that people need first, by name. Where there are some, ``--help`` explains them and only
            names the rest, which ``--help-all`` explains.
        examples: Two command lines to copy.
    """

    function: Callable[..., None]
    most_used: Sequence[str] = ()
    examples: Sequence[Example] = ()

    def command(self, name: str) -> Command:
        """The command, as Typer makes it of the function."""
        app = typer.Typer(add_completion=False)
        app.command(name, cls=Command)(self.function)
        command = cast("Command", get_command(app))
        command.declaration = self
        return command


class Command(TyperCommand):
    """A command that knows what its help shows first."""

    declaration: Declaration

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the help."""
        from pipegen.cli.help import command_help

        formatter.write(command_help(self, ctx, everything=False))


def _help_all(ctx: typer.Context, wanted: bool) -> None:
    if wanted:
        from pipegen.cli.help import command_help

        typer.echo(command_help(cast("Command", ctx.command), ctx, everything=True))
        raise typer.Exit


HelpAll = Annotated[
    bool,
    typer.Option("--help-all", is_eager=True, callback=_help_all, help="Show all options and exit."),
]
