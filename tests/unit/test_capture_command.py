"""``pipegen capture``: what it tells of the records that it has written, on a double of Kafka."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.errors import ProjectError
from tests.unit.stand_in_kafka import StandInKafka


@pytest.fixture(scope="module")
def kafka() -> Iterator[StandInKafka]:
    """Topic `orders` of two partitions with two records."""
    opened = StandInKafka()
    opened.create("orders", 2)
    opened.put("orders", [b'{"id":1}', b'{"id":2}'], timestamp=1_770_000_000_000)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPEGEN_STACK_DIR", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)


def capture(kafka: StandInKafka, topic: str, file: Path) -> Result:
    words = ("--offsets=0..", "--raw", "-o", str(file), "--bootstrap-servers", kafka.bootstrap_servers)
    return CliRunner().invoke(app, ["capture", topic, *words])


def test_what_was_written_is_one_line_however_long_the_name_of_the_file(kafka: StandInKafka, tmp_path: Path) -> None:
    file = tmp_path / f"{'x' * 90}.avro"
    done = capture(kafka, "orders", file)
    assert (done.exit_code, file.is_file()) == (0, True)
    times = "2026-02-02T02:40:00.000Z … 2026-02-02T02:40:00.000Z"
    assert done.output.splitlines()[-1] == f"wrote {file}: 2 of orders, {times}"


def test_a_topic_that_is_not_there_is_refused_with_where_it_was_looked_for(kafka: StandInKafka, tmp_path: Path) -> None:
    done = capture(kafka, "gone", tmp_path / "gone.avro")
    assert isinstance(done.exception, ProjectError)
    assert done.exception.message == f"there is no topic gone on {kafka.bootstrap_servers}"
    assert not (tmp_path / "gone.avro").exists()
