"""Who may see a dashboard, and whether a browser opens it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DashboardAccess:
    """How a dashboard is reached.

    Attributes:
        token: Secret that viewers must give.
        insecure: Let everyone in who reaches the address.
        open_browser: Whether to open the page; None decides by where PipeGen runs.
    """

    token: str | None = None
    insecure: bool = False
    open_browser: bool | None = None
