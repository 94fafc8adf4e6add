"""Options that several commands share one by one: one declaration, one name, one help text each.

Those that belong together are in :mod:`pipegen.cli.option_groups`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

LOAD = "Load"
PROJECT = "Project"
RESULTS = "Dashboard and results"
SERVICES = "Services"
VERDICT = "Verdict"

OutputFormat = Literal["table", "json"]


def one_of(choices: Any) -> str:
    """The placeholder of an option that takes one of a few words."""
    return "|".join(get_args(choices))


def read_speed(text: str | float) -> float:
    """The factor of ``2`` or ``2x``.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return float(str(text).removesuffix("x"))
    except ValueError:
        raise typer.BadParameter(f"“{text}” is no factor: write it like 2 or 2x") from None


Producers = Annotated[
    int | None,
    typer.Option(
        "--producers",
        metavar="N",
        help="Sending processes that share the plan, for rates above what one core can send. Default 1.",
        rich_help_panel=LOAD,
    ),
]
ProjectDir = Annotated[
    Path,
    typer.Option(
        "--project-dir",
        metavar="DIR",
        help="Folder of the project. Default: the current folder.",
        rich_help_panel=PROJECT,
        show_default=False,
    ),
]
ReportsDir = Annotated[
    Path | None,
    typer.Option(
        "--reports-dir",
        metavar="DIR",
        help="Folder for reports. Default: reports/ in the project.",
        rich_help_panel=RESULTS,
    ),
]
RunsDir = Annotated[
    Path | None,
    typer.Option(
        "--runs-dir",
        metavar="DIR",
        help="Folder for recordings of runs. Default: runs/ in the project.",
        rich_help_panel=RESULTS,
    ),
]
SqlGatewayUrl = Annotated[
    str | None,
    typer.Option(
        "--sql-gateway-url",
        metavar="URL",
        help="Flink's SQL gateway. Default: that of a running stack, else the setting.",
        rich_help_panel=SERVICES,
    ),
]
Run = Annotated[str, typer.Argument(help="A run: its id, its folder, or last.", metavar="RUN")]
OutputFormatOption = Annotated[
    OutputFormat, typer.Option("--format", metavar=one_of(OutputFormat), help="A table, or JSON.")
]
