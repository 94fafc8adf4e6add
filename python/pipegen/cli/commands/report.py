"""``pipegen report``: the report of a run that was recorded, whole or cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration, Example
from pipegen.cli.option_groups import ProjectOptions

ReportFormat = Literal["html", "json", "csv", "md"]


def report(
    run: options.Run = "last",
    report_format: Annotated[
        ReportFormat,
        typer.Option(
            "--format",
            metavar=options.one_of(ReportFormat),
            help="html: one file; json, csv and md: to standard output.",
        ),
    ] = "html",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of the folder for reports."),
    ] = None,
    reports_dir: options.ReportsDir = None,
    runs_dir: options.RunsDir = None,
    project: ProjectOptions = ProjectOptions(),
) -> None:
    """Write the report of a recorded run.

    Of a run that was cut off, the report goes as far as the recording.
    """
    from pipegen.cli.report import make_report

    make_report(run, report_format, output, project, reports_dir=reports_dir, runs_dir=runs_dir)


DECLARATION = Declaration(
    report,
    examples=(
        Example("pipegen report --project-dir orders", "The newest run, as a page:"),
        Example("pipegen report last --format md --project-dir orders", "The same as Markdown:"),
    ),
)
