"""Several running dashboards shown together until a signal ends it."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.config import DashboardSettings
from pipegen.dashboard import AggregateServer
from pipegen.errors import EXIT_OK
from pipegen.interrupts import interruption
from pipegen.session.access import DashboardAccess
from pipegen.session.browser import open_in_browser
from pipegen.session.telling import Teller


async def serve_aggregate(
    addresses: Sequence[str], settings: DashboardSettings, access: DashboardAccess, teller: Teller
) -> int:
    """Serves until a signal; returns the exit code."""
    server = AggregateServer(addresses=addresses, settings=settings, token=access.token, insecure=access.insecure)
    with interruption() as ended:
        try:
            url = await server.start()
            teller.say(f"dashboard: {url}")
            open_in_browser(url, access, teller)
            await ended.wait()
        finally:
            await server.stop()
    return EXIT_OK
