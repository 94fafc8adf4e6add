"""The local stack as a user meets it: found again, repaired, refused with a reason, stopped without a rest."""

from __future__ import annotations

import re
import socket
import time
from contextlib import closing
from pathlib import Path

import httpx2
import psutil
import pytest

from pipegen.errors import StackError
from pipegen.services.kafka import KafkaAdmin
from pipegen.stack import Endpoints, LocalStack, Part, PartState, Silent

pytestmark = pytest.mark.stack


class Notes(Silent):
    """Keeps what was said and which parts were started."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.started: list[str] = []

    def note(self, text: str) -> None:
        self.said.append(text)

    def part_started(self, name: str) -> None:
        self.started.append(name)


def pids(stack: LocalStack) -> dict[str, int | None]:
    return {part.name: part.pid for part in stack.status()}


def test_every_part_says_its_state_port_version_log_and_uptime(local_stack: LocalStack, endpoints: Endpoints) -> None:
    told = {part.name: part for part in local_stack.status()}
    assert list(told) == list(Part)
    for part in told.values():
        assert part.state is PartState.RUNNING
        assert part.uptime_s is not None
        assert part.uptime_s > 0
        assert part.rss_bytes is not None
        assert part.log_file is not None
        assert part.log_file.read_text(encoding="utf-8", errors="replace")
    assert told[Part.KAFKA].version == "4.3.1"
    assert endpoints.bootstrap_servers == f"127.0.0.1:{told[Part.KAFKA].port}"
    assert endpoints.flink_url.endswith(f":{told[Part.JOBMANAGER].port}")
    assert told[Part.TASKMANAGER].port is None


def test_no_part_listens_to_other_machines(local_stack: LocalStack) -> None:
    for part in local_stack.status():
        listening = [c.laddr.ip for c in psutil.Process(part.pid).net_connections("tcp") if c.status == "LISTEN"]
        assert listening, f"{part.name} listens nowhere"
        assert set(listening) <= {"127.0.0.1", "::ffff:127.0.0.1"}, f"{part.name} listens on {listening}"


def test_a_second_deploy_finds_the_first_and_says_so(local_stack: LocalStack, endpoints: Endpoints) -> None:
    before, notes = pids(local_stack), Notes()
    again = LocalStack(local_stack.stack_dir)
    assert again.up(progress=notes) == endpoints
    assert pids(again) == before
    assert notes.started == []
    assert any("runs already" in said for said in notes.said)


def test_flink_carries_the_settings_that_live_figures_need(endpoints: Endpoints) -> None:
    with httpx2.Client(trust_env=False, timeout=10) as client:
        settings = client.get(f"{endpoints.flink_url}/jobmanager/config").json()
    by_key = {entry["key"]: entry["value"] for entry in settings}
    assert by_key["metrics.fetcher.update-interval"] == "1 s"
    assert by_key["execution.checkpointing.interval"] == "10 s"
    assert by_key["restart-strategy.type"] == "failure-rate"


def test_a_part_that_died_is_started_again_and_the_others_are_left_alone(
    local_stack: LocalStack, endpoints: Endpoints
) -> None:
    before = pids(local_stack)
    psutil.Process(before[Part.TASKMANAGER]).kill()
    notes = Notes()
    try:
        deadline = time.monotonic() + 30
        while {part.name: part.state for part in local_stack.status()}[Part.TASKMANAGER] is not PartState.FAILED:
            assert time.monotonic() < deadline, "its death goes unnoticed"
        assert local_stack.endpoints() is None
    finally:
        # Whatever was found: the tests after this one need the part.
        again = local_stack.up(progress=notes)
    assert again == endpoints
    after = pids(local_stack)
    assert notes.started == [Part.TASKMANAGER]
    assert {name for name in before if before[name] != after[name]} == {Part.TASKMANAGER}


def test_a_running_stack_keeps_its_data(local_stack: LocalStack) -> None:
    with pytest.raises(StackError, match="still runs"):
        local_stack.delete_data()


@pytest.mark.heavy
def test_data_outlives_a_stop_and_is_gone_when_deleted(stack_dir: Path) -> None:
    stack = LocalStack(stack_dir)
    first = stack.up(auto_ports=True)
    KafkaAdmin(first.bootstrap_servers).create_topic("kept", partitions=3, replication_factor=1)
    with httpx2.Client(trust_env=False, timeout=10) as client:
        client.put(f"{first.schema_registry_url}/config", json={"compatibility": "FULL"}).raise_for_status()
        client.post(
            f"{first.schema_registry_url}/subjects/kept-value/versions", json={"schema": '"string"'}
        ).raise_for_status()
        alive = pids(stack)
        stack.down()
        assert not any(psutil.pid_exists(pid) for pid in alive.values() if pid is not None)
        assert {part.state for part in stack.status()} == {PartState.STOPPED}

        second = stack.up(auto_ports=True)
        assert len(KafkaAdmin(second.bootstrap_servers).cluster().topics["kept"]) == 3
        assert client.get(f"{second.schema_registry_url}/subjects").json() == ["kept-value"]
        level = client.get(f"{second.schema_registry_url}/config").json()
        assert level["compatibilityLevel"] == "FULL", "a level that the user set is not overwritten"
    stack.down()
    stack.delete_data()
    assert list(stack_dir.iterdir()) == []


def test_a_part_that_dies_while_starting_shows_its_log_and_takes_the_others_down(stack_dir: Path) -> None:
    spoilt = stack_dir / "kafka" / "data" / "meta.properties"
    spoilt.parent.mkdir(parents=True)
    spoilt.write_text("version=1\ncluster.id=one\nnode.id=77\n", encoding="utf-8")
    notes = Notes()
    with pytest.raises(StackError, match="kafka ended with exit code 1 while it was starting") as caught:
        LocalStack(stack_dir).up(auto_ports=True, progress=notes)
    assert "77" in (caught.value.detail or ""), "the log's last lines say what is wrong"
    assert str(stack_dir / "logs" / "kafka.log") in (caught.value.remedy or "")
    assert len(notes.started) == len(Part)
    assert {part.state for part in LocalStack(stack_dir).status()} == {PartState.STOPPED}
    marker = f"-Dpipegen.stack={stack_dir}"
    assert [p.pid for p in psutil.process_iter(["cmdline"]) if marker in (p.info["cmdline"] or [])] == []


def test_a_taken_port_names_the_process_and_nothing_is_started(stack_dir: Path) -> None:
    notes = Notes()
    with closing(socket.socket()) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", 9092))
            server.listen()
        except OSError:
            pass  # someone else holds it already: as good
        with pytest.raises(StackError, match="port 9092, which kafka needs, is taken by") as caught:
            LocalStack(stack_dir).up(progress=notes)
    assert re.search(r"\(pid \d+\)|may not see|another stack", caught.value.message)
    assert "--auto-ports" in (caught.value.remedy or "")
    assert notes.started == []


def test_a_stack_that_never_was_is_stopped_and_can_be_stopped(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path / "never")
    assert {part.state for part in stack.status()} == {PartState.STOPPED}
    assert stack.endpoints() is None
    stack.down()
    stack.delete_data()
    assert not (tmp_path / "never").exists()


def test_a_spoilt_state_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    with pytest.raises(StackError, match=r"state\.json cannot be read"):
        LocalStack(tmp_path).status()
