"""The routes for programs: metrics, history, errors, OpenMetrics, the socket. Each reads the feed; none measures."""

from __future__ import annotations

from typing import Final

from pydantic_core import to_json
from quart import Quart, Response, request

from pipegen.dashboard.answers import NOTHING_YET, json_answer, problem, text_answer
from pipegen.dashboard.feed import Feed
from pipegen.dashboard.site import Site
from pipegen.dashboard.stream import stream
from pipegen.outputs import OPENMETRICS_TYPE, HistorySlice, openmetrics
from pipegen.snapshot.stages import STAGES_BY_NAME, output_stage

_ERROR_FILTERS: Final = ("component", "category", "severity")


def add_api(app: Quart, feed: Feed, site: Site) -> None:
    """Adds the routes.

    Args:
        app: The application.
        feed: Where snapshots come from.
        site: Where it is served.
    """

    @app.get("/healthz")
    async def health() -> Response:
        return json_answer({"status": "ok", "viewers": len(feed.viewers)})

    @app.get("/api/metrics")
    async def metrics() -> Response:
        frame = feed.frame()
        return problem(503, NOTHING_YET) if frame is None else text_answer(frame.text)

    @app.get("/api/history")
    async def history() -> Response:
        since = _since()
        if since is None:
            return problem(400, "since must be the sequence number of a snapshot.")
        past = feed.history.since(since)
        names = request.args.get("fields")
        fields = past.fields if names is None else tuple(names.split(","))
        unknown = next((field for field in fields if field not in past.fields), None)
        if unknown is not None:
            return problem(400, f"The contract has no figure {unknown!r}.")
        return text_answer(_table(past, fields))

    @app.get("/api/branches")
    async def branches() -> Response:
        since = _since()
        if since is None:
            return problem(400, "since must be the sequence number of a snapshot.")
        past = feed.branches.since(since)
        return text_answer(_table(past, past.fields))

    @app.get("/api/errors")
    async def errors() -> Response:
        snapshot = feed.snapshot
        if snapshot is None:
            return problem(503, NOTHING_YET)
        wanted = {name: set(request.args[name].split(",")) for name in _ERROR_FILTERS if name in request.args}
        found = [
            entry for entry in snapshot.errors if all(getattr(entry, name) in values for name, values in wanted.items())
        ]
        return json_answer({"run_id": snapshot.run.id, "timestamp": snapshot.timestamp, "errors": found})

    @app.get("/api/messages")
    async def messages() -> Response:
        return text_answer(feed.messages.recent().model_dump_json())

    @app.get("/api/histograms")
    async def histograms() -> Response:
        since_s = _since()
        if since_s is None:
            return problem(400, "since must be a whole second since 1970.")
        log = feed.histograms
        intervals = [{"end_s": interval.end_s, "stages": interval.stages} for interval in log.since(since_s)]
        return text_answer(
            to_json(
                {
                    "run_id": log.run_id,
                    "format": "HdrHistogram V2, compressed, base64",
                    "unit": "us",
                    "intervals": intervals,
                    "total": log.totals(),
                }
            )
        )

    @app.get("/api/percentiles")
    async def percentiles() -> Response:
        since_s, wanted = _since(), _percentiles()
        stage = request.args.get("stage", "end_to_end")
        known = _stages(feed)
        if stage not in known:
            return problem(400, f"There is no stage {stage!r}. The stages are {', '.join(known)}.")
        if since_s is None or wanted is None:
            return problem(400, "percentiles are 1 to 10 numbers from 0 to 100, like 50,99.9; since is a whole second.")
        return json_answer(
            {
                "run_id": feed.histograms.run_id,
                "stage": stage,
                "percentiles": wanted,
                "rows": feed.histograms.percentiles_ms(known[stage], wanted, since_s),
                "total": feed.histograms.total_percentiles_ms(known[stage], wanted),
            }
        )

    @app.get("/metrics")
    async def open_metrics() -> Response:
        return text_answer(openmetrics(feed.snapshot), OPENMETRICS_TYPE)

    @app.websocket("/ws/metrics")
    async def metrics_socket() -> Response | None:
        return await stream(site, feed.frame)


def _stages(feed: Feed) -> dict[str, str]:
    """The stages that offer percentiles, with the names of their histograms; a single output uses those of the run."""
    names = [each.name for each in feed.snapshot.outputs] if feed.snapshot is not None else []
    of_outputs = {output_stage(name): output_stage(name) if len(names) > 1 else "end_to_end" for name in names}
    return {name: str(name) for name in STAGES_BY_NAME} | of_outputs


def _since() -> int | None:
    try:
        return int(request.args.get("since", "-1"))
    except ValueError:
        return None


def _percentiles() -> list[float] | None:
    try:
        wanted = [float(text) for text in request.args.get("percentiles", "50,95,99").split(",")]
    except ValueError:
        return None
    return wanted if len(wanted) <= 10 and all(0 <= percentile <= 100 for percentile in wanted) else None


def _table(past: HistorySlice, fields: tuple[str, ...]) -> bytes:
    columns = [past.fields.index(field) for field in fields]
    rows = [[row[column] for column in columns] for row in past.rows]
    return to_json({"run_id": past.run_id, "fields": fields, "rows": rows}, inf_nan_mode="null")
