"""Who may look when the dashboard is open to more than this machine: one secret, given once, kept in a cookie.

Knows nothing of Host and Origin (see ``guard``). The secret comes from a flag or the environment, never from a file.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from werkzeug.datastructures import Headers, MultiDict

from pipegen.dashboard.guard import is_loopback
from pipegen.errors import SettingsError

_COOKIE: Final = "pipegen_token"
_SHORTEST: Final = 8
# Files of the page hold no figure, and probes of an orchestrator have no secret.
_OPEN_PATHS: Final = ("/web/", "/healthz")


@dataclass(frozen=True, slots=True)
class Access:
    """The secret that viewers must give; None lets everyone in who reaches the address."""

    token: str | None = None

    def allows(self, path: str, headers: Headers, cookies: MultiDict[str, str]) -> bool:
        """Whether a request shows the secret, as ``Authorization: Bearer …`` or as our cookie."""
        if self.token is None or path.startswith(_OPEN_PATHS):
            return True
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.matches(given.strip()):
            return True
        return self.matches(cookies.get(cookie_name(headers), ""))

    def matches(self, given: str) -> bool:
        """Compares without telling by its time how much was right."""
        return self.token is not None and hmac.compare_digest(given.encode(), self.token.encode())

    def address(self, url: str) -> str:
        """The address to open: with the secret, where one is needed."""
        return url if self.token is None else f"{url}/?token={self.token}"


def choose_access(host: str, *, token: str | None, insecure: bool) -> Access:
    """The access for an address: this machine alone needs no secret, any other does.

    Raises:
        SettingsError: when the address is open to others and neither a secret nor ``--insecure`` was given, or when
            the secret cannot be one.
    """
    if token is not None:
        if len(token) < _SHORTEST or not token.isascii() or not token.isalnum():
            raise SettingsError(
                f"the dashboard's token must be at least {_SHORTEST} letters and digits",
                remedy="Make one with `openssl rand -hex 16`.",
            )
        return Access(token)
    if is_loopback(host) or insecure:
        return Access()
    raise SettingsError(
        f"a dashboard on {host} is open to everyone who reaches it, so it needs a token",
        remedy="Set PIPEGEN_DASHBOARD_TOKEN or --dashboard-token, or say --insecure if everyone may look.",
    )


def cookie_name(headers: Headers) -> str:
    """Cookies know no port, and several dashboards may run on one host: the name tells them apart."""
    port = headers.get("Host", "").rpartition(":")[2]
    return f"{_COOKIE}_{port}" if port.isdigit() else _COOKIE
