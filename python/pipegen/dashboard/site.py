"""An application on an address: bound, served and ended in order. Knows no run and no pipeline."""

from __future__ import annotations

from typing import Final

from quart import Quart

from pipegen.config import DashboardSettings
from pipegen.dashboard.access import Access
from pipegen.dashboard.connections import Connections
from pipegen.dashboard.port import listen
from pipegen.dashboard.viewers import Viewers

_WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104 - compared, not bound


class Site:
    """Where an application is to be had, and its open tabs."""

    def __init__(self, settings: DashboardSettings, access: Access) -> None:
        self.viewers: Final = Viewers()
        self.connections: Final = Connections()
        self._settings = settings
        self._access = access
        self._app: Quart | None = None

    async def open(self, app: Quart) -> str:
        """Binds and serves; returns the address to open, with the token where one is needed.

        Raises:
            SettingsError: when the address or the port cannot be had; names the process that holds it.
        """
        listener = listen(self._settings.host, self._settings.port)
        port: int = listener.getsockname()[1]
        await app.startup()
        self._app = app
        await self.connections.open(app, listener)
        host = self._settings.host
        shown = _WILDCARDS.get(host, f"[{host}]" if ":" in host else host)
        return self._access.address(f"http://{shown}:{port}")

    async def close(self, grace_s: float) -> None:
        """Ends within ``grace_s`` and a moment, whatever the open tabs do. Idempotent."""
        app, self._app = self._app, None
        if app is None:
            return
        self.viewers.close()
        await self.connections.close(grace_s)
        await app.shutdown()
