"""Opens the page of a dashboard."""

from __future__ import annotations

import contextlib
import os
import webbrowser

from pipegen.session.access import DashboardAccess
from pipegen.session.telling import Teller


def open_in_browser(url: str, access: DashboardAccess, teller: Teller) -> None:
    """Opens the page; by default for a person at a terminal, and never in CI."""
    wanted = access.open_browser
    if wanted is None:
        wanted = teller.interactive and not os.environ.get("CI")
    if wanted:
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(url)
