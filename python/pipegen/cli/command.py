"""A command: a function whose parameters are its options, and what its help shows first."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, NamedTuple, cast, get_type_hints

import typer
from typer.core import TyperCommand
from typer.main import get_command


class Example(NamedTuple):
    """A command line, and what it is for."""

    line: str
    about: str


def _help_all(ctx: typer.Context, wanted: bool) -> None:
    if wanted:
        from pipegen.cli.help import command_help

        command = cast("Command", ctx.command)
        typer.echo(command_help(command, ctx, examples=command.declaration.examples))
        raise typer.Exit


_HELP_ALL = inspect.Parameter(
    "help_all",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[
        bool,
        typer.Option("--help-all", is_eager=True, callback=_help_all, help="Show all options and exit."),
    ],
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A command before it has a name.

    Attributes:
        function: Its body; the docstring is its help. A parameter that is a dataclass is a group of options.
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
        app.command(name, cls=Command)(_spread(self.function, more=[_HELP_ALL] if self.most_used else []))
        command = cast("Command", get_command(app))
        command.declaration = self
        return command


def _spread(function: Callable[..., None], *, more: Sequence[inspect.Parameter]) -> Callable[..., None]:
    """The function as Typer reads it: in the place of a group, each of its fields is a parameter.

    Args:
        function: The body of a command.
        more: Parameters of every such command, which its body does not need.
    """
    parameters: list[inspect.Parameter] = []
    groups: dict[str, Any] = {}
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        group = parameter.annotation
        if not is_dataclass(group):
            parameters.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        groups[parameter.name] = group
        hints = get_type_hints(group, include_extras=True)
        parameters += [
            inspect.Parameter(
                each.name, inspect.Parameter.KEYWORD_ONLY, default=each.default, annotation=hints[each.name]
            )
            for each in fields(group)
        ]

    def spread(**values: object) -> None:
        for parameter in more:
            del values[parameter.name]
        for name, group in groups.items():
            values[name] = group(**{each.name: values.pop(each.name) for each in fields(group)})
        function(**values)

    spread.__doc__ = function.__doc__
    spread.__signature__ = inspect.Signature([*parameters, *more])  # type: ignore[attr-defined]
    return spread


class Command(TyperCommand):
    """A command that knows what its help shows first."""

    declaration: Declaration

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the help."""
        from pipegen.cli.help import command_help

        shown = self.declaration
        formatter.write(command_help(self, ctx, most_used=shown.most_used, examples=shown.examples))
