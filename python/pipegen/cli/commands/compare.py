"""``pipegen compare``: what is faster, slower or the same between runs, and how sure that is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example
from pipegen.cli.option_groups import ProjectOptions


def compare(
    sides: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN_A RUN_B...",
            help="A run: its id, its folder, last, or a file of --summary-json. Join several runs of one side with "
            "commas: a1,a2,a3 b1,b2,b3. All are compared with the first.",
            show_default=False,
        ),
    ],
    fail_on_regression: Annotated[
        str | None,
        typer.Option(
            "--fail-on-regression",
            metavar="PERCENT",
            help="Exit code 99 when a throughput, latency or error figure is surely worse, and by more than this.",
        ),
    ] = None,
    floor: Annotated[
        str, typer.Option("--floor", metavar="PERCENT", help="Ignore smaller changes, however sure they are.")
    ] = "5%",
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the comparison to this file, as one page.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the comparison to this file.")
    ] = None,
    runs_dir: options.RunsDir = None,
    project: ProjectOptions = ProjectOptions(),
) -> None:
    """Compare runs: throughput, latency with confidence intervals, errors, resources.

    A difference within the noise is called that. With several runs a side the noise between runs is known; with one run
    a side only the noise within each run.

    Exit codes: 0 done; 2 usage; 99 a regression; 100 a run is invalid, with --fail-on-regression.
    """
    from pipegen.cli.compare import compare_runs

    code = compare_runs(
        sides,
        project,
        fail_on_regression=fail_on_regression,
        floor=floor,
        html=html,
        json_file=json_file,
        runs_dir=runs_dir,
    )
    raise typer.Exit(code)


DECLARATION = Declaration(
    compare,
    examples=(
        Example("pipegen compare 2f91c0 last", "A run with the newest one:"),
        Example("pipegen compare main.json new.json --fail-on-regression 5%", "In CI, two files of --summary-json:"),
    ),
)
