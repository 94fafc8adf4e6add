"""Addresses of services as text: shown without secrets, and compared."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit, urlunsplit

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"http": 80, "https": 443}

Server = tuple[str, int | None]
"""Host and port."""


def without_credentials(url: str) -> str:
    """The URL as it may be shown: no user, no password, no query."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    netloc = f"{host}:{parts.port}" if parts.port else host
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


def servers(addresses: str) -> frozenset[Server]:
    """The servers that a URL, or a list like ``host:port,…``, names; the names of this machine are one."""
    found: set[Server] = set()
    for address in addresses.split(","):
        parts = urlsplit(address if "://" in address else f"//{address.strip()}")
        try:
            host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            continue  # no number: it names no server
        found.add(("localhost" if host in _LOOPBACK else host, port))
    return frozenset(found)
