"""``pipegen capacity``: the highest rate that this pipeline sustains, as a range with its evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example
from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import LoadedProjectOptions, ServiceOptions

_SEARCH = "Search"
_CONDITIONS = "Conditions"


def capacity(
    start_rate: Annotated[
        float,
        typer.Option("--start-rate", metavar="RATE", min=0.1, help="The first rate to try.", rich_help_panel=_SEARCH),
    ] = 100.0,
    max_rate: Annotated[
        float,
        typer.Option("--max-rate", metavar="RATE", min=0.1, help="The highest rate to try.", rich_help_panel=_SEARCH),
    ] = 1_000_000.0,
    precision: Annotated[
        str,
        typer.Option(
            "--precision", metavar="PERCENT", help="How narrow the range has to become.", rich_help_panel=_SEARCH
        ),
    ] = "10%",
    step_duration: Annotated[
        str,
        typer.Option("--step-duration", metavar="TIME", help="How long to judge each rate.", rich_help_panel=_SEARCH),
    ] = "30s",
    warm_up: Annotated[
        str,
        typer.Option(
            "--warm-up",
            metavar="TIME",
            help="Time at the start of each trial that does not count.",
            rich_help_panel=_SEARCH,
        ),
    ] = "10s",
    max_p99: Annotated[
        str,
        typer.Option("--max-p99", metavar="TIME", help="Largest end-to-end p99.", rich_help_panel=_CONDITIONS),
    ] = "2s",
    max_backpressure: Annotated[
        str,
        typer.Option(
            "--max-backpressure",
            metavar="PERCENT",
            help="Largest mean back-pressure in Flink.",
            rich_help_panel=_CONDITIONS,
        ),
    ] = "50%",
    at_least: Annotated[
        float | None,
        typer.Option(
            "--at-least",
            metavar="RATE",
            help="Exit code 99 when no rate this high is sustained.",
            rich_help_panel=_CONDITIONS,
        ),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the report to this file.", rich_help_panel="Results"),
    ] = None,
    markdown_file: Annotated[
        Path | None,
        typer.Option(
            "--markdown",
            metavar="FILE",
            help="Write the report to this file, as Markdown.",
            rich_help_panel="Results",
        ),
    ] = None,
    runs_dir: options.RunsDir = None,
    producers: options.Producers = None,
    project: LoadedProjectOptions = LoadedProjectOptions(),
    services: ServiceOptions = ServiceOptions(),
) -> None:
    """Find the highest rate that this pipeline sustains.

    Each trial is a run of its own on the same services. The rate is doubled until one is not sustained, then the gap is
    halved until it is narrow, and the last sustained rate is tried again. A trial ends early when 10 s of load are
    waiting, so that a rate that is far too high does no harm.

    Exit codes: those of a run; 99 below --at-least; 100 when PipeGen itself could not keep any plan.
    """
    from pipegen.cli.capacity import CapacityOptions, search_capacity

    wanted = CapacityOptions(
        project=project,
        flags=flags_of(project, services, message_rate=start_rate, runs_dir=runs_dir, producers=producers),
        start_rate=start_rate,
        max_rate=max_rate,
        precision=precision,
        step_duration=step_duration,
        warm_up=warm_up,
        max_p99=max_p99,
        max_backpressure=max_backpressure,
        at_least=at_least,
        json_file=json_file,
        markdown_file=markdown_file,
    )
    raise typer.Exit(search_capacity(wanted))


DECLARATION = Declaration(
    capacity,
    most_used=(
        "project_dir",
        "start_rate",
        "max_rate",
        "step_duration",
        "max_p99",
        "max_backpressure",
        "at_least",
        "stack",
        "bootstrap_servers",
        "json_file",
    ),
    examples=(
        Example("pipegen capacity --project-dir orders", "Search from 100 messages per second up:"),
        Example(
            "pipegen capacity --start-rate 5000 --max-p99 250ms --at-least 20000", "In CI, with a stricter latency:"
        ),
    ),
)
