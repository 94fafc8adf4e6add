"""The life of a local stack, with small servers in place of Kafka, Flink and the registry."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from pipegen.errors import StackError
from pipegen.observe.stack_cpu import StackCpu
from pipegen.stack import Part, PartState, Silent
from tests.unit.stand_in_stack import StandInStack


class Notes(Silent):
    """Keeps what was said, which parts were started and which answered."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.started: list[str] = []
        self.ready: dict[str, float] = {}

    def note(self, text: str) -> None:
        self.said.append(text)

    def part_started(self, name: str) -> None:
        self.started.append(name)

    def part_ready(self, name: str, *, after_s: float) -> None:
        self.ready[name] = after_s


Make = Callable[..., StandInStack]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[StandInStack] = []

    def make_one(modes: dict[Part, str] | None = None, **how: float) -> StandInStack:
        made.append(StandInStack(tmp_path, modes, **how))
        return made[-1]

    yield make_one
    for stack in made:
        stack.down()


def states(stack: StandInStack) -> set[PartState]:
    return {part.state for part in stack.status()}


def test_a_stack_comes_up_is_found_again_is_repaired_and_goes(make: Make) -> None:
    stack, notes = make(), Notes()
    assert (stack.endpoints(), states(stack)) == (None, {PartState.STOPPED})
    endpoints = stack.up(auto_ports=True, progress=notes)
    # Kafka last: its storage may have to be formatted first.
    assert notes.started[-1] == Part.KAFKA
    assert set(notes.started) == set(notes.ready) == set(Part)
    assert all(0 <= after_s < 60 for after_s in notes.ready.values())
    told = {part.name: part for part in stack.status()}
    assert list(told) == list(Part)
    assert {part.state for part in told.values()} == {PartState.RUNNING}
    kafka = told[Part.KAFKA]
    assert (kafka.version, endpoints.bootstrap_servers) == ("1.2.3", f"127.0.0.1:{kafka.port}")
    assert kafka.log_file is not None
    assert kafka.log_file.read_text().strip() == "this is kafka"
    assert kafka.uptime_s is not None
    assert 0 <= kafka.uptime_s < 120
    assert (kafka.rss_bytes or 0) > 1_000_000
    assert httpx2.get(f"{endpoints.flink_url}/overview", trust_env=False).status_code == 200

    again, more = make(), Notes()
    assert again.endpoints() == endpoints
    assert again.up(auto_ports=True, progress=more) == endpoints
    assert (more.started, len(more.said)) == ([], 1)
    assert more.said[0].endswith("runs already")
    with pytest.raises(StackError, match="still runs"):
        again.delete_data()

    cpu = StackCpu()
    assert cpu.read(stack.stack_dir) == {}  # the first look begins the measurement
    assert set(cpu.read(stack.stack_dir)) == set(Part)
    assert cpu.read(None) == {}

    process = stack.processes()[Part.REGISTRY]
    process.kill()
    process.wait(20)
    assert Part.REGISTRY not in cpu.read(stack.stack_dir)
    assert {part.state for part in stack.status() if part.name == Part.REGISTRY} == {PartState.FAILED}
    assert stack.endpoints() is None
    repaired = Notes()
    assert again.up(auto_ports=True, progress=repaired) == endpoints
    assert repaired.started == [Part.REGISTRY]

    stack.down()
    assert (stack.endpoints(), states(stack), stack.processes()) == (None, {PartState.STOPPED}, {})
    stack.delete_data()
    assert not stack.state_file.exists()
    assert not (stack.stack_dir / "logs").exists()


def test_a_part_that_ends_at_once_is_told_with_the_end_of_its_log_and_nothing_is_left(make: Make) -> None:
    stack = make({Part.SQL_GATEWAY: "dies"})
    with pytest.raises(StackError, match=r"sql-gateway ended.* while it was starting") as raised:
        stack.up(auto_ports=True)
    assert "nothing works" in (raised.value.detail or "")
    assert (raised.value.remedy or "").endswith("sql-gateway.log")
    assert (stack.processes(), states(stack)) == ({}, {PartState.STOPPED})


def test_a_part_that_never_answers_is_named_once_the_time_is_over(make: Make) -> None:
    stack = make({Part.REGISTRY: "hangs"}, ready_timeout_s=3.0)
    with pytest.raises(StackError, match=r"registry.* did not answer within 3 s") as raised:
        stack.up(auto_ports=True)
    assert "registry.log" in (raised.value.remedy or "") or "kafka.log" in (raised.value.remedy or "")
    assert stack.processes() == {}


def test_a_start_that_is_interrupted_stops_what_had_been_started(make: Make) -> None:
    stack, cancelled = make({Part.REGISTRY: "hangs"}), threading.Event()
    cancelled.set()
    with pytest.raises(StackError, match="starting the stack was interrupted"):
        stack.up(auto_ports=True, cancelled=cancelled)
    assert stack.processes() == {}


def test_a_stack_that_never_was_there_is_stopped_in_silence(make: Make) -> None:
    stack = make()
    stack.down()
    stack.delete_data()
    assert not stack.stack_dir.exists()


def test_a_folder_that_cannot_be_written_is_named_with_the_variable_that_moves_it(make: Make) -> None:
    stack = make()
    stack.stack_dir.write_text("a file in its place")
    with pytest.raises(StackError, match="cannot be written") as raised:
        stack.up(auto_ports=True)
    assert raised.value.remedy == "set PIPEGEN_STACK_DIR to a folder that can"
    stack.stack_dir.unlink()
