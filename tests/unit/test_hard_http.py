"""Whatever answers in place of a service results in one sentence: no endless wait, no memory growth, no crash."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from pipegen.config import HttpSecurity
from pipegen.errors import FlinkError, RegistryError, ServiceError, SettingsError
from pipegen.observe import FlinkReading, Reading
from pipegen.run.picture.flink import flink
from pipegen.services.flink import ClusterOverview, FlinkClient
from pipegen.services.http import JsonService
from pipegen.services.http_access import HttpAccess, http_access
from pipegen.services.http_transport import MOST_BYTES
from pipegen.services.proxies import ProxyRule
from pipegen.services.registry import RegistryClient
from pipegen.snapshot import Checkpoints
from tests.unit.raw_server import dripping, endless, raw_server, saying

C = TypeVar("C", bound=JsonService)


def asked(client: C, question: Callable[[C], Awaitable[Any]]) -> Any:
    async def body() -> Any:
        try:
            return await question(client)
        finally:
            await client.close()

    return asyncio.run(body())


def test_a_slow_response_is_abandoned_at_the_overall_deadline() -> None:
    with raw_server(dripping) as server, pytest.raises(FlinkError, match=r"did not answer within 0\.3 s"):
        asked(FlinkClient(server.url), lambda client: client.request("GET", "/overview", timeout_s=0.3))


def test_an_endless_response_is_cut_at_the_limit() -> None:
    with raw_server(endless) as server, pytest.raises(FlinkError, match="answered with more than 16 MB"):
        asked(FlinkClient(server.url), lambda client: client.overview())


def test_a_service_that_announces_a_response_and_sends_none_is_abandoned() -> None:
    continuing = saying(
        b"", status="100 Continue\r\n\r\n" + "HTTP/1.1 100 Continue\r\n\r\n" * 1_000 + "HTTP/1.1 200 OK"
    )
    with raw_server(continuing) as server, pytest.raises(FlinkError, match="announces a response again and again"):
        asked(FlinkClient(server.url), lambda client: client.overview())


def test_the_limit_applies_after_decompression() -> None:
    bomb = gzip.compress(b" " * (4 * MOST_BYTES), compresslevel=1)
    assert len(bomb) < MOST_BYTES / 10
    packed = saying(bomb, headers="Content-Encoding: gzip\r\n")
    with raw_server(packed) as server, pytest.raises(FlinkError, match="answered with more than 16 MB"):
        asked(FlinkClient(server.url), lambda client: client.overview())


def test_a_compressed_response_of_usual_size_is_read() -> None:
    body = b'{"taskmanagers": 1, "slots-total": 4, "slots-available": 3, "flink-version": "2.3.0"}'
    with raw_server(saying(gzip.compress(body), headers="Content-Encoding: gzip\r\n")) as server:
        assert asked(FlinkClient(server.url), lambda client: client.overview()).slots_free == 3


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"[" * 5_000 + b"]" * 5_000,
        b'{"taskmanagers": 1' + b"9" * 500,
        b"\xff\xfe\x00",
        b"HTTP/1.1 200 OK",
    ],
)
def test_an_unreadable_response_is_not_from_a_job_manager(body: bytes) -> None:
    with raw_server(saying(body)) as server, pytest.raises(FlinkError, match="but not like a Flink JobManager"):
        asked(FlinkClient(server.url), lambda client: client.overview())


def test_an_unrequested_compression_is_reported() -> None:
    odd = saying(b"xyz", headers="Content-Encoding: br\r\n")
    with raw_server(odd) as server, pytest.raises(FlinkError, match="compressed as 'br'"):
        asked(FlinkClient(server.url), lambda client: client.overview())


JOB = """{"jid": "j", "name": "n", "state": "RUNNING", "timestamps": {"RUNNING": 5, "CREATED": %s}, "vertices":
  [{"id": "v", "name": "Source: orders", "status": "RUNNING", "parallelism": %s,
    "metrics": {"read-records": %s, "write-records": 7, "read-bytes": 8, "write-bytes": 9},
    "tasks": {"RUNNING": 2, "FINISHED": 0}}], "plan": null}"""


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        ("NaN", "Flink returned NaN"),
        ("Infinity", "Flink returned Infinity"),
        ("-Infinity", "Flink returned -Infinity"),
        ("null", "Flink returned null"),
        ("[1]", "Flink returned a list"),
        ("{}", "Flink returned an object"),
        ('"many"', "Flink returned 'many'"),
        ("true", "Flink returned True"),
        ("1e300", "Flink returned 1e+300"),
    ],
)
def test_a_figure_that_is_not_a_number_costs_only_itself_and_is_reported(figure: str, told: str) -> None:
    with raw_server(saying((JOB % (figure, figure, figure)).encode())) as server:
        job = asked(FlinkClient(server.url), lambda client: client.job("j"))
    vertex = job.vertices[0]
    assert (vertex.records_in, vertex.records_out, vertex.bytes_in) == (None, 7, 8)
    assert vertex.odd["records_in"] == told
    assert (job.state, job.all_running, vertex.parallelism) == ("RUNNING", True, 2)
    assert job.entered_ms == {"RUNNING": 5}


def test_odd_figures_of_checkpoints_and_processes_cost_only_themselves() -> None:
    done = b'{"state_size": "big", "latest_ack_timestamp": -9e17}'
    points = b'{"counts": {"completed": 3, "failed": NaN}, "latest": {"completed": %s, "failed": []}}' % done
    with raw_server(saying(points)) as server:
        read = asked(FlinkClient(server.url), lambda client: client.checkpoints("j"))
    assert (read.counts.completed, read.counts.failed, read.latest.completed.last_size_bytes) == (3, None, None)
    assert read.latest.completed.last_completed_at is None, "no date can be made of it"
    odd = {
        "failed": "Flink returned NaN",
        "last_size_bytes": "Flink returned 'big'",
        "last_completed_at": "Flink returned -9e+17",
    }
    assert read.odd == odd
    managers = b'{"taskmanagers": [{"id": "a", "path": "p", "slotsNumber": NaN, "freeSlots": 1}]}'
    with raw_server(saying(managers)) as server:
        [manager] = asked(FlinkClient(server.url), lambda client: client.task_managers())
    assert (manager.slots_total, manager.slots_free) == (None, 1)


def test_the_first_registry_that_answers_is_used_and_named() -> None:
    with raw_server(saying(b"[]")) as server:
        client = RegistryClient(f"http://127.0.0.1:1/x, {server.url}/y")
        asked(client, lambda it: it.ping_ms())
        assert client.shown_url == f"{server.url}/y"
        assert server.heads[0].startswith(b"GET /y/subjects ")
    with pytest.raises(RegistryError, match="at any of its 2 addresses") as raised:
        asked(RegistryClient("http://127.0.0.1:1/x,http://127.0.0.1:2/y"), lambda it: it.ping_ms())
    assert "127.0.0.1:1/x" in (raised.value.detail or "")
    assert "127.0.0.1:2/y" in (raised.value.detail or "")


def test_questions_at_the_same_time_each_try_every_registry() -> None:
    async def both(client: RegistryClient) -> None:
        await asyncio.gather(client.ping_ms(), client.ping_ms(), client.ping_ms())

    with raw_server(saying(b"[]")) as server:
        asked(RegistryClient(f"http://127.0.0.1:1/x,{server.url}/y"), both)
    assert len(server.heads) == 3


def test_a_query_in_the_address_stays_after_the_path() -> None:
    with raw_server(saying(b"[]")) as server:
        asked(RegistryClient(f"{server.url}/a/?key=K"), lambda it: it.ping_ms())
    assert server.heads[0].startswith(b"GET /a/subjects?key=K ")


def redirecting(location: str) -> Any:
    return saying(b"", status="308 Permanent Redirect", headers=f"Location: {location}\r\n")


def test_a_redirect_on_the_same_host_is_followed_with_credentials() -> None:
    with raw_server(saying(b"[]")) as target, raw_server(redirecting(f"{target.url}/z")) as gateway:
        address = gateway.url.replace("http://", "http://ada:p%40ss@")
        asked(RegistryClient(address), lambda it: it.ping_ms())
    assert b"uthorization: Basic YWRhOnBAc3M=" in target.heads[0]


def test_a_redirect_to_another_host_is_reported_and_not_followed() -> None:
    with raw_server(saying(b"[]")) as target:
        other = target.url.replace("127.0.0.1", "localhost")
        named = pytest.raises(RegistryError, match=f"redirects to {other}/z$")
        with raw_server(redirecting(f"{other}/z?token=S3CRET")) as gateway, named as raised:
            asked(RegistryClient(gateway.url), lambda it: it.ping_ms())
        assert target.heads == []
    assert raised.value.remedy == f"Use the address it redirects to: {other}/z"


@pytest.mark.parametrize("location", ["/again", "http://[::1", "http://127.0.0.1:80a2/", "ftp://127.0.0.1/"])
def test_a_redirect_that_leads_nowhere_is_reported(location: str) -> None:
    with raw_server(redirecting(location)) as server, pytest.raises(RegistryError, match="redirects"):
        asked(RegistryClient(server.url), lambda it: it.ping_ms())


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("401 Unauthorized", "flink.security.username"),
        ("403 Forbidden", "flink.security"),
        ("404 Not Found", "path is missing"),
    ],
)
def test_a_refusal_names_the_setting_that_fixes_it(status: str, says: str) -> None:
    with raw_server(saying(b"no", status=status)) as server, pytest.raises(FlinkError, match="refused") as raised:
        asked(FlinkClient(server.url), lambda client: client.overview())
    assert says in (raised.value.remedy or "")


def test_a_token_with_an_odd_lifetime_is_used_anyway() -> None:
    with raw_server(saying(b'{"access_token": "t", "expires_in": "soon"}')) as tokens, raw_server(saying(b"[]")) as it:
        security = HttpSecurity(oauth_token_url=tokens.url, oauth_client_id="c", oauth_client_secret="s")
        asked(RegistryClient(it.url, access=http_access(security, section="x")), lambda client: client.ping_ms())
    assert b"uthorization: Bearer t" in it.heads[0]


def test_a_slow_token_endpoint_ends_at_the_deadline() -> None:
    with raw_server(dripping) as tokens:
        security = HttpSecurity(oauth_token_url=tokens.url, oauth_client_id="c", oauth_client_secret="s")
        client = RegistryClient("http://127.0.0.1:1", access=http_access(security, section="x"))
        with pytest.raises(RegistryError, match="did not answer within"):
            asked(client, lambda it: it.request("GET", "/subjects", timeout_s=0.3))


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "https_proxy"])
def test_this_machine_is_never_contacted_through_a_proxy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for proxy in ("http://127.0.0.1:1", "socks5://127.0.0.1:1"):
        monkeypatch.setenv(name, proxy)
        with raw_server(saying(b"[]")) as server:
            asked(RegistryClient(server.url), lambda client: client.ping_ms())
            assert len(server.heads) == 1


def test_a_remote_service_is_contacted_through_the_configured_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with raw_server(saying(b"[]")) as proxy:
        access = HttpAccess(proxies=ProxyRule(proxy.url))
        asked(RegistryClient("http://registry.invalid/a", access=access), lambda client: client.ping_ms())
    assert proxy.heads[0].startswith(b"GET http://registry.invalid/a/subjects ")


def test_the_proxy_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://p:3128")
    monkeypatch.setenv("HTTP_PROXY", "p:3129")
    monkeypatch.setenv("NO_PROXY", ".inside.example,10.0.0.0/8")
    rule = ProxyRule()
    assert rule.proxy_for("https://a.example/x", with_credentials=True) == "http://p:3128"
    assert rule.proxy_for("http://a.example/x", with_credentials=False) == "http://p:3129"
    assert rule.proxy_for("http://a.example/x", with_credentials=True) is None
    assert rule.proxy_for("https://a.inside.example/", with_credentials=False) is None
    assert rule.proxy_for("https://10.1.2.3:8081/", with_credentials=False) is None
    assert rule.proxy_for("https://[::1]:8081/", with_credentials=False) is None
    assert ProxyRule("none").proxy_for("https://a.example/", with_credentials=False) is None
    assert ProxyRule("http://own:1").proxy_for("http://a.example/", with_credentials=True) == "http://own:1"


def test_an_unsupported_proxy_is_reported_before_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.setenv("ALL_PROXY", "socks5://me:S3CRET@p:1080")
    with pytest.raises(SettingsError, match="ALL_PROXY names the proxy socks5://p:1080") as raised:
        RegistryClient("https://registry.example")
    assert "S3CRET" not in str(raised.value)


def test_a_refusal_is_a_service_error() -> None:
    assert issubclass(RegistryError, ServiceError)


def test_what_flink_returned_for_a_figure_is_the_reason_on_the_page() -> None:
    points = Checkpoints(
        completed=3, failed=None, in_progress=0, last_duration_ms=1.0, last_size_bytes=1, last_completed_at=None,
        interval_ms=1000.0,
    )  # fmt: skip
    odd = {
        "slots_free": "Flink returned 'many'",
        "checkpoints.failed": "Flink returned NaN",
        "vertices": "records_in of v: …",
    }
    value = FlinkReading(
        ClusterOverview("2.3", 1, 4, None), job_id="j", job_state="RUNNING", checkpoints=points, odd=odd
    )
    shown = flink(Reading(value, 0), Reading(), group_id=None, no_job=None)
    assert shown.section.status == "running"
    assert {path: shown.reasons[path] for path in odd} == odd
    assert shown.reasons["rate"] == "Flink has not reported it yet"
