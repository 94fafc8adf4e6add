"""The routes. Each reads the feed or a file of the page; none measures, computes or waits for a run."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable
from typing import Final

from pydantic_core import to_json
from quart import Quart, Response, request, websocket

from pipegen.config import DashboardSettings
from pipegen.dashboard.assets import Assets
from pipegen.dashboard.connections import Address
from pipegen.dashboard.feed import Feed
from pipegen.dashboard.guard import Guard, page_headers
from pipegen.outputs import HistorySlice

_JSON: Final = "application/json"
_GZIP_FROM_BYTES: Final = 16 * 1024
_CLOSE_GOING_AWAY: Final = 1001
_NOTHING_YET: Final = "No snapshot yet: the run is still starting."

logging.getLogger(__name__).addHandler(logging.NullHandler())  # Keeps Quart's own handler off the terminal.


def create_app(
    *, feed: Feed, settings: DashboardSettings, assets: Assets, cut: Callable[[Address | None], None]
) -> Quart:
    """The application.

    Args:
        feed: Where snapshots come from.
        settings: Look and address of the dashboard.
        assets: Files of the page.
        cut: Ends a client's connection at once.
    """
    app = Quart(__name__, static_folder=None)
    guard = Guard(settings.host)

    @app.before_request
    async def refuse_strangers() -> Response | None:
        refusal = guard.refusal(request.headers)
        return None if refusal is None else _problem(403, refusal)

    @app.before_websocket
    async def refuse_strange_sockets() -> Response | None:
        refusal = guard.refusal(websocket.headers)
        return None if refusal is None else _problem(403, refusal)

    @app.after_request
    async def protect(response: Response) -> Response:
        # A refused Host header is not echoed.
        host = "" if response.status_code == 403 else request.headers.get("Host", "")
        response.headers.update(page_headers(host or "localhost"))
        return response

    @app.errorhandler(404)
    async def missing(_error: Exception) -> Response:
        return _problem(404, f"There is nothing at {request.path}.")

    @app.errorhandler(405)
    async def read_only(_error: Exception) -> Response:
        return _problem(405, "The dashboard can only be read.")

    @app.errorhandler(500)
    async def broken(_error: Exception) -> Response:
        return _problem(500, "The dashboard could not answer; the run is not affected.")

    @app.get("/")
    async def page() -> Response:
        return Response(assets.page(settings), content_type="text/html; charset=utf-8")

    @app.get("/web/<path:path>")
    async def asset(path: str) -> Response:
        found = assets.read(path)
        if found is None:
            return _problem(404, f"The page has no file {path!r}.")
        content, content_type = found
        return Response(content, content_type=content_type)

    @app.get("/healthz")
    async def health() -> Response:
        return Response(to_json({"status": "ok", "viewers": len(feed.viewers)}), content_type=_JSON)

    @app.get("/api/metrics")
    async def metrics() -> Response:
        frame = feed.frame()
        return _problem(503, _NOTHING_YET) if frame is None else Response(frame, content_type=_JSON)

    @app.get("/api/history")
    async def history() -> Response:
        try:
            since = int(request.args.get("since", "-1"))
        except ValueError:
            return _problem(400, "since must be the sequence number of a snapshot.")
        past = feed.history.since(since)
        names = request.args.get("fields")
        fields = past.fields if names is None else tuple(names.split(","))
        unknown = next((field for field in fields if field not in past.fields), None)
        if unknown is not None:
            return _problem(400, f"The contract has no figure {unknown!r}.")
        return _compressed(_table(past, fields))

    @app.websocket("/ws/metrics")
    async def metrics_socket() -> None:
        # Quart would accept with the first frame only, and a tab would wait for the run's first snapshot to connect.
        await websocket.accept()
        client = websocket.scope["client"]
        viewer = feed.viewers.join(lambda: cut(client), feed.frame())
        try:
            while (frame := await viewer.next_frame()) is not None:
                await websocket.send(frame)
            await websocket.close(_CLOSE_GOING_AWAY)
        finally:
            feed.viewers.leave(viewer)

    return app


def _problem(status: int, sentence: str) -> Response:
    return Response(to_json({"error": sentence}), status=status, content_type=_JSON)


def _table(past: HistorySlice, fields: tuple[str, ...]) -> bytes:
    columns = [past.fields.index(field) for field in fields]
    rows = [[row[column] for column in columns] for row in past.rows]
    return to_json({"run_id": past.run_id, "fields": fields, "rows": rows}, inf_nan_mode="null")


def _compressed(body: bytes) -> Response:
    if len(body) < _GZIP_FROM_BYTES or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(body, content_type=_JSON)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(gzip.compress(body, compresslevel=1), content_type=_JSON, headers=headers)
