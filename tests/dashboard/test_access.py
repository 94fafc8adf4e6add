"""Who may look: this machine without a word, others with the token, nobody by chance."""

from __future__ import annotations

import http.client

import pytest

from pipegen.dashboard.access import choose_access
from pipegen.errors import SettingsError
from tests.dashboard.invented import running
from tests.dashboard.serving import Serving, serving
from tests.dashboard.websocket import WebSocket

TOKEN = "c0ffee00c0ffee00"


def ask(served: Serving, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    """One answer, without following a redirect."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])  # noqa: S104
def test_an_address_open_to_others_needs_a_token_or_an_explicit_word(host: str) -> None:
    with pytest.raises(SettingsError) as refused:
        choose_access(host, token=None, insecure=False)
    assert host in refused.value.message
    assert "PIPEGEN_DASHBOARD_TOKEN" in str(refused.value.remedy)
    assert choose_access(host, token=None, insecure=True).token is None
    assert choose_access(host, token=TOKEN, insecure=False).token == TOKEN


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.4.5.6"])
def test_this_machine_alone_needs_none(host: str) -> None:
    assert choose_access(host, token=None, insecure=False).token is None


@pytest.mark.parametrize("token", ["", "short", "with spaces in it", "quote'quote'quote", "ümlautümlaut"])
def test_a_token_that_is_easily_guessed_or_broken_is_refused(token: str) -> None:
    with pytest.raises(SettingsError):
        choose_access("127.0.0.1", token=token, insecure=False)


@pytest.mark.parametrize(
    "path", ["/", "/api/metrics", "/api/history", "/api/branches", "/api/errors", "/metrics", "/diagram", "/nothing"]
)
def test_without_the_token_nothing_about_the_run_is_told(path: str) -> None:
    with serving(token=TOKEN) as dashboard:
        dashboard.publish(running(10))
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": f"pipegen_token_{dashboard.port}=wrong"}):
            status, _, body = ask(dashboard, path, headers)
            assert status == 401
            assert "orders" not in body
            assert TOKEN not in body


def test_the_printed_address_opens_the_page_and_leaves_no_token_in_the_address_bar() -> None:
    with serving(token=TOKEN) as dashboard:
        assert dashboard.address.endswith(f"/?token={TOKEN}")
        status, headers, _ = ask(dashboard, f"/?token={TOKEN}")
        assert (status, headers["location"]) == (302, "/")
        assert ask(dashboard, f"/?tab=flink&token={TOKEN}&a=b%26c")[1]["location"] == "/?tab=flink&a=b%26c"
        assert ask(dashboard, f"//evil.example/?token={TOKEN}")[1]["location"] == "/evil.example/"
        cookie = headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ask(dashboard, "/", {"Cookie": cookie.partition(";")[0]})[0] == 200


def test_a_program_gives_the_token_as_bearer() -> None:
    with serving(token=TOKEN) as dashboard:
        dashboard.publish(running(10))
        assert ask(dashboard, "/api/metrics", {"Authorization": f"Bearer {TOKEN}"})[0] == 200
        assert ask(dashboard, f"/api/metrics?token={TOKEN}")[0] == 400


def test_the_socket_opens_with_the_token_only() -> None:
    with serving(token=TOKEN) as dashboard:
        dashboard.publish(running(10))
        refused = WebSocket(dashboard.port)
        assert getattr(refused.answer, "status_code", None) == 401
        refused.close()
        welcome = WebSocket(dashboard.port, token=TOKEN)
        received = welcome.receive()
        assert received is not None
        assert received["producer"]["total"] == running(10)["producer"]["total"]
        welcome.close()


def test_probes_and_the_page_s_own_files_need_no_token() -> None:
    with serving(token=TOKEN) as dashboard:
        assert ask(dashboard, "/healthz")[0] == 200
        assert ask(dashboard, "/web/css/tokens.css")[0] == 200


def test_a_browser_without_the_token_is_told_what_to_do() -> None:
    with serving(token=TOKEN) as dashboard:
        status, headers, body = ask(dashboard, "/", {"Accept": "text/html"})
    assert status == 401
    assert headers["content-type"].startswith("text/html")
    assert "open the address that PipeGen printed" in body
