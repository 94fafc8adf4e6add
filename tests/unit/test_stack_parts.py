"""How each part of the local stack is started and asked whether it is ready; no part is started here."""

from __future__ import annotations

import io
import socket
import struct
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from pipegen.cli.deploy import as_json, show
from pipegen.cli.stack_progress import StackProgress
from pipegen.cli.terminal import Terminal
from pipegen.errors import StackError
from pipegen.stack import Endpoints, PartState, PartStatus
from pipegen.stack.artifacts import Artifact
from pipegen.stack.download import Cache
from pipegen.stack.flink_service import FlinkFolders, flink_launches
from pipegen.stack.java import Java
from pipegen.stack.kafka_service import kafka_launch
from pipegen.stack.parts import Part
from pipegen.stack.ports import Ports
from pipegen.stack.probes import is_ready, lists_a_broker
from pipegen.stack.registry_service import registry_launch, settle_registry
from pipegen.stack.unpack import unpacked
from tests.unit.stand_in_http import Answer, StandInHttp

PORTS = Ports(
    kafka=1001,
    registry=1002,
    flink=1003,
    sql_gateway=1004,
    kafka_controller=1005,
    registry_management=1006,
    jobmanager_rpc=1007,
)


def fake_java(folder: Path, *, code: int = 0, says: str = "") -> Java:
    """A double of Java: notes its arguments, and ends."""
    script = folder / "java"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{folder}/asked"\necho "{says}"\nexit {code}\n')
    script.chmod(0o755)
    return Java(script, 21, "a test")


