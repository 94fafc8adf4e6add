"""Records of real topics, captured and sent again: equal to the byte, and nothing on the cluster is changed."""

from __future__ import annotations

import io
import itertools
import json
import signal
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import fastavro
import httpx2
import pytest
from confluent_kafka import Producer

from pipegen.stack import Endpoints
from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent, is_probe
from tests.e2e.pipegen_process import LENIENT, Finished, command, environment, pipegen, service_flags, until

pytestmark = pytest.mark.stack

Record = tuple[bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...]]
RECORDS = 20_000
START_MS = 1_790_000_000_000


def captured(topic: str, *arguments: str | Path, endpoints: Endpoints, **env: str) -> Finished:
    return pipegen(
        "capture",
        topic,
        *arguments,
        f"--bootstrap-servers={endpoints.bootstrap_servers}",
        f"--schema-registry-url={endpoints.schema_registry_url}",
        **env,
    )


def record_of(number: int) -> Record:
    """Made by rule: with and without key, with headers of one name twice, null and empty values."""
    key = None if number % 11 == 0 else f"k{number % 97}".encode() + bytes([number % 256])
    value = json.dumps({"number": number, "email": f"u{number % 50}@example.com"}, indent=number % 3 or None).encode()
    headers: list[tuple[str, bytes | None]] = []
    if number % 2:
        headers = [("trace", bytes([number % 256, 0, 255])), ("trace", b"second"), ("nothing", None), ("empty", b"")]
    return key, value, tuple(headers)


def without_own_header(message: Any) -> Record:
    headers = tuple(each for each in message.headers() or () if each[0] != "pipegen")
    return message.key(), message.value(), headers


@pytest.fixture
def seen(endpoints: Endpoints, independent: Independent) -> str:
    """A topic with committed records, and as many that were taken back."""
    topic = "captured-seen"
    if independent.topics(topic):
        return topic
    independent.make_topics(topic)
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers, "transactional.id": topic})
    producer.init_transactions(30)
    for start in range(0, RECORDS, 2_000):
        for kept in (False, True):
            producer.begin_transaction()
            for number in range(start, start + 2_000):
                key, value, headers = record_of(number)
                producer.produce(
                    topic,
                    value if kept else b"taken back",
                    key,
                    timestamp=START_MS + number * 10,
                    headers=list(headers),
                    on_delivery=lambda *_: None,
                )
                producer.poll(0)
            if kept:
                producer.commit_transaction(30)
            else:
                producer.flush(30)
                producer.abort_transaction(30)
    return topic


def test_what_was_captured_raw_is_sent_again_to_the_byte_and_nothing_is_changed(
    seen: str,
    tmp_path: Path,
    case_project: CaseProject,
    start_run: StartRun,
    independent: Independent,
    endpoints: Endpoints,
) -> None:
    before = (sorted(independent.topics("")), sorted(independent.groups("")), independent.end_offsets(seen))
    file = tmp_path / "seen.avro"
    done = captured(seen, "--offsets=0..", "--raw", "-o", file, endpoints=endpoints)
    assert done.exit_code == 0, done.err
    assert f"20\u2009000 of {seen}, 2026-09-21T" in done.out
    assert (sorted(independent.topics("")), sorted(independent.groups("")), independent.end_offsets(seen)) == before

    with file.open("rb") as opened:
        rows: list[Any] = list(fastavro.reader(opened))
    wanted = [record_of(number) for number in range(RECORDS)]
    assert [
        (row["key"], row["value"], tuple((each["name"], each["value"]) for each in row["headers"])) for row in rows
    ] == wanted
    assert {row["partition"] for row in rows} == {0, 1}
    assert all(later["timestamp"] >= earlier["timestamp"] for earlier, later in itertools.pairwise(rows))

    project = case_project("captured/raw")
    run = start_run(
        project,
        f"--data-file={file}",
        "--speed=40x",
        "--duration=1m",
        "--no-cleanup",
        "--pipeline-timeout=30s",
        env=LENIENT,
    ).finish()
    assert run.exit_code == 0, run.out + run.err
    assert run.summary["sent_total"] == RECORDS
    topic = run.summary["snapshot"]["kafka"]["input_topic"]
    messages = [
        message
        for message in independent._messages(topic)
        if not is_probe(dict(message.headers() or []).get("pipegen", b""))
    ]
    assert Counter(map(without_own_header, messages)) == Counter(wanted)


def test_the_newest_are_those_that_are_committed_last(seen: str, tmp_path: Path, endpoints: Endpoints) -> None:
    """Half of the offsets hold what was taken back: more of them have to be read than records are wanted."""
    file = tmp_path / "newest.avro"
    done = captured(seen, "--count=5000", "--raw", "-o", file, endpoints=endpoints)
    assert done.exit_code == 0, done.err
    with file.open("rb") as opened:
        assert [json.loads(row["value"])["number"] for row in fastavro.reader(opened)] == list(
            range(RECORDS - 5_000, RECORDS)
        )


