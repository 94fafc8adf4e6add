"""Who may talk to the dashboard: Host and Origin checks, and the headers that keep the page to itself.

A page of another site must not read a run through the visitor's browser, neither by a name that resolves to the
loopback address (DNS rebinding: the Host check) nor by opening a socket (the Origin check).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final

from werkzeug.datastructures import Headers

_HOST: Final = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[0-9A-Za-z._-]+)(?::(?P<port>\d{1,5}))?")
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Knows the names under which this dashboard may be opened."""

    def __init__(self, bound_host: str) -> None:
        self._names = _LOOPBACK_NAMES | {bound_host.lower()}
        self._any_address = not is_loopback(bound_host)
        if self._any_address:
            self._names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    def refusal(self, headers: Headers) -> str | None:
        """Why a request is refused, as a sentence; null when it is welcome."""
        host = headers.get("Host", "")
        if not self._knows(host):
            return f"This dashboard is not called {host!r}; open it by its own address."
        origin = headers.get("Origin")
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            return f"Pages of {origin!r} may not read this dashboard."
        return None

    def _knows(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = match["name"].strip("[]").lower()
        return name in self._names or (self._any_address and _is_address(name))


def page_headers(host: str) -> dict[str, str]:
    """Headers of every answer; ``host`` is the checked Host header (Safari 14 needs the socket's address spelt out)."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self' ws://{host} wss://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def is_loopback(host: str) -> bool:
    """Whether an address reaches this machine only."""
    return host.lower() == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
