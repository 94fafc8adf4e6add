"""``--stack docker`` up to the command line of ``docker``: no container engine runs where the tests do.

``docker`` is a small program of the test's own that notes how it is called. What containers do is not tested here.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipegen.errors import StackError
from pipegen.stack import ComposeStack, LocalStack, PartState, choose_stack, container_engine_answers
from pipegen.stack.ports import Ports
from pipegen.stack.state import StackState

PORTS = Ports(
    kafka=19092, registry=4, flink=5, sql_gateway=6, kafka_controller=1, registry_management=2, jobmanager_rpc=3
)


@dataclass
class Docker:
    folder: Path

    def does(self, script: str) -> None:
        """Install a ``docker`` that notes its call and then does this."""
        program = self.folder / "docker"
        program.write_text(
            f'#!/bin/sh\necho "$STACK_KAFKA_PORT $*" >> {self.folder}/calls\n{script}\n', encoding="utf-8"
        )
        program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PIPEGEN_STACK_DIR", str(tmp_path / "stack"))
    return Docker(tmp_path / "bin")


@pytest.fixture
def known(docker: Docker, tmp_path: Path) -> ComposeStack:
    """A stack that was started once."""
    stack = ComposeStack(tmp_path / "stack")
    stack.state_file.parent.mkdir()
    StackState(ports=PORTS).save(stack.state_file)
    return stack


def test_a_daemon_that_does_not_answer_is_no_container_engine(docker: Docker) -> None:
    docker.does('test "$1" = compose')
    assert not container_engine_answers()
    docker.does("exit 0")
    assert container_engine_answers()


def test_without_docker_there_is_no_container_engine(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(docker.folder))
    assert not container_engine_answers()


def test_auto_means_containers_only_where_an_engine_answers(docker: Docker) -> None:
    docker.does("exit 1")
    assert isinstance(choose_stack("auto"), LocalStack)
    docker.does("exit 0")
    assert isinstance(choose_stack("auto"), ComposeStack)
    assert isinstance(choose_stack("local"), LocalStack)


def test_what_docker_refuses_is_shown_with_a_way_out(docker: Docker, known: ComposeStack) -> None:
    docker.does("echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    with pytest.raises(StackError, match="docker compose stop failed") as caught:
        known.down()
    assert caught.value.detail == "Cannot connect to the Docker daemon"
    assert "--stack local" in (caught.value.remedy or "")


def test_a_missing_docker_is_a_clear_error(
    docker: Docker, known: ComposeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(docker.folder))
    with pytest.raises(StackError, match="docker cannot be run"):
        known.down()


def test_stopping_keeps_the_data_and_deleting_removes_volumes(docker: Docker, known: ComposeStack) -> None:
    docker.does("exit 0")
    known.down()
    known.delete_data()
    assert docker.calls[0].startswith("19092 compose --project-name pipegen --file ")
    assert docker.calls[0].endswith("docker-compose.yml stop")
    assert docker.calls[1].endswith("docker-compose.yml down --volumes")
    assert not known.state_file.exists()


def test_status_reads_what_compose_lists(docker: Docker, known: ComposeStack) -> None:
    listed = [
        {"Service": "kafka", "State": "exited", "ExitCode": 1, "Image": "apache/kafka:4.3.1", "ID": "a"},
        {"Service": "schema-registry", "State": "exited", "ExitCode": 143, "Image": "x/y:3.3.3", "ID": "b"},
        {"Service": "flink-jobmanager", "State": "running", "ExitCode": 0, "Image": "flink:2.3.0", "ID": "c"},
    ]
    lines = "\n".join(json.dumps(container) for container in listed)
    docker.does(
        f"if [ \"$1\" = inspect ]; then echo 2026-01-02T03:04:05.123456789Z; else cat <<'END'\n{lines}\nEND\nfi"
    )
    told = {part.name: part for part in known.status()}
    assert told["kafka"].state is PartState.FAILED
    assert told["kafka"].version == "4.3.1"
    assert told["kafka"].port == 19092
    assert told["schema-registry"].state is PartState.STOPPED
    assert told["flink-jobmanager"].state is PartState.STARTING, "its container runs, but nothing answers"
    assert (told["flink-jobmanager"].uptime_s or 0) > 0
    assert told["flink-sql-gateway"].state is PartState.STOPPED
    assert known.endpoints() is None


def test_a_stack_that_never_was_asks_no_docker(docker: Docker, tmp_path: Path) -> None:
    docker.does("exit 1")
    stack = ComposeStack(tmp_path / "never")
    assert {part.state for part in stack.status()} == {PartState.STOPPED}
    stack.down()
    stack.delete_data()
    assert not (docker.folder / "calls").exists()
