"""The dashboard as the runner sees it: start it, get its address, stop it. Everything else is behind this class."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Final

from pipegen.bus import EventBus
from pipegen.config import DashboardSettings
from pipegen.dashboard.access import choose_access
from pipegen.dashboard.app import create_app
from pipegen.dashboard.assets import Assets
from pipegen.dashboard.connections import Connections
from pipegen.dashboard.feed import Feed
from pipegen.dashboard.logo import LogoError, load_logo
from pipegen.dashboard.port import listen
from pipegen.dashboard.viewers import Viewers
from pipegen.outputs import History

_WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104 - compared, not bound


class DashboardServer:
    """Serves the page on the running loop. It only listens to the bus; the run never waits for it.

    Args:
        bus: Where snapshots come from; a snapshot published before :meth:`start` is not seen.
        settings: Address and look.
        token: Secret that viewers must give; needed unless the address is of this machine alone.
        insecure: Let everyone in who reaches the address.
        project_dir: Where a ``logo_url`` with a leading ``/`` is looked for; the current folder by default.
        history: Rows for late joiners; a new one by default.
        assets: Files of the page; found by themselves by default.

    Raises:
        SettingsError: when the address is open to others and there is no token.
    """

    def __init__(
        self,
        *,
        bus: EventBus,
        settings: DashboardSettings,
        token: str | None = None,
        insecure: bool = False,
        project_dir: Path | None = None,
        history: History | None = None,
        assets: Assets | None = None,
    ) -> None:
        self._bus = bus
        self._settings = settings
        self._access = choose_access(settings.host, token=token, insecure=insecure)
        self._connections = Connections()
        self._viewers = Viewers()
        self._feed = Feed(history if history is not None else History(), self._viewers, minimal=settings.minimal_mode)
        self._project_dir = project_dir
        self.warnings: list[str] = []
        self._app = create_app(
            feed=self._feed,
            settings=settings,
            access=self._access,
            assets=assets or Assets(),
            cut=self._connections.cut,
        )
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Binds, begins to serve, and returns the address to open, with the token where one is needed.

        ``warnings`` then has what could not be had.

        Raises:
            SettingsError: when the address or the port cannot be had; names the process that holds it.
        """
        listener = listen(self._settings.host, self._settings.port)
        port: int = listener.getsockname()[1]
        await self._find_logo()
        await self._app.startup()
        self._following = asyncio.create_task(self._feed.follow(self._bus), name="dashboard feed")
        await self._connections.open(self._app, listener)
        host = self._settings.host
        shown = _WILDCARDS.get(host, f"[{host}]" if ":" in host else host)
        return self._access.address(f"http://{shown}:{port}")

    async def _find_logo(self) -> None:
        url = self._settings.logo_url
        if url is None:
            return
        try:
            self._feed.logo = await load_logo(url, self._project_dir or Path())
        except LogoError as error:
            self.warnings.append(f"{error}; the dashboard shows PipeGen's own mark")

    async def stop(self, grace_s: float = 1.0) -> None:
        """Ends within ``grace_s`` and a moment, whatever the open tabs do. Calling it twice is no error."""
        following, self._following = self._following, None
        if following is None:
            return
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following
        self._viewers.close()
        await self._connections.close(grace_s)
        await self._app.shutdown()
