"""A port that is taken is said to be taken, by whom, or gone round."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipegen.errors import StackError
from pipegen.port_holder import port_holder
from pipegen.stack.ports import Ports, choose_ports, is_free, release


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def wanted(listener: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Kafka's usual port is, for once, the listener's."""
    monkeypatch.setattr(Ports.model_fields["kafka"], "default", listener)
    return listener


def test_a_taken_port_names_the_process_that_holds_it(wanted: int) -> None:
    with pytest.raises(StackError, match=rf"port {wanted}, which kafka needs.*pid {os.getpid()}") as caught:
        choose_ports(auto=False, keep={}, last=None)
    assert "--auto-ports" in (caught.value.remedy or "")


def test_auto_ports_takes_the_next_free_one(wanted: int) -> None:
    chosen = choose_ports(auto=True, keep={}, last=None)
    release(chosen)
    assert wanted < chosen.kafka < wanted + 100
    assert is_free(chosen.kafka)


def test_two_stacks_that_start_together_get_different_ports() -> None:
    first = choose_ports(auto=True, keep={}, last=None)
    second = choose_ports(auto=True, keep={}, last=None)
    release(first)
    release(second)
    assert not set(first.model_dump().values()) & set(second.model_dump().values())


def test_a_reservation_that_was_given_back_is_free_again() -> None:
    first = choose_ports(auto=True, keep={}, last=None)
    release(first)
    again = choose_ports(auto=True, keep={}, last=first)
    release(again)
    assert again.kafka_controller == first.kafka_controller


def test_ports_of_running_parts_are_kept(listener: int) -> None:
    chosen = choose_ports(auto=True, keep={"kafka": listener}, last=None)
    release(chosen)
    assert chosen.kafka == listener


def test_a_port_without_a_listener_has_no_holder_to_name() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        assert "may not see" in port_holder(server.getsockname()[1])


def test_a_spoilt_reservation_file_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    release(choose_ports(auto=True, keep={}, last=None))
    reservations = tmp_path / "pipegen/ports.json"
    reservations.write_text("[not json", encoding="utf-8")
    release(choose_ports(auto=True, keep={}, last=None))
    assert reservations.read_text(encoding="utf-8") == "{}"


def test_a_part_that_died_comes_back_where_it_was_while_others_still_run(wanted: int) -> None:
    first = choose_ports(auto=True, keep={}, last=None)
    release(first)
    # Another port than the usual one, which may have become free meanwhile: Flink and clients know this one.
    last = first.model_copy(update={"kafka": first.kafka + 7})
    again = choose_ports(auto=True, keep={"flink": first.flink}, last=last)
    release(again)
    assert again.kafka == last.kafka
