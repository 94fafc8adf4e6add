"""Which proxy a request goes through: one rule for every HTTP client of PipeGen. No I/O except the environment.

The setting ``proxy`` overrides ``HTTPS_PROXY``, ``HTTP_PROXY`` and ``ALL_PROXY``; ``NO_PROXY`` applies to all of them.
This machine is always contacted directly. A proxy from the environment never sees credentials: a request over
``http://`` that carries credentials goes directly, and one over ``https://`` goes through a tunnel.
"""

from __future__ import annotations

import ipaddress
import urllib.request
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pipegen.errors import SettingsError
from pipegen.urls import is_loopback, without_credentials

NO_PROXY_AT_ALL: Final = "none"
_SCHEMES: Final = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class ProxyRule:
    """The rule.

    Attributes:
        setting: The setting ``proxy``: an address, ``none`` for no proxy, or None for the environment's proxies.
    """

    setting: str | None = None

    def proxy_for(self, url: str, *, with_credentials: bool) -> str | None:
        """The proxy for an address; None if it is contacted directly.

        Args:
            url: The address.
            with_credentials: Whether the request carries credentials.

        Raises:
            SettingsError: the chosen proxy is not supported.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return None  # an invalid address is reported when it is used
        if not host or is_loopback(host) or self.setting == NO_PROXY_AT_ALL or _bypassed(host, port):
            return None
        if self.setting is not None:
            return _usable(self.setting, "proxy")
        if with_credentials and parts.scheme != "https":
            return None
        found = urllib.request.getproxies_environment()
        name = parts.scheme if parts.scheme in found else "all"
        return _usable(found[name], f"{name.upper()}_PROXY") if name in found else None


ENVIRONMENT: Final = ProxyRule()
"""The proxies from the environment."""


def _usable(proxy: str, where: str) -> str:
    address = proxy.strip() if "://" in proxy else f"http://{proxy.strip()}"
    try:
        parts = urlsplit(address)
        good = parts.scheme in _SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise SettingsError(
            f"{where} names the proxy {without_credentials(address)}, but PipeGen supports only HTTP proxies",
            remedy="Set an http:// proxy in the setting proxy, or add the service's host to NO_PROXY.",
        )
    return address


def _bypassed(host: str, port: int | None) -> bool:
    found = urllib.request.getproxies_environment()
    if "no" not in found:
        return False
    if urllib.request.proxy_bypass_environment(host if port is None else f"{host}:{port}", found):  # type: ignore[attr-defined]
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(number in network for network in map(_network, found["no"].split(",")) if network is not None)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
