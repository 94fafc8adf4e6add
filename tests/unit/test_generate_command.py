"""``pipegen generate``: the records of a run without Kafka, byte for byte those that a run sends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import fastavro
import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.hotpath import Meters, Pacer, RecordPlan, Schedule

START = "2026-11-05T09:30:00Z"
START_NS = 1_793_871_000_000_000_000


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example project."""
    assert CliRunner().invoke(app, ["init", "orders", f"--dir={tmp_path / 'orders'}"]).exit_code == 0
    return tmp_path / "orders"


def generated(project: Path, *arguments: str) -> bytes:
    done = CliRunner().invoke(app, ["generate", f"--project-dir={project}", f"--start={START}", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout_bytes


def test_json_lines_are_as_many_as_asked_and_repeatable(project: Path) -> None:
    lines = generated(project, "--count=7000").splitlines()
    assert len(lines) == 7_000
    first = json.loads(lines[0])
    assert first["order_id"] == "order-00000001"
    assert first["created_at"] == "2026-11-05T09:30:00.005Z"
    assert json.loads(lines[6_999])["created_at"] == "2026-11-05T09:31:09.990Z"
    assert generated(project, "--count=7000").splitlines() == lines
    assert generated(project, "--count=1", "--seed=1") != generated(project, "--count=1", "--seed=2")


def test_a_container_holds_the_same_records_byte_for_byte_as_a_run_sends(project: Path, tmp_path: Path) -> None:
    file = tmp_path / "orders.avro"
    generated(project, "--count=3000", "--format=avro", f"--output={file}")
    with file.open("rb") as stream:
        records = list(fastavro.reader(stream))
    schema = (project / "schemas" / "input.avsc").read_text()
    plan = RecordPlan(schema, seed=42, value_prefix=b"\x00\x00\x00\x00\x07")
    pacer = Pacer(Schedule([(0, 30_000_000_000, 100.0, 100.0)]))
    pacer.start(START_NS)
    sent: list[bytes] = []
    meters = Meters()
    while not pacer.exhausted:
        permits = pacer.acquire(max_events=500, timeout_ns=1_000_000)
        if permits is not None:
            sent.extend((value or b"")[5:] for value, *_ in plan.batch(permits, meters))
    parsed = fastavro.parse_schema(json.loads(schema))
    assert [fastavro.schemaless_reader(io.BytesIO(body), parsed, None) for body in sent] == records
    # The file's blocks hold exactly the sent bytes, one after the other.
    assert b"".join(sent[:100]) in file.read_bytes()


def test_faults_are_left_out_and_a_seed_of_the_settings_counts(project: Path) -> None:
    with (project / ".pipegen.yaml").open("a") as settings:
        settings.write("faults:\n  corrupt: 50%\n  tombstones: 50%\n")
    assert len([json.loads(line) for line in generated(project, "--count=50").splitlines()]) == 50


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--start=yesterday"], "--start yesterday: not a time"),
        (["--output=/no/such/folder/x"], "--output /no/such/folder/x: cannot be written"),
        (["--project-dir=/no/such/project"], "no such file"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(project: Path, arguments: list[str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipegen", "generate", f"--project-dir={project}", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(project: Path) -> None:
    command = f"{sys.executable} -m pipegen generate --project-dir={project} --count=200000 | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_the_first_record_is_due_at_the_start_to_the_millisecond(project: Path) -> None:
    (line,) = generated(project, "--count=1", "--start=2026-11-05T09:30:00.250Z").splitlines()
    assert json.loads(line)["created_at"] == "2026-11-05T09:30:00.255Z"
