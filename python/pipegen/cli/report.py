"""The report of a run that was recorded, whole or cut off."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from rich.text import Text

from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.sentences import print_warning
from pipegen.cli.terminal import Terminal, echo
from pipegen.config import Settings
from pipegen.interrupts import run_interruptible
from pipegen.outputs.report import ReportData, as_csv, as_json, as_markdown, data_of_recording, render_report
from pipegen.replay import find_recording, open_recording
from pipegen.session.paths import shown_path
from pipegen.session.recording import runs_folder
from pipegen.session.reporting import look_of, write_bytes, write_report

_TEXTS = {"json": as_json, "csv": as_csv, "md": as_markdown}


def make_report(
    run: str,
    report_format: str,
    output: Path | None,
    project: ProjectOptions,
    *,
    reports_dir: Path | None,
    runs_dir: Path | None,
) -> None:
    """Writes the page and says where it is, or prints the report in another format."""
    settings = project_settings(project, flags_of(reports_dir=reports_dir, runs_dir=runs_dir)).settings
    project_dir = project.project_dir
    recording = open_recording(find_recording(run, runs_folder(project_dir, settings)))
    data = data_of_recording(recording)
    if recording.damaged:
        print_warning(f"{recording.folder}: parts of the recording are damaged and were passed over")
    if report_format != "html":
        content = _TEXTS[report_format](data)
        if output is None:
            echo(content, is_json=report_format == "json")
        else:
            write_bytes(output, content.encode())
        return
    path = _write_html(data, settings, project_dir, output)
    Terminal().print(Text(f"report: {shown_path(path)}"), soft_wrap=True)


def _write_html(data: ReportData, settings: Settings, project_dir: Path, output: Path | None) -> Path:
    look = run_interruptible(look_of(settings.dashboard, project_dir, print_warning))
    if output is None:
        return write_report(data, look, project_dir / settings.reports_dir)
    return write_bytes(output, render_report(data, look, made_at=datetime.now().astimezone()).html)
