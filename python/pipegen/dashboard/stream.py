"""The life of one tab's socket, from its handshake to its end; the route of every kind of dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from quart import Response, websocket

from pipegen.dashboard.answers import problem
from pipegen.dashboard.frame import Frame, agreed_deflate
from pipegen.dashboard.site import Site
from pipegen.dashboard.viewers import Viewer

_CLOSE_GOING_AWAY: Final = 1001


async def stream(site: Site, newest: Callable[[], Frame | None]) -> Response | None:
    """Sends the newest frame at once, then each that is pushed, until the tab or the dashboard ends.

    Args:
        site: Where the tab was opened.
        newest: The newest frame; null before the first.
    """
    if websocket.scope["http_version"] != "1.1":
        return problem(505, "The socket speaks HTTP/1.1 only.")  # Over HTTP/2 a connection is not one tab's alone.
    # Quart would accept with the first frame only, and a tab would wait for the run's first snapshot to connect.
    await websocket.accept()
    client = websocket.scope["client"]
    transport = None if client is None else site.connections.transport(client)
    if transport is None:
        return None
    viewer = Viewer(transport, agreed_deflate(websocket.headers.getlist("Sec-WebSocket-Extensions")))
    site.viewers.join(viewer, newest())
    try:
        await viewer.until_over()
        await websocket.close(_CLOSE_GOING_AWAY)
    finally:
        site.viewers.leave(viewer)
    return None
