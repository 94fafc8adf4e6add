"""The dashboard of a run as one object: start it before the run, stop it after; it never keeps a process alive."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pipegen.bus import EventBus
from pipegen.config import DashboardSettings
from pipegen.dashboard.access import choose_access
from pipegen.dashboard.app import create_app
from pipegen.dashboard.assets import Assets
from pipegen.dashboard.feed import Feed
from pipegen.dashboard.logo import LogoError, load_logo
from pipegen.dashboard.site import Site
from pipegen.outputs import History
from pipegen.tasks import end


class DashboardServer:
    """Serves the page on the running loop. It only listens to the bus; the run never waits for it.

    Args:
        bus: Where snapshots come from; a snapshot published before :meth:`start` is not seen.
        settings: Address and look.
        token: Secret that viewers must give; needed unless the address is of this machine alone.
        insecure: Let everyone in who reaches the address.
        recording: Folder of the recording that the report is made from; without one it is made from the history.
        project_dir: Where a ``logo_url`` with a leading ``/`` is looked for; the current folder by default.
        history: Rows for late joiners; a new one by default.
        assets: Files of the page; found by themselves by default.
        no_messages: Why nobody looks at recent messages, where that is so.

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
        recording: Path | None = None,
        history: History | None = None,
        assets: Assets | None = None,
        no_messages: str | None = None,
    ) -> None:
        self._bus = bus
        self._settings = settings
        access = choose_access(settings.host, token=token, insecure=insecure)
        self._site = Site(settings, access)
        self._feed = Feed(
            history if history is not None else History(),
            self._site.viewers,
            minimal=settings.minimal_mode,
            no_messages=no_messages,
        )
        self._feed.recording = recording
        self._project_dir = project_dir or Path()
        self.warnings: list[str] = []
        self._app = create_app(
            feed=self._feed,
            settings=settings,
            access=access,
            assets=assets or Assets(),
            site=self._site,
        )
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Binds, begins to serve, and returns the address to open, with the token where one is needed.

        ``warnings`` then has what could not be had.

        Raises:
            SettingsError: when the address or the port cannot be had; names the process that holds it.
        """
        await self._find_logo()
        url = await self._site.open(self._app)
        self._following = asyncio.create_task(self._feed.follow(self._bus), name="dashboard feed")
        return url

    def follow_recording(self, folder: Path) -> None:
        """Makes reports from this recording from now on."""
        self._feed.recording = folder

    async def _find_logo(self) -> None:
        url = self._settings.logo_url
        if url is None:
            return
        try:
            self._feed.logo = await load_logo(url, self._project_dir)
        except LogoError as error:
            self.warnings.append(f"{error}; the dashboard shows PipeGen's own mark")

    async def stop(self, grace_s: float = 1.0) -> None:
        """Ends within ``grace_s`` and a moment, whatever the open tabs do. Calling it twice is no error."""
        following, self._following = self._following, None
        await end(following)
        await self._site.close(grace_s)
