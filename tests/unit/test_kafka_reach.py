"""Brokers that advertise an unreachable address are reported before the load starts."""

from __future__ import annotations

import socket
import time
from types import SimpleNamespace
from typing import Any

import pytest

from pipegen.errors import KafkaError
from pipegen.services.kafka import ClusterView
from pipegen.services.kafka_reach import reach, unreachable


@pytest.fixture
def listening() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def admin(answer: ClusterView | KafkaError, bootstrap: str) -> Any:
    """A double of the admin client: the brokers' answers."""

    def cluster() -> ClusterView:
        if isinstance(answer, KafkaError):
            raise answer
        return answer

    return SimpleNamespace(bootstrap_servers=bootstrap, cluster=cluster)


def test_an_advertised_address_that_cannot_be_resolved_is_reported_with_both_addresses(listening: str) -> None:
    with pytest.raises(KafkaError, match=r"broker advertises kafka\.invalid:9092, which cannot be resolved") as raised:
        reach(admin(ClusterView({1: "kafka.invalid:9092"}), listening))
    assert raised.value.message.startswith(f"{listening} answers, but its broker advertises kafka")
    assert "advertised.listeners" in (raised.value.remedy or "")
    assert raised.value.code.kafka == "_RESOLVE"


def test_an_advertised_address_where_nothing_listens_is_reported_with_the_reason(listening: str) -> None:
    with pytest.raises(KafkaError, match=r"127\.0\.0\.1:1, which cannot be reached: Connection refused"):
        reach(admin(ClusterView({1: "127.0.0.1:1"}), listening))


def test_brokers_that_all_advertise_one_address_where_nothing_listens_cannot_be_reached(listening: str) -> None:
    with pytest.raises(KafkaError, match=r"its broker advertises 127\.0\.0\.1:1, which cannot be reached"):
        reach(admin(ClusterView({1: "127.0.0.1:1", 2: "127.0.0.1:1"}), listening))


def test_a_cluster_is_reachable_if_some_of_its_brokers_are(listening: str) -> None:
    reached = reach(admin(ClusterView({1: listening, 2: "127.0.0.1:1"}), listening))
    assert list(reached.unreachable) == ["127.0.0.1:1"]
    assert reach(admin(ClusterView({1: listening}), listening)).unreachable == {}


def test_if_no_broker_answers_each_address_has_its_reason() -> None:
    away = admin(KafkaError("x", remedy="r"), "127.0.0.1:1,kafka.invalid:9092")
    with pytest.raises(KafkaError, match=r"127\.0\.0\.1:1 cannot be reached: Connection refused; kafka\.invalid:9092"):
        reach(away)


def test_addresses_are_tried_at_once_and_for_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(0.6) or [])
    assert unreachable(["a:1", "b:2"], timeout_s=0.1) == {
        "a:1": "did not answer within 0.1 s",
        "b:2": "did not answer within 0.1 s",
    }


@pytest.mark.parametrize("form", ["{}", "PLAINTEXT://{}", " {}"])
def test_addresses_are_read_the_way_clients_read_them(form: str, listening: str) -> None:
    assert unreachable([form.format(listening)]) == {}
    assert unreachable(["[::ffff:127.0.0.1]:1"])
