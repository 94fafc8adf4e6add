"""Several running dashboards shown together until the command is interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pipegen.config import DashboardSettings
from pipegen.dashboard import AggregateServer
from pipegen.session.access import DashboardAccess
from pipegen.session.browser import open_in_browser
from pipegen.session.telling import Teller


async def serve_aggregate(
    addresses: Sequence[str], settings: DashboardSettings, access: DashboardAccess, teller: Teller
) -> None:
    """Serves until it is cancelled."""
    server = AggregateServer(addresses=addresses, settings=settings, token=access.token, insecure=access.insecure)
    try:
        url = await server.start()
        teller.say(f"dashboard: {url}")
        open_in_browser(url, access, teller)
        await asyncio.Event().wait()  # for ever
    finally:
        await server.stop()
