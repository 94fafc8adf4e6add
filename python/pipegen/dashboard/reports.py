"""The report of the run as it is now: to look at, or to keep. Made from its recording, without one from the history."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from quart import Quart, Response, request

from pipegen.config import DashboardSettings
from pipegen.dashboard.answers import HTML, problem, text_answer
from pipegen.dashboard.feed import Feed
from pipegen.outputs.report import (
    Look,
    ReportData,
    as_csv,
    as_json,
    as_markdown,
    as_running,
    data_of_feed,
    data_of_recording,
    render_report,
    report_name,
)
from pipegen.replay import RecordingError, open_recording

_TEXTS: Final = {
    "json": (as_json, "application/json"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "md": (as_markdown, "text/markdown; charset=utf-8"),
}
_OVER: Final = frozenset({"finished", "failed", "interrupted"})


def add_reports(app: Quart, feed: Feed, settings: DashboardSettings) -> None:
    """Adds the routes.

    Args:
        app: The application.
        feed: Where figures come from.
        settings: Look of the report.
    """
    busy = asyncio.Lock()

    @app.get("/report")
    async def report() -> Response:
        return await _answer(keep=False)

    @app.get("/api/export")
    async def export() -> Response:
        return await _answer(keep=True)

    async def _answer(*, keep: bool) -> Response:
        wanted = request.args.get("format", "html")
        if wanted != "html" and wanted not in _TEXTS:
            return problem(400, f"A report is html, {', '.join(_TEXTS)}; not {wanted!r}.")
        # One at a time: a report costs a moment of the interpreter, which the run needs.
        async with busy:
            response = await _make(wanted)
        if keep:
            name = report_name(datetime.now().astimezone(), wanted)
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    async def _make(wanted: str) -> Response:
        data = await asyncio.to_thread(data_of, feed)
        if wanted != "html":
            make, content_type = _TEXTS[wanted]
            return text_answer(await asyncio.to_thread(make, data), content_type)
        logo = feed.logo
        look = Look(settings, None if logo is None else (logo.content, logo.content_type))
        rendered = await asyncio.to_thread(render_report, data, look, made_at=datetime.now().astimezone())
        response = text_answer(rendered.html, HTML)
        response.headers["Content-Security-Policy"] = rendered.policy
        return response


def data_of(feed: Feed) -> ReportData:
    """The run as it is now."""
    snapshot = feed.snapshot
    if feed.recording is not None and feed.recording.is_dir():
        try:
            data = data_of_recording(open_recording(feed.recording))
        except RecordingError:
            return data_of_feed(snapshot, feed.history.since(-1), feed.histograms)
        going_on = snapshot is None or snapshot.run.phase not in _OVER
        return as_running(data) if going_on else data
    return data_of_feed(snapshot, feed.history.since(-1), feed.histograms)
