"""The list of commands: what the root help and the completion of names need, without loading a command."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from typer.core import TyperCommand, TyperGroup

from pipegen.cli.command import Command, Declaration

_PROJECT = "Project"
_RUN = "Run"
_RESULTS = "Results"
_SERVICES = "Services"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command as the list shows it.

    Attributes:
        name: Its name; the module of ``pipegen.cli.commands`` that declares it is called the same.
        group: The heading it stands under.
        about: The first sentence of its help.
    """

    name: str
    group: str
    about: str

    def load(self) -> Command:
        """The command with its options; imports what declares them."""
        declaration: Declaration = import_module(f"pipegen.cli.commands.{self.name}").DECLARATION
        return declaration.command(self.name)


ENTRIES: Final = (
    Entry("init", _PROJECT, "Write a new project: settings, Avro schema and Flink SQL that run as they are."),
    Entry("validate", _PROJECT, "Check a project's settings, schema and SQL; name file and line of each fault."),
    Entry("generate", _PROJECT, "Print or write the records that a run would send, without Kafka."),
    Entry("run", _RUN, "Send the planned load through the pipeline and measure what happens."),
    Entry("dashboard", _RUN, "Run the pipeline with the live dashboard, or watch running services."),
    Entry("capacity", _RUN, "Find the highest rate that this pipeline sustains."),
    Entry("report", _RESULTS, "Write the report of a recorded run."),
    Entry("replay", _RESULTS, "Show a recorded run on the live dashboard."),
    Entry("runs", _RESULTS, "List the recorded runs, newest first."),
    Entry("events", _RESULTS, "Show the lost, duplicated, out-of-order and late events of a run, with their records."),
    Entry("compare", _RESULTS, "Compare runs: throughput, latency with confidence intervals, errors, resources."),
    Entry("capture", _SERVICES, "Keep records of topics in a file, which a run can send again."),
    Entry("deploy", _SERVICES, "Start Kafka, a schema registry and Flink on 127.0.0.1, and leave them running."),
    Entry("check", _SERVICES, "Check that Kafka, Flink, its SQL gateway, the registry, Java and disk are ready."),
    Entry("clean", _SERVICES, "Stop the services that `pipegen deploy` started."),
)


class CommandGroup(TyperGroup):
    """The program: knows its commands by name and loads the one that is called."""

    def __init__(self, **settings: Any) -> None:
        listed = {entry.name: TyperCommand(entry.name, help=entry.about) for entry in ENTRIES}
        super().__init__(**{**settings, "commands": listed})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, and what is left of the arguments."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and load_command(str(name)), rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the help."""
        from pipegen.cli.help import program_help

        formatter.write(program_help(self, ctx, ENTRIES))


def load_command(name: str) -> Command:
    """The command of that name, with its options."""
    return next(entry for entry in ENTRIES if entry.name == name).load()
