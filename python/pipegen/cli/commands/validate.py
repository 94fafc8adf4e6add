"""``pipegen validate``: everything that can be checked about a project without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipegen.cli import options
from pipegen.cli.command import Declaration
from pipegen.cli.flags import flags_of


def validate(
    project_dir: options.ProjectDir = Path(),
    output_format: options.OutputFormatOption = "table",
    flink: Annotated[
        bool,
        typer.Option(
            "--flink",
            help="Ask Flink what the SQL means: what it reads and writes, the shape of each path, how latency is "
            "measured. Needs a SQL gateway alone, neither a cluster nor Kafka; nothing is created.",
        ),
    ] = False,
    sql: Annotated[
        list[Path] | None,
        typer.Option(
            "--sql",
            metavar="FILE",
            help="Check this Flink SQL as it is, without a project; several files in the order given.",
        ),
    ] = None,
    sql_gateway_url: options.SqlGatewayUrl = None,
) -> None:
    """Check a project's settings, schema and SQL; name file and line of each fault.

    Exit codes: 0 when it can run (warnings allowed), 2 when not, 3 when Flink was to be asked and does not answer.
    Without --flink, what Flink itself thinks of the SQL shows in a run.
    """
    from pipegen.cli.validate import show_findings

    show_findings(project_dir, output_format, ask_flink=flink, flags=flags_of(sql=sql, sql_gateway_url=sql_gateway_url))


DECLARATION = Declaration(validate)