SCHEMA = {
    "type": "record",
    "name": "Person",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "email", "type": ["null", "string"]},
        {"name": "born", "type": {"type": "int", "logicalType": "date"}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["NEW", "OLD"]}},
    ],
}


def test_decoded_and_masked_records_make_a_project_whose_keys_still_join(
    tmp_path: Path, start_run: StartRun, independent: Independent, endpoints: Endpoints
) -> None:
    topic = "captured-people"
    independent.make_topics(topic)
    registered = httpx2.post(
        f"{endpoints.schema_registry_url}/subjects/{topic}-value/versions", json={"schema": json.dumps(SCHEMA)}
    )
    schema_id = registered.json()["id"]
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers})
    parsed: Any = fastavro.parse_schema(json.loads(json.dumps(SCHEMA)))
    for number in range(400):
        email = f"u{number % 40}@example.com"
        out = io.BytesIO()
        fastavro.schemaless_writer(out, parsed, {"id": number, "email": email, "born": number, "kind": "NEW"})
        body = b"\0" + schema_id.to_bytes(4, "big") + out.getvalue()
        producer.produce(topic, body, email.encode(), timestamp=START_MS + number)
    assert producer.flush(30) == 0
    file = tmp_path / "people.avro"
    done = captured(
        topic, "--offsets=..400", "--mask=email", "-o", file, endpoints=endpoints, PIPEGEN_MASK_SEED="a secret"
    )
    assert done.exit_code == 0, done.err
    with file.open("rb") as opened:
        rows: list[Any] = list(fastavro.reader(opened))
    assert [row["value"]["id"] for row in rows] == list(range(400))
    assert all(row["key"].decode() == row["value"]["email"] for row in rows)
    assert len({row["key"] for row in rows}) == 40
    assert b"example.com" not in file.read_bytes()

    made = pipegen("init", "people", "--input-file", file, cwd=tmp_path)
    assert made.exit_code == 0, made.err
    run = start_run(tmp_path / "people", "--message-rate=200", "--no-feed-loop", "--no-cleanup", env=LENIENT).finish()
    assert run.exit_code == 0, run.out + run.err
    assert run.summary["sent_total"] == run.summary["consumed_total"] == 400
    sent = [
        message
        for message in independent._messages(run.summary["snapshot"]["kafka"]["input_topic"])
        if not is_probe(dict(message.headers() or []).get("pipegen", b""))
    ]
    assert Counter(message.key() for message in sent) == Counter(row["key"] for row in rows)


def test_two_topics_are_merged_in_timestamp_order(
    tmp_path: Path, independent: Independent, endpoints: Endpoints
) -> None:
    topics = ("captured-orders", "captured-payments")
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers})
    for shift, topic in enumerate(topics):
        independent.make_topics(topic)
        for number in range(300):
            producer.produce(topic, str(number), str(number), timestamp=START_MS + number * 20 + shift * 10)
    assert producer.flush(30) == 0
    file = tmp_path / "shop.avro"
    done = captured(topics[0], topics[1], "--offsets=0..", "--raw", "-o", file, endpoints=endpoints)
    assert done.exit_code == 0, done.err
    with file.open("rb") as opened:
        rows: list[Any] = list(fastavro.reader(opened))
    assert [(row["topic"], row["value"]) for row in rows] == [
        (topic, str(number).encode()) for number in range(300) for topic in topics
    ]


def test_ctrl_c_leaves_no_file_and_no_group(tmp_path: Path, independent: Independent, endpoints: Endpoints) -> None:
    topic = "captured-large"
    independent.make_topics(topic)
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers, "queue.buffering.max.messages": 1_000_000})
    for number in range(400_000):
        producer.produce(topic, json.dumps({"id": number, "email": f"u{number}@example.com"}), timestamp=START_MS)
    assert producer.flush(60) == 0
    groups = sorted(independent.groups(""))
    folder = tmp_path / "kept"
    folder.mkdir()
    arguments = ("capture", topic, "--offsets=0..", "--raw", "--mask=email", "-o", folder / "large.avro")
    said = tmp_path / "said.txt"
    with said.open("w") as told:
        started = subprocess.Popen(
            command(*arguments, *service_flags(endpoints)[:2]),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            until(lambda: " of 400\u2009000" in said.read_text() or None, "progress", alive=started)
            started.send_signal(signal.SIGINT)
            started.wait(60)
        finally:
            started.kill()
    assert started.returncode == 130, said.read_text()
    assert "Traceback" not in said.read_text()
    assert list(folder.iterdir()) == []
    assert sorted(independent.groups("")) == groups
