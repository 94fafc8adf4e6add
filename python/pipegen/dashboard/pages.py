"""The routes for people: the page and its files, and the diagram. None of them measures."""

from __future__ import annotations

from typing import Final

from quart import Quart, Response, request

from pipegen.config import DashboardSettings
from pipegen.dashboard.answers import HTML, problem
from pipegen.dashboard.assets import Assets
from pipegen.dashboard.diagram import diagram_page, diagram_text
from pipegen.dashboard.feed import Feed

_TERMINALS: Final = ("curl/", "wget/", "httpie/")


def add_pages(app: Quart, feed: Feed, settings: DashboardSettings, assets: Assets) -> None:
    """Adds the routes.

    Args:
        app: The application.
        feed: Where snapshots come from.
        settings: Look of the dashboard.
        assets: Files of the page.
    """

    @app.get("/")
    async def page() -> Response:
        return Response(assets.page(settings, logo=feed.logo is not None), content_type=HTML)

    @app.get("/logo")
    async def logo() -> Response:
        if feed.logo is None:
            return problem(404, "There is no logo; dashboard.logo_url names one.")
        return Response(feed.logo.content, content_type=feed.logo.content_type)

    @app.get("/web/<path:path>")
    async def asset(path: str) -> Response:
        found = assets.read(path)
        if found is None:
            return problem(404, f"The page has no file {path!r}.")
        content, content_type = found
        return Response(content, content_type=content_type)

    @app.get("/diagram")
    async def diagram() -> Response:
        if _wants_text():
            return Response(diagram_text(feed.snapshot), content_type="text/plain; charset=utf-8")
        return Response(diagram_page(feed.snapshot, settings), content_type=HTML)


def _wants_text() -> bool:
    wanted = request.args.get("format")
    if wanted is not None:
        return wanted in {"text", "ascii"}
    return request.headers.get("User-Agent", "").lower().startswith(_TERMINALS)
