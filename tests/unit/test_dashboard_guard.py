"""Under which names a dashboard may be opened, and whose pages may read it."""

from __future__ import annotations

import socket

import pytest
from werkzeug.datastructures import Headers

from pipegen.dashboard.guard import Guard, is_loopback


def refusal(bound: str, host: str, origin: str | None = None) -> str | None:
    return Guard(bound).refusal(Headers({"Host": host} | ({"Origin": origin} if origin else {})))


@pytest.mark.parametrize("host", ["localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080"])
@pytest.mark.parametrize("bound", ["127.0.0.1", "localhost", "0.0.0.0"])  # noqa: S104
def test_this_machines_own_names_always_open_it(bound: str, host: str) -> None:
    assert refusal(bound, host) is None


@pytest.mark.parametrize("host", [socket.gethostname(), "192.0.2.7:8080", "[2001:db8::1]"])
def test_other_addresses_open_it_only_where_it_listens_to_others(host: str) -> None:
    assert refusal("0.0.0.0", host) is None  # noqa: S104
    said = refusal("127.0.0.1", host)
    assert said == f"This dashboard is not called {host!r}; open it by its own address."


@pytest.mark.parametrize("host", ["evil.example", "", "localhost:123456", "localhost/x", "a b"])
@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_a_name_that_is_not_its_own_never_opens_it(bound: str, host: str) -> None:
    assert refusal(bound, host) is not None


def test_only_its_own_pages_may_read_it() -> None:
    assert refusal("127.0.0.1", "localhost:8080", "http://LOCALHOST:8080") is None
    assert refusal("127.0.0.1", "localhost:8080", "http://localhost:9090") is not None
    assert refusal("127.0.0.1", "localhost:8080", "http://evil.example") == (
        "Pages of 'http://evil.example' may not read this dashboard."
    )


@pytest.mark.parametrize(
    ("host", "own"), [("Localhost", True), ("127.8.8.8", True), ("::1", True), ("192.0.2.7", False), ("a.b", False)]
)
def test_an_address_of_this_machine_alone_is_known(host: str, own: bool) -> None:
    assert is_loopback(host) == own
