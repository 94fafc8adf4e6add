"""The dashboard of several dashboards: asks each once a period and shows them side by side and together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final

from quart import Quart, Response

from pipegen.config import DashboardSettings
from pipegen.dashboard.access import choose_access
from pipegen.dashboard.answers import HTML, NOTHING_YET, json_answer, problem, text_answer
from pipegen.dashboard.app import guarded_app
from pipegen.dashboard.assets import Assets
from pipegen.dashboard.frame import Frame
from pipegen.dashboard.site import Site
from pipegen.dashboard.source import Source
from pipegen.dashboard.stream import stream
from pipegen.dashboard.together import put_together
from pipegen.tasks import end

_ROWS: Final = 1800


class AggregateServer:
    """Serves the page of several pipelines on the running loop.

    Args:
        addresses: Addresses of the dashboards to follow, as they were printed.
        settings: Address and look.
        token: Secret that viewers must give; needed unless the address is of this machine alone.
        insecure: Let everyone in who reaches the address.
        assets: Files of the page; found by themselves by default.

    Raises:
        SettingsError: when an address is none, or when ours is open to others and there is no token.
    """

    def __init__(
        self,
        *,
        addresses: Sequence[str],
        settings: DashboardSettings,
        token: str | None = None,
        insecure: bool = False,
        assets: Assets | None = None,
    ) -> None:
        self._settings = settings
        self._assets = assets or Assets()
        self._sources = [Source(address) for address in addresses]
        access = choose_access(settings.host, token=token, insecure=insecure)
        self._site = Site(settings, access)
        self._app = guarded_app(settings, access)
        self._add_routes(self._app)
        self._frame: Frame | None = None
        self._past: deque[str] = deque(maxlen=_ROWS)
        self._following: asyncio.Task[None] | None = None
        self._asking: dict[Source, asyncio.Task[None]] = {}

    async def start(self) -> str:
        """Binds, begins to ask and to serve, and returns the address to open.

        Raises:
            SettingsError: when the address or the port cannot be had; names the process that holds it.
        """
        url = await self._site.open(self._app)
        self._following = asyncio.create_task(self._follow(), name="dashboard aggregation")
        return url

    async def stop(self, grace_s: float = 1.0) -> None:
        """Ends within ``grace_s`` and a moment. Calling it twice is no error."""
        following, self._following = self._following, None
        await end(following)
        for task in self._asking.values():
            await end(task)
        await self._site.close(grace_s)
        for source in self._sources:
            await source.close()

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        period_s = self._settings.update_interval_ns / 1e9
        sequence = 0
        while True:
            began_s = loop.time()
            # A slow dashboard is still polled and delays only its own row.
            for source in self._sources:
                if source not in self._asking:
                    self._asking[source] = loop.create_task(source.ask(), name=source.url)
            await asyncio.wait(self._asking.values(), timeout=period_s)
            self._asking = {source: task for source, task in self._asking.items() if not task.done()}
            together = put_together(sequence, self._sources, period_s * 1000)
            self._frame = Frame(together.model_dump_json())
            self._past.append(self._frame.text)
            self._site.viewers.push(self._frame)
            sequence += 1
            await asyncio.sleep(max(0.0, began_s + period_s - loop.time()))

    def _add_routes(self, app: Quart) -> None:
        @app.get("/")
        async def page() -> Response:
            html = self._assets.page(self._settings, logo=False, name="together.html")
            return Response(html, content_type=HTML)

        @app.get("/web/<path:path>")
        async def asset(path: str) -> Response:
            found = self._assets.read(path)
            if found is None:
                return problem(404, f"The page has no file {path!r}.")
            return Response(found[0], content_type=found[1])

        @app.get("/healthz")
        async def health() -> Response:
            up = sum(source.up for source in self._sources)
            return json_answer({"status": "ok", "viewers": len(self._site.viewers), "pipelines_up": up})

        @app.get("/api/metrics")
        async def metrics() -> Response:
            return problem(503, NOTHING_YET) if self._frame is None else text_answer(self._frame.text)

        @app.get("/api/history")
        async def history() -> Response:
            return text_answer(f"[{','.join(self._past)}]")

        @app.websocket("/ws/metrics")
        async def metrics_socket() -> Response | None:
            return await stream(self._site, lambda: self._frame)
