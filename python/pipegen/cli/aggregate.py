"""The dashboard of several dashboards, from start to Ctrl-C."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from rich.console import Console

from pipegen.cli.run import Wishes
from pipegen.cli.session import open_in_browser
from pipegen.config import DashboardSettings, load_settings
from pipegen.dashboard import AggregateServer
from pipegen.errors import EXIT_OK, SettingsError
from pipegen.interrupts import interruption


def aggregate_addresses(ports: str | None, urls: list[str]) -> list[str]:
    """The dashboards to follow, in the order given.

    Raises:
        SettingsError: when a port is none.
    """
    addresses = []
    for text in (ports or "").split(",") if ports is not None else ():
        port = text.strip()
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise SettingsError(
                f"--aggregate-ports {ports}: {text!r} is not a port", remedy="Write them like 3001,3002."
            )
        addresses.append(f"http://127.0.0.1:{port}")
    return [*addresses, *urls]


def serve_aggregate(addresses: list[str], wishes: Wishes, *, port: int | None) -> int:
    """Shows dashboards together until a signal ends it; returns the exit code."""
    settings = load_settings(
        project_dir=wishes.project_dir,
        flags={"dashboard.port": port},
        environ=os.environ,
        config_file=wishes.config,
        home=Path.home(),
    ).settings.dashboard
    serving = run_aggregate(
        addresses,
        settings,
        token=wishes.dashboard_token or None,
        insecure=wishes.insecure,
        open_browser=wishes.open_browser,
    )
    return asyncio.run(serving)


async def run_aggregate(
    addresses: list[str], settings: DashboardSettings, *, token: str | None, insecure: bool, open_browser: bool | None
) -> int:
    """Serves until a signal ends it; returns the exit code."""
    console = Console(stderr=True, highlight=False)
    server = AggregateServer(addresses=addresses, settings=settings, token=token, insecure=insecure)
    with interruption() as ended:
        try:
            url = await server.start()
            console.print(f"dashboard: {url}", markup=False, soft_wrap=True)
            open_in_browser(url, open_browser, console)
            await ended.wait()
        finally:
            await server.stop()
    return EXIT_OK
