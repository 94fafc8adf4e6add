"""Addresses of services as text: checks, joins and compares them, and hides their secrets. No I/O."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"http": 80, "https": 443}
_KAFKA_SCHEMES: Final = frozenset({"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"})
_BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BETWEEN_URLS: Final = re.compile(r"\s*,\s*(?=https?://)", re.IGNORECASE)
_UNREADABLE: Final = "an address that cannot be read"

Server = tuple[str, int | None]
"""Host and port."""


def checked_url(text: str, *, security: str = "") -> str:
    """An HTTP address without surrounding white space, checked so that every client can read it.

    Args:
        text: As the user wrote it.
        security: The settings that take user and password instead, such as ``flink.security``.

    Raises:
        ValueError: says what is wrong and what to write; never contains the address, which may hold a password.
    """
    text = text.strip()
    if not text:
        raise ValueError("it is empty: give an address such as http://HOST:PORT, or leave the setting out")
    if " " in text or not text.isprintable():
        raise ValueError("the address contains white space or a control character")
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise ValueError(f"it has no http:// or https://: write http://{text}" + _one_of(text))
    if scheme.lower() not in _PORTS:
        raise ValueError(f"it begins with {scheme}://: use http:// or https://")
    _check_credentials(rest, security)
    if "," in rest.rpartition("@")[2]:
        raise ValueError("it contains several addresses: give only one")
    parts = _split(text)
    if not parts.hostname:
        raise ValueError("it has no host: write it like http://HOST:PORT")
    return text


def checked_urls(text: str, *, security: str = "") -> str:
    """One or more addresses, separated by commas; see :func:`checked_url`."""
    return ",".join(checked_url(part, security=security) for part in each_url(text.strip().strip(",")))


def each_url(text: str) -> list[str]:
    """The addresses of a list; a comma inside an address, such as in a password, does not split it."""
    return _BETWEEN_URLS.split(text)


def checked_servers(text: str) -> str:
    """Kafka brokers as ``host:port,…`` without white space.

    Raises:
        ValueError: says what is wrong and what to write.
    """
    each = [part for part in (part.strip() for part in text.split(",")) if part]
    if not each:
        raise ValueError("it is empty: give brokers written as host:port")
    for part in each:
        scheme, separator, rest = part.rpartition("://")
        if separator and scheme.lower() not in _KAFKA_SCHEMES:
            raise ValueError(f"it begins with {scheme}://: brokers are written as host:port, without {scheme}://")
        if "@" in rest:
            raise ValueError("brokers are written as host:port: set kafka.security.username and password instead")
        if not rest.isprintable() or any(sign in rest for sign in " /?#"):
            raise ValueError("brokers are written as host:port,host:port, without a path or white space")
        if rest.count(":") > 1 and "[" not in rest:
            host, _, port = rest.rpartition(":")
            raise ValueError(f"an IPv6 address needs brackets: write [{host}]:{port}")
        if not _split(f"kafka://{rest}").hostname:
            raise ValueError(f"{part!r} has no host: brokers are written as host:port")
    return ",".join(each)


def joined(base: str, path: str) -> str:
    """A path below a base address; the query strings of both are kept."""
    parts = urlsplit(base)
    below, _, query = path.partition("?")
    queries = "&".join(each for each in (query, parts.query) if each)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + below, queries, ""))


def without_credentials(url: str) -> str:
    """The URL, or several separated by commas, for display: without user, password or query. Never raises."""
    scheme, separator, _ = url.partition("://")
    several = each_url(url)
    if len(several) > 1:
        return ",".join(map(without_credentials, several))
    try:
        parts = _split(url)
    except ValueError:
        return f"{scheme}{separator}…" if separator and scheme.isalnum() else _UNREADABLE
    if "@" in parts.path + parts.fragment:
        return f"{parts.scheme}://…"  # a password with a slash or number sign: the host would be a guess
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    netloc = f"{host}:{parts.port}" if parts.port else host
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


def credentials_of(url: str) -> tuple[str, str] | None:
    """User and password of an address, decoded; None without any."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")


def is_encoded(url: str) -> bool:
    """Whether user or password of an address are percent-encoded."""
    parts = urlsplit(url)
    return "%" in parts.netloc.rpartition("@")[0]


def without_user(url: str) -> str:
    """The address without user and password, everything else as it was."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def secrets_in(url: str) -> list[str]:
    """The secrets in one or more addresses: the password, encoded and decoded, and the query."""
    found: list[str] = []
    for each in each_url(url):
        try:
            parts = urlsplit(each)
        except ValueError:
            continue
        if parts.username is not None:
            written = parts.password if parts.password is not None else parts.username
            found += [written, unquote(written), parts.netloc.rpartition("@")[0]]
        found += [part for part in [parts.query, *(pair.partition("=")[2] for pair in parts.query.split("&"))] if part]
    return [text for text in dict.fromkeys(found) if text]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by name or IP address."""
    host = host.strip("[]").lower()
    return host in _LOOPBACK or host.endswith(".localhost") or host.startswith("127.")


def servers(addresses: str) -> frozenset[Server]:
    """The servers that a URL, or a list like ``host:port,…``, names; the names of this machine are one."""
    found: set[Server] = set()
    for address in addresses.split(","):
        try:
            parts = urlsplit(address if "://" in address else f"//{address.strip()}")
            host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            continue  # no number: it names no server
        found.add(("localhost" if host in _LOOPBACK else host, port))
    return frozenset(found)


def _check_credentials(rest: str, security: str) -> None:
    """Finds unencoded characters in a user or password that would end the address too early."""
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    broken = (
        authority.count("@") > 1
        or "@" in rest[len(authority) :]
        or "#" in rest
        or _BROKEN_PERCENT.search(authority.rpartition("@")[0])
    )
    if broken:
        instead = f", or set {security}.username and password" if security else ""
        raise ValueError(f"encode @ : / # % in the address as %40 %3A %2F %23 %25{instead}")


def _split(url: str) -> SplitResult:
    """The parts, after checking that the port is a number.

    Raises:
        ValueError: the port is not a number, or an IPv6 address has no brackets.
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        raise ValueError("an IPv6 address needs brackets, like http://[::1]:PORT") from None
    if host.count(":") > 1 and "[" not in host:
        raise ValueError("an IPv6 address needs brackets, like http://[::1]:PORT")
    try:
        parts.port  # noqa: B018 -- reading it checks it
    except ValueError:
        port = host.rpartition(":")[2]
        raise ValueError(f"the port {port!r} is not a number from 0 to 65535") from None
    return parts


def _one_of(text: str) -> str:
    return "; give only one address" if "," in text else ""
