"""Of dashboards shown together, one that is slow, endless or odd affects only its own row."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from pipegen.config import DashboardSettings
from pipegen.dashboard.aggregate import AggregateServer
from pipegen.dashboard.source import Source
from pipegen.errors import SettingsError
from tests.unit.raw_server import Answer, RawServer, dripping, endless, raw_server, saying


def failure(answer: Callable[[RawServer], Answer]) -> str | None:
    async def body(url: str) -> str | None:
        source = Source(url)
        await source.ask()
        await source.close()
        return source.failure

    with raw_server(answer) as server:
        return asyncio.run(body(f"{server.url}/?token=secret-token-123456"))


def test_a_slow_dashboard_counts_as_down_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipegen.dashboard.source._TIMEOUT_S", 0.3)
    assert failure(dripping) == "it did not answer within 0.3 s"


def test_an_endless_response_is_not_a_dashboard() -> None:
    assert failure(endless) == "the server there is not a dashboard: it answered with more than 8 MB"


@pytest.mark.parametrize("body", [b"null", b"[]", b"<html>", b"[" * 100_000, b'{"run": NaN}'])
def test_an_odd_response_is_not_a_dashboard(body: bytes) -> None:
    assert failure(saying(body)) == "the server there is not a dashboard of this version of PipeGen"


def test_the_token_is_not_sent_to_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(saying(b"")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
        assert failure(saying(b"{}")) == "the server there is not a dashboard of this version of PipeGen"
    assert proxy.heads == []


@pytest.mark.parametrize("address", ["http://h:80a2", "http://[::1", "ftp://h", "", "http://u:S3CRET@x@h:1"])
def test_an_invalid_address_is_refused_before_any_request(address: str) -> None:
    with pytest.raises(SettingsError, match="is not the address of a dashboard") as raised:
        Source(address)
    assert "S3CRET" not in raised.value.message


def test_a_password_in_the_address_is_not_shown() -> None:
    assert Source("http://me:S3CRET@h:3001/x/?token=S3CRET").url == "http://h:3001/x"


def test_a_slow_dashboard_does_not_delay_the_others() -> None:
    async def sequences(*addresses: str) -> list[int]:
        settings = DashboardSettings.model_validate({"port": 0, "update_interval": "100ms"})
        server = AggregateServer(addresses=addresses, settings=settings)
        await server.start()
        try:
            seen: list[int] = []
            async with asyncio.timeout(20):
                while len(seen) < 3:
                    await asyncio.sleep(0.05)
                    frame = server._frame
                    if frame is not None and (number := json.loads(frame.text)["sequence"]) not in seen:
                        seen.append(number)
                        # Still waiting: it has not reached its deadline yet.
                        assert server._sources[0].failure == "not asked yet"
            return seen
        finally:
            await server.stop()
            assert {task.get_name() for task in asyncio.all_tasks()} & {each.url for each in server._sources} == set()

    with raw_server(dripping) as slow, raw_server(saying(b"{}")) as other:
        assert len(asyncio.run(sequences(slow.url, other.url))) == 3
