"""The application: who is let in, what every answer carries, how a refusal reads. Its routes are elsewhere."""

from __future__ import annotations

import logging
from urllib.parse import quote, urlencode

from quart import Quart, Response, redirect, request, websocket
from quart.wrappers import Response as QuartResponse

from pipegen.config import DashboardSettings
from pipegen.dashboard.access import Access, cookie_name
from pipegen.dashboard.answers import HTML, problem
from pipegen.dashboard.api import add_api
from pipegen.dashboard.assets import Assets
from pipegen.dashboard.feed import Feed
from pipegen.dashboard.guard import Guard, page_headers
from pipegen.dashboard.markup import note_page
from pipegen.dashboard.pages import add_pages
from pipegen.dashboard.reports import add_reports
from pipegen.dashboard.site import Site

logging.getLogger(__name__).addHandler(logging.NullHandler())  # Keeps Quart's own handler off the terminal.


def create_app(
    *,
    feed: Feed,
    settings: DashboardSettings,
    access: Access,
    assets: Assets,
    site: Site,
) -> Quart:
    """The application.

    Args:
        feed: Where snapshots come from.
        settings: Look and address of the dashboard.
        access: The secret viewers must give, if any.
        assets: Files of the page.
        site: Where it is served.
    """
    app = guarded_app(settings, access)
    add_pages(app, feed, settings, assets)
    add_reports(app, feed, settings)
    add_api(app, feed, site)
    return app


def guarded_app(settings: DashboardSettings, access: Access) -> Quart:
    """An application without routes that lets in whom it should and answers every failure with a sentence."""
    app = Quart(__name__.rpartition(".")[0], static_folder=None)
    guard = Guard(settings.host)

    @app.before_request
    async def refuse_strangers() -> QuartResponse | None:
        refusal = guard.refusal(request.headers)
        if refusal is not None:
            return problem(403, refusal)
        given = request.args.get("token")
        if given is not None and access.matches(given):
            return _remember(given)
        if access.allows(request.path, request.headers, request.cookies):
            return None
        return _no_token(settings)

    @app.before_websocket
    async def refuse_strange_sockets() -> Response | None:
        refusal = guard.refusal(websocket.headers)
        if refusal is not None:
            return problem(403, refusal)
        # Scripts without a cookie jar may give the secret in the address.
        if access.matches(websocket.args.get("token", "")):
            return None
        if access.allows(websocket.path, websocket.headers, websocket.cookies):
            return None
        return problem(401, _TOKEN_NEEDED)

    @app.after_request
    async def protect(response: Response) -> Response:
        # A refused Host header is not echoed.
        host = "" if response.status_code == 403 else request.headers.get("Host", "")
        for name, value in page_headers(host or "localhost").items():
            # The report, one file with its own script in it, has brought a policy of its own.
            response.headers.setdefault(name, value)
        return response

    @app.errorhandler(404)
    async def missing(_error: Exception) -> Response:
        return problem(404, f"There is nothing at {request.path}.")

    @app.errorhandler(405)
    async def read_only(_error: Exception) -> Response:
        return problem(405, "The dashboard can only be read.")

    @app.errorhandler(500)
    async def broken(_error: Exception) -> Response:
        return problem(500, "The dashboard could not answer; the run is not affected.")

    return app


_TOKEN_NEEDED = "This dashboard needs its token: open the address that PipeGen printed."  # noqa: S105


def _no_token(settings: DashboardSettings) -> Response:
    if "text/html" not in request.headers.get("Accept", ""):
        return problem(401, f"{_TOKEN_NEEDED} Programs send it as “Authorization: Bearer …”.")
    page = note_page("Who are you?", [_TOKEN_NEEDED], settings)
    return Response(page, status=401, content_type=HTML)


def _remember(token: str) -> QuartResponse:
    """Keeps the secret in a cookie that no script can read, and takes it out of the address bar."""
    if request.path.startswith("/api/") or request.path == "/metrics":
        return problem(400, "Programs send the token as “Authorization: Bearer …”, where no log keeps it.")
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "token"]
    # Of two slashes at the beginning the second would be another host's name.
    path = "/" + quote(request.path.lstrip("/"))
    response = redirect(f"{path}?{urlencode(others)}" if others else path)
    response.set_cookie(cookie_name(request.headers), token, httponly=True, samesite="Lax", path="/")
    return response  # type: ignore[return-value]  # werkzeug's redirect is typed for its own class
