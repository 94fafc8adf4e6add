"""The dashboard of several dashboards, as the command line asks for it."""

from __future__ import annotations

from pipegen.cli.display import ConsoleTeller
from pipegen.cli.flags import flags_of
from pipegen.cli.option_groups import ProjectOptions
from pipegen.cli.project_settings import project_settings
from pipegen.cli.terminal import Terminal
from pipegen.errors import SettingsError
from pipegen.interrupts import run_interruptible
from pipegen.session.access import DashboardAccess
from pipegen.session.aggregate import serve_aggregate


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


def show_aggregate(addresses: list[str], project: ProjectOptions, access: DashboardAccess, *, port: int | None) -> None:
    """Shows dashboards together until it is interrupted."""
    settings = project_settings(project, flags_of(port=port)).settings.dashboard
    teller = ConsoleTeller(Terminal(stderr=True))
    run_interruptible(serve_aggregate(addresses, settings, access, teller))
