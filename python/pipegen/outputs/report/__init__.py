"""The report of a run: one HTML file, or its figures as JSON, CSV or a short Markdown. Measures and prints nothing."""

from pipegen.outputs.report.data import ReportData, as_running, data_of_feed, data_of_recording, ending_of
from pipegen.outputs.report.formats import Format, as_csv, as_json, as_markdown
from pipegen.outputs.report.page import Look, Rendered, render_report, report_name

__all__ = [
    "Format",
    "Look",
    "Rendered",
    "ReportData",
    "as_csv",
    "as_json",
    "as_markdown",
    "as_running",
    "data_of_feed",
    "data_of_recording",
    "ending_of",
    "render_report",
    "report_name",
]
