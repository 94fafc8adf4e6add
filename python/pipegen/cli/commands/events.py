"""``pipegen events``: the events behind the counts of a recorded run."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example
from pipegen.cli.option_groups import ProjectOptions

EventsFormat = Literal["text", "json"]


def events(
    run: options.Run = "last",
    lost: Annotated[bool, typer.Option("--lost", help="Events that never came out.")] = False,
    duplicated: Annotated[bool, typer.Option("--duplicated", help="Events that came out more than once.")] = False,
    out_of_order: Annotated[
        bool, typer.Option("--out-of-order", help="Events that came out after a later one of their sender.")
    ] = False,
    late: Annotated[bool, typer.Option("--late", help="Events that were sent more than 10 ms after due.")] = False,
    output: Annotated[
        str | None, typer.Option("--output", metavar="NAME", help="Only those of this output of the SQL.")
    ] = None,
    events_format: Annotated[
        EventsFormat,
        typer.Option("--format", metavar=options.one_of(EventsFormat), help="text: a table; json: one object a line."),
    ] = "text",
    runs_dir: options.RunsDir = None,
    project: ProjectOptions = ProjectOptions(),
) -> None:
    """Show the lost, duplicated, out-of-order and late events of a run, with their records.

    Without --lost and the like, all of them. At most 100 of each kind are kept for each output.
    """
    from pipegen.cli.events import show_events

    chosen = {"lost": lost, "duplicated": duplicated, "out_of_order": out_of_order, "late": late}
    show_events(run, chosen, output, events_format, project, runs_dir=runs_dir)


DECLARATION = Declaration(
    events,
    examples=(
        Example("pipegen events last --lost --project-dir orders", "The first hundred that were lost:"),
        Example("pipegen events last --format json --project-dir orders", "All of them, to copy or to filter:"),
    ),
)