def properties(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_broker_is_alone_and_listens_on_this_machine(tmp_path: Path) -> None:
    work = tmp_path / "kafka"
    launch = kafka_launch(
        work_dir=work, jars=[Path("a.jar"), Path("b.jar")], java=fake_java(tmp_path), ports=PORTS, version="4.1"
    )
    assert (launch.part, launch.version) == (Part.KAFKA, "4.1")
    assert launch.command[0] == str(tmp_path / "java")
    assert launch.command[-2:] == ("kafka.Kafka", str(work / "server.properties"))
    assert launch.command[launch.command.index("-cp") + 1] == "a.jar:b.jar"
    assert f"-Djava.io.tmpdir={tmp_path / 'tmp'}" in launch.command
    assert not work.exists()
    launch.prepare()
    told = properties((work / "server.properties").read_text())
    assert told["listeners"] == "PLAINTEXT://127.0.0.1:1001,CONTROLLER://127.0.0.1:1005"
    assert told["controller.quorum.voters"] == "1@127.0.0.1:1005"
    assert told["log.dirs"] == str(work / "data")
    assert (told["auto.create.topics.enable"], told["offsets.topic.replication.factor"]) == ("false", "1")


def test_the_brokers_storage_is_formatted_once(tmp_path: Path) -> None:
    work = tmp_path / "kafka"
    launch = kafka_launch(work_dir=work, jars=[], java=fake_java(tmp_path), ports=PORTS, version="4.1")
    launch.prepare()
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[-6:-3] == ["kafka.tools.StorageTool", "format", "-t"]
    cluster_id = asked[-3]
    assert (len(cluster_id), cluster_id.startswith("-")) == (22, False)
    assert asked[-2:] == ["-c", str(work / "server.properties")]
    (work / "data" / "meta.properties").touch()
    launch.prepare()
    assert (tmp_path / "asked").read_text().splitlines() == asked


def test_storage_that_cannot_be_formatted_is_an_error_with_what_java_said(tmp_path: Path) -> None:
    java = fake_java(tmp_path, code=1, says="no space")
    launch = kafka_launch(work_dir=tmp_path / "kafka", jars=[], java=java, ports=PORTS, version="4.1")
    with pytest.raises(StackError, match="Kafka's storage cannot be formatted") as raised:
        launch.prepare()
    assert raised.value.detail == "no space"


@pytest.fixture
def flink(tmp_path: Path) -> FlinkFolders:
    home = tmp_path / "pyflink"
    for name in ("lib/flink-dist-2.1.0.jar", "lib/log4j.jar", "opt/flink-sql-client-2.1.0.jar"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).touch()
    return FlinkFolders(tmp_path / "stack" / "flink", home)


def launches(folders: FlinkFolders, *connectors: str) -> dict[Part, Any]:
    found = []
    for name in connectors:
        path = folders.home.parent / name
        path.touch()
        found.append(path)
    java = Java(Path("/java"), 21, "a test")
    made = flink_launches(
        folders=folders, connectors=found, gateway_jars=[Path("/gw.jar")], java=java, ports=PORTS, version="2.1.0"
    )
    return {launch.part: launch for launch in made}


def test_flink_is_three_processes_with_one_configuration(flink: FlinkFolders) -> None:
    made = launches(flink, "kafka.jar")
    assert set(made) == {Part.JOBMANAGER, Part.TASKMANAGER, Part.SQL_GATEWAY}
    assert made[Part.JOBMANAGER].command[-2:] == ("--executionMode", "cluster")
    assert made[Part.TASKMANAGER].command[-1] == f"-Dtaskmanager.resource-id={made[Part.TASKMANAGER].instance}"
    assert made[Part.TASKMANAGER].instance.startswith("taskmanager-")
    assert made[Part.SQL_GATEWAY].command[-1] == "org.apache.flink.table.gateway.SqlGateway"
    assert {launch.environment["FLINK_CONF_DIR"] for launch in made.values()} == {str(flink.conf)}
    assert {launch.version for launch in made.values()} == {"2.1.0"}
    told = yaml.safe_load((flink.conf / "config.yaml").read_text())
    assert (told["rest.port"], told["jobmanager.rpc.port"]) == (1003, 1007)
    assert told["sql-gateway.endpoint.rest.port"] == 1004
    assert told["execution.checkpointing.dir"] == flink.checkpoints.as_uri()
    assert flink.checkpoints.is_dir()
    assert flink.tmp == flink.work_dir.parent / "tmp"


def class_path(launch: Any) -> list[str]:
    return [Path(jar).name for jar in launch.command[launch.command.index("-cp") + 1].split(":")]


def test_only_the_gateway_has_the_sql_client(flink: FlinkFolders) -> None:
    made = launches(flink, "kafka.jar")
    shared = ["flink-dist-2.1.0.jar", "kafka.jar", "log4j.jar"]
    assert class_path(made[Part.JOBMANAGER]) == class_path(made[Part.TASKMANAGER]) == shared
    assert class_path(made[Part.SQL_GATEWAY]) == [*shared, "gw.jar", "flink-sql-client-2.1.0.jar"]


def test_jars_of_another_version_are_linked_no_longer(flink: FlinkFolders) -> None:
    launches(flink, "kafka-1.jar", "avro.jar")
    (flink.lib / "log4j.jar").unlink()
    (flink.lib / "log4j.jar").symlink_to("/elsewhere")
    launches(flink, "kafka-2.jar", "avro.jar")
    assert sorted(path.name for path in flink.lib.iterdir()) == [
        "avro.jar",
        "flink-dist-2.1.0.jar",
        "kafka-2.jar",
        "log4j.jar",
    ]
    assert (flink.lib / "log4j.jar").readlink() == flink.home / "lib" / "log4j.jar"


def test_the_registry_keeps_its_subjects_in_a_file(tmp_path: Path) -> None:
    work = tmp_path / "registry"
    java = Java(Path("/java"), 21, "a test")
    launch = registry_launch(work_dir=work, app_dir=Path("/app"), java=java, ports=PORTS, version="3.3")
    assert launch.command[-2:] == ("-jar", "/app/quarkus-run.jar")
    assert "-Dquarkus.http.port=1002" in launch.command
    assert "-Dquarkus.management.port=1006" in launch.command
    assert f"-Dapicurio.datasource.url=jdbc:h2:file:{work / 'data' / 'registry'}" in launch.command
    launch.prepare()
    launch.prepare()
    assert (work / "data").is_dir()


@contextmanager
def service(answer: Any) -> Iterator[tuple[StandInHttp, httpx2.Client]]:
    opened = StandInHttp(answer if callable(answer) else lambda _asked: answer)
    with httpx2.Client(timeout=5, trust_env=False) as client:
        yield opened, client
    opened.close()


def test_a_new_registry_is_told_once_to_refuse_incompatible_schemas(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with service({}) as (opened, client):
        settle_registry(tmp_path, opened.url, client)
        settle_registry(tmp_path, opened.url, client)
        ((method, path, _, body, _),) = opened.asked
    assert (method, path, body) == ("PUT", "/config", {"compatibility": "BACKWARD"})


def test_a_registry_that_takes_no_level_is_an_error_and_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with service(Answer(500, {})) as (opened, client):
        for _ in range(2):
            with pytest.raises(StackError, match="does not take a compatibility level"):
                settle_registry(tmp_path, opened.url, client)
        assert len(opened.asked) == 2


def ready(part: Part, answer: Any, *, instance: str = "") -> tuple[bool, list[str]]:
    """Whether a part that answers so is ready, and what it was asked."""
    with service(answer) as (opened, client):
        port = int(opened.url.rpartition(":")[2])
        ports = PORTS.model_copy(update=dict.fromkeys(("registry", "flink", "sql_gateway"), port))
        return is_ready(part, ports, client, instance=instance), opened.paths("GET")


@pytest.mark.parametrize(
    ("part", "path"),
    [
        (Part.REGISTRY, "/apis/ccompat/v7/config"),
        (Part.JOBMANAGER, "/overview"),
        (Part.SQL_GATEWAY, "/v1/info"),
    ],
)
def test_a_part_is_ready_when_it_answers_as_it_should(part: Part, path: str) -> None:
    assert ready(part, {}) == (True, [path])
    assert ready(part, Answer(503, {})) == (False, [path])


def test_a_part_that_does_not_listen_is_not_ready() -> None:
    with httpx2.Client(timeout=1, trust_env=False) as client:
        nobody = PORTS.model_copy(update=dict.fromkeys(("kafka", "registry", "flink", "sql_gateway"), 1))
        assert not any(is_ready(part, nobody, client) for part in Part)


@pytest.mark.parametrize(
    ("listed", "instance", "is_there"),
    [
        ([{"id": "a", "slotsNumber": 8}], "", True),
        ([{"id": "a", "slotsNumber": 8}], "a", True),
        # One that died is still listed for a while.
        ([{"id": "old", "slotsNumber": 8}], "a", False),
        ([{"id": "a", "slotsNumber": 0}], "a", False),
        ([{"id": "old", "slotsNumber": 8}, {"id": "a", "slotsNumber": 1}], "a", True),
        ([], "", False),
    ],
)
def test_a_task_manager_is_ready_once_it_is_registered_with_slots(listed: Any, instance: str, is_there: bool) -> None:
    assert ready(Part.TASKMANAGER, {"taskmanagers": listed}, instance=instance)[0] is is_there


@pytest.mark.parametrize("told", [{}, b"no json", Answer(500, {"taskmanagers": [{"id": "a", "slotsNumber": 1}]})])
def test_a_job_manager_that_tells_nothing_of_task_managers_has_none(told: Any) -> None:
    assert ready(Part.TASKMANAGER, told)[0] is False


def broker(answer: bytes) -> tuple[bool, bytes]:
    """Whether a broker that answers so is listed, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                asked.append(connection.recv(64))
                connection.sendall(answer)

        serving = threading.Thread(target=serve)
        serving.start()
        listed = lists_a_broker(listening.getsockname()[1])
        serving.join()
    return listed, asked[0]


def test_kafka_is_ready_once_it_lists_a_broker() -> None:
    listed, asked = broker(struct.pack(">iii", 30, 1, 1))
    assert listed is True
    # Metadata, version 0, correlation id 1, no client id, all topics; its length first.
    assert asked == struct.pack(">ihhihi", 14, 3, 0, 1, -1, 0)
    assert broker(struct.pack(">iii", 30, 1, 0))[0] is False
    assert broker(struct.pack(">ii", 30, 1))[0] is False


# ---- what is fetched ----


class Notes:
    """A progress that keeps its notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def tarball(cache: Cache, name: str = "registry") -> Artifact:
    artifact = Artifact.model_construct(
        **{**dict.fromkeys(Artifact.model_fields, "x"), "sha256": "0123456789abcdef" * 4}
    )
    path = cache.path(artifact)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("quarkus-run.jar")
        entry.size = len(name)
        archive.addfile(entry, io.BytesIO(name.encode()))
    return artifact


# ---- what is told of it ----


def told_by_progress(tell: Any, *, terminal: bool = False) -> str:
    out = io.StringIO()
    progress = StackProgress(Terminal(file=out, force_terminal=terminal, color_system=None, width=100))
    with progress:
        tell(progress)
    return out.getvalue()


def test_without_a_terminal_progress_is_a_line_each() -> None:
    def tell(progress: StackProgress) -> None:
        progress.fetch_started(files=3, done_bytes=10_000_000, total_bytes=52_000_000)
        progress.download_started("big.jar", done_bytes=0, total_bytes=40_000_000)
        progress.download_advanced("big.jar", step_bytes=40_000_000)
        progress.download_finished("big.jar")
        progress.part_started("kafka")
        progress.part_started("flink")
        progress.part_ready("kafka", after_s=1.26)
        progress.note("[red] as it is")

    assert told_by_progress(tell).splitlines() == [
        "fetching 3 artifacts, 42 MB",
        "kafka answers after 1.3 s",
        "[red] as it is",
    ]


def bars(tell: Any) -> list[str]:
    """The descriptions of what is drawn at that moment."""
    progress = StackProgress(Terminal(file=io.StringIO(), force_terminal=True, width=100))
    tell(progress)
    tasks = [*progress._progress.tasks, *progress._waiting.tasks]
    return [f"{task.description} {task.completed:.0f}/{task.total or 0:.0f}" for task in tasks]


def test_on_a_terminal_all_files_share_a_bar_and_big_ones_have_their_own() -> None:
    def start(progress: StackProgress) -> None:
        progress.fetch_started(files=2, done_bytes=5, total_bytes=6_000_005)
        progress.download_started("big.jar", done_bytes=1, total_bytes=5_000_000)
        progress.download_started("small.jar", done_bytes=0, total_bytes=4_999_999)
        progress.download_advanced("big.jar", step_bytes=10)
        progress.download_advanced("small.jar", step_bytes=20)

    def finish(progress: StackProgress) -> None:
        start(progress)
        progress.download_finished("big.jar")
        progress.download_finished("small.jar")

    assert bars(start) == ["2 artifacts 35/6000005", "  big.jar 11/5000000"]
    assert bars(finish) == ["2 artifacts 35/6000005"]


def test_a_spinner_names_the_parts_that_do_not_answer_yet() -> None:
    def wait(progress: StackProgress) -> None:
        progress.fetch_started(files=2, done_bytes=0, total_bytes=1)
        progress.part_started("kafka")
        progress.part_started("flink")

    def half(progress: StackProgress) -> None:
        wait(progress)
        progress.part_ready("kafka", after_s=1)

    def whole(progress: StackProgress) -> None:
        half(progress)
        progress.part_ready("flink", after_s=1)

    assert bars(wait) == ["waiting for kafka, flink 0/0"]
    assert bars(half) == ["waiting for flink 0/0"]
    assert bars(whole) == []


def status(part: Part, state: PartState, **known: Any) -> PartStatus:
    return PartStatus(name=part, state=state, **known)


PARTS = [
    status(
        Part.KAFKA,
        PartState.RUNNING,
        port=9092,
        version="4.1",
        pid=7,
        log_file=Path("/logs/kafka.log"),
        uptime_s=61.9,
        rss_bytes=5_000_000,
    ),
    status(Part.REGISTRY, PartState.STOPPED),
]
ENDPOINTS = Endpoints(bootstrap_servers="b:1", schema_registry_url="http://r", flink_url="f", sql_gateway_url="g")


def test_the_state_of_a_stack_is_a_table_with_its_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    show("local", PARTS, ENDPOINTS, "text")  # type: ignore[arg-type]
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "local stack"
    assert lines[1] == "part state port version uptime memory log"
    assert lines[2] == "kafka running 9092 4.1 1m1s 5 MB kafka.log"
    assert lines[3].endswith("stopped – – – – –")
    assert lines[4] == "bootstrap servers b:1"
    assert lines[-1] == "logs /logs"


def test_of_a_stack_that_does_not_run_there_is_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    show("local", [PARTS[1]], None, "text")  # type: ignore[arg-type]
    assert "bootstrap" not in capsys.readouterr().out
    assert as_json("local", PARTS, None)["endpoints"] is None
    told = as_json("local", PARTS, ENDPOINTS)
    assert (told["stack"], told["endpoints"]["flink_url"]) == ("local", "f")
    assert [part["state"] for part in told["parts"]] == ["running", "stopped"]


def test_a_tarball_is_unpacked_once(tmp_path: Path) -> None:
    cache, notes = Cache(tmp_path), Notes()
    artifact = tarball(cache)
    folder = unpacked(cache, artifact, progress=notes)  # type: ignore[arg-type]
    assert (folder / "quarkus-run.jar").read_text() == "registry"
    assert folder.name.endswith("-0123456789ab")
    assert unpacked(cache, artifact, progress=notes) == folder  # type: ignore[arg-type]
    assert len(notes.notes) == 1
    # Nothing but the whole folder is left, and anybody may read it.
    assert [path for path in folder.parent.iterdir() if path.suffix != ".lock"] == [folder]
    assert folder.stat().st_mode & 0o777 == 0o755


def test_what_is_no_tarball_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    cache, notes = Cache(tmp_path), Notes()
    artifact = tarball(cache)
    cache.path(artifact).write_bytes(b"nothing of the kind")
    with pytest.raises(StackError, match="cannot be unpacked into") as raised:
        unpacked(cache, artifact, progress=notes)  # type: ignore[arg-type]
    assert "PIPEGEN_CACHE_DIR" in (raised.value.remedy or "")
    assert [path for path in (tmp_path / "unpacked").iterdir() if path.suffix != ".lock"] == []
