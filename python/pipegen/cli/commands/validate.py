"""``pipegen validate``: everything that can be checked about a project without any service."""

from __future__ import annotations

from pathlib import Path

from pipegen.cli import options
from pipegen.cli.command import Declaration


def validate(
    project_dir: options.ProjectDir = Path(),
    output_format: options.OutputFormatOption = "table",
) -> None:
    """Check a project's settings, schema and SQL; name file and line of each fault.

    Exit codes: 0 when it can run (warnings allowed), 2 when not. What Flink itself thinks of the SQL shows in a run.
    """
    from pipegen.cli.validate import show_findings

    show_findings(project_dir, output_format)


DECLARATION = Declaration(validate)
