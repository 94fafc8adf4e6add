"""Figures pushed over OTLP, read by a receiver that speaks the protocol's own messages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from requests.exceptions import ConnectionError  # noqa: A004 -- the exporter looks for this one

from pipegen.bus import EventBus, SnapshotTaken
from pipegen.outputs import OtlpPush, openmetrics
from pipegen.outputs.families import families
from pipegen.outputs.otlp import _grpc_hint, metrics_address, otlp_name
from pipegen.outputs.otlp_carrier import carrier
from tests.dashboard.invented import running, snapshot
from tests.dashboard.states import unmeasurable
from tests.unit.otlp_receiver import OtlpReceiver
from tests.unit.raw_server import Answer, RawServer, dripping, endless, raw_server, saying


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    made = OtlpReceiver()
    yield made
    made.close()


def push(endpoint: str, *contents: dict[str, Any], interval_s: float = 60.0) -> list[str]:
    """Pushes the snapshots of a run that ends at once; returns what was told of failures."""
    told: list[str] = []

    async def run() -> None:
        bus = EventBus()
        pushing = OtlpPush(endpoint, interval_s=interval_s, on_failure=told.append)
        pushing.start(bus)
        await asyncio.sleep(0)
        for each in contents:
            bus.publish(SnapshotTaken(snapshot(each)))
        await asyncio.sleep(0.01)
        await pushing.finish()
        await pushing.finish()
        bus.close()

    asyncio.run(run())
    return told


def test_the_last_snapshot_of_a_run_arrives_in_base_units_with_its_run(receiver: OtlpReceiver) -> None:
    contents = running(426)
    assert push(receiver.url, running(1), contents) == []
    assert set(receiver.paths) == {"/v1/metrics"}
    assert receiver.resource["service.name"] == "pipegen"
    assert receiver.value("pipegen.producer", pipeline="orders", run="7f3a") == contents["producer"]["total"]
    assert receiver.metrics["pipegen.producer"].sum.is_monotonic
    assert receiver.value("pipegen.producer.rate") == contents["producer"]["rate"]
    assert receiver.metrics["pipegen.producer.rate"].unit == "1/s"
    assert receiver.value("pipegen.flink.checkpoints.last_duration") == pytest.approx(0.084)
    assert receiver.metrics["pipegen.flink.checkpoints.last_duration"].unit == "s"
    p99_ms = contents["latency"]["end_to_end"]["total"]["p99_ms"]
    assert receiver.value("pipegen.latency", stage="end_to_end", quantile="0.99") == pytest.approx(p99_ms / 1e3)


def test_what_is_not_known_is_not_pushed(receiver: OtlpReceiver) -> None:
    assert push(receiver.url, unmeasurable()) == []
    assert "pipegen.pipeline.lag" not in receiver.metrics
    stages = {
        attribute.value.string_value
        for point in receiver.metrics["pipegen.latency"].gauge.data_points
        for attribute in point.attributes
        if attribute.key == "stage"
    }
    assert "end_to_end" not in stages


def test_otlp_and_openmetrics_say_the_same(receiver: OtlpReceiver) -> None:
    seen = snapshot(running(426))
    push(receiver.url, running(426))
    exposed = {family.name: family for family in text_string_to_metric_families(openmetrics(seen).decode())}
    compared = 0
    for family in families():
        if family.name in exposed:
            (sample,) = exposed[family.name].samples
            assert receiver.value(otlp_name(family)) == pytest.approx(sample.value), family.path
            compared += 1
    assert compared > 60
    assert len({otlp_name(family) for family in families()}) == len(families())


def test_figures_are_pushed_again_and_again(receiver: OtlpReceiver) -> None:
    async def run() -> None:
        bus = EventBus()
        pushing = OtlpPush(receiver.url, interval_s=0.1, on_failure=lambda _text: None)
        pushing.start(bus)
        await asyncio.sleep(0)
        bus.publish(SnapshotTaken(snapshot(running(1))))
        deadline_s = time.monotonic() + 20
        while receiver.pushes < 3 and time.monotonic() < deadline_s:  # noqa: ASYNC110 -- a server's thread counts
            await asyncio.sleep(0.02)
        await pushing.finish()
        bus.close()

    asyncio.run(run())
    assert receiver.pushes >= 3


def test_a_receiver_that_is_not_there_is_told_of_once_and_holds_nothing_up() -> None:
    gone = OtlpReceiver()
    gone.close()
    told = push(gone.url, running(1))
    assert len(told) == 1
    assert told[0].startswith(f"OTLP push to {gone.url}/v1/metrics failed: ")


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("http://h:4318", "http://h:4318/v1/metrics"),
        ("http://h:4318/", "http://h:4318/v1/metrics"),
        ("http://h:4318/v1/metrics?token=abc", "http://h:4318/v1/metrics?token=abc"),
        ("https://h/otlp/?token=abc", "https://h/otlp/v1/metrics?token=abc"),
    ],
)
def test_the_metrics_path_is_added_once_and_a_query_stays_after_it(endpoint: str, address: str) -> None:
    assert metrics_address(endpoint) == address


def test_a_refusal_is_reported_once_with_the_address_and_without_the_secret() -> None:
    with raw_server(saying(b"no such page", status="404 Not Found")) as receiver:
        told = push(receiver.url.replace("//", "//me:S3CRET@") + "/x?token=S3CRET", running(1))
    assert told == [f"OTLP push to {receiver.url}/x/v1/metrics failed: HTTP 404 Not Found"]
    assert receiver.heads[0].startswith(b"POST /x/v1/metrics?token=S3CRET ")
    assert b"uthorization: Basic " in receiver.heads[0]


def why_not(url: str) -> str | None:
    """Why one push to an address fails."""
    carried = carrier(None)
    with pytest.raises(ConnectionError):
        carried.session.post(url, data=b"x", timeout=0.3)
    return carried.failure


def test_a_server_that_speaks_another_protocol_is_reported_as_such() -> None:
    def grpc(_server: RawServer) -> Answer:
        return lambda connection, _head: connection.sendall(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05")

    with raw_server(grpc) as receiver:
        assert why_not(receiver.url) == "the server there does not speak HTTP/1.1"


def test_a_slow_or_endless_receiver_does_not_block_a_push() -> None:
    with raw_server(dripping) as receiver:
        assert why_not(receiver.url) == "no response within 0.3 s"
    with raw_server(endless) as receiver:
        assert "more than 1 MB" in (why_not(receiver.url) or "")


def test_the_port_of_grpc_is_named() -> None:
    assert _grpc_hint("http://h:4317/v1/metrics").startswith("; 4317 is OTLP's gRPC port: PipeGen pushes over HTTP")
    assert _grpc_hint("http://h:4318/v1/metrics") == ""


def test_pushes_to_this_machine_bypass_the_proxies_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with raw_server(saying(b"")) as receiver:
        assert carrier(None).session.post(receiver.url, data=b"x", timeout=30).ok
