"""The rows of a data file on the real stack: every row comes out, with its values, when it was due."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import fastavro
import pytest

from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import Finished, pipegen
from tests.unit.data_files import sales, write_csv, write_file

pytestmark = pytest.mark.stack
OTHERS = ("ndjson", "avro", "parquet")


def project_of(tmp_path: Path, file: str, rows: int, *arguments: str) -> Path:
    """A project made by `pipegen init` of a file of sales."""
    write_file(tmp_path / file, rows)
    done = pipegen("init", "sales", "--input-file", file, *arguments, cwd=tmp_path)
    assert done.exit_code == 0, done.err
    return tmp_path / "sales"


def expected(rows: int, times: int = 1) -> Counter[tuple[Any, ...]]:
    return Counter({tuple(row.values()): times for row in sales(rows)})


def came_out(independent: Independent, finished: Finished) -> Counter[tuple[Any, ...]]:
    """The file's columns as they stand in the output topic, each row with how often it came."""
    snapshot = finished.summary["snapshot"]
    schema = fastavro.parse_schema(independent.latest_schema(snapshot["registry"]["output_subject"]))
    rows = (
        fastavro.schemaless_reader(io.BytesIO(value[5:]), schema, None)
        for value in independent.values(snapshot["output"]["topic"])
    )
    # The query adds one column at the end.
    return Counter(tuple(row.values())[:-1] for row in rows if isinstance(row, dict))


@pytest.mark.parametrize("ending", ["csv", *(pytest.param(each, marks=pytest.mark.heavy) for each in OTHERS)])
def test_every_row_of_a_file_comes_out_as_often_as_it_was_due(
    tmp_path: Path, start_run: StartRun, independent: Independent, ending: str
) -> None:
    project = project_of(tmp_path, f"sales.{ending}", 500)
    finished = start_run(project, "--message-rate=500", "--duration=2s", "--no-cleanup").finish()
    assert finished.exit_code == 0, finished.err
    assert finished.summary["sent_total"] == finished.summary["consumed_total"] == 1_000
    assert finished.summary["lost"] == finished.summary["duplicated"] == 0
    assert came_out(independent, finished) == expected(500, times=2)


def test_rows_at_their_own_times_are_sent_each_in_its_second(tmp_path: Path, start_run: StartRun) -> None:
    """400 sales half a second apart, 100 times as fast: 200 a second for 2 seconds."""
    project = project_of(tmp_path, "sales.csv", 400)
    settings = project / ".pipegen.yaml"
    settings.write_text(settings.read_text().replace("# time_column", "time_column"))
    finished = start_run(project, "--speed=100", "--duration=1m").finish()
    assert finished.exit_code == 0, finished.err
    assert finished.summary["planned_per_second"] == [200, 200]
    assert finished.summary["sent_total"] == finished.summary["consumed_total"] == 400
    assert finished.summary["snapshot"]["traffic"]["phases"][0]["name"] == "rows"
    assert finished.summary["snapshot"]["latency"]["end_to_end"]["total"]["count"] == 400


def test_without_a_loop_the_run_ends_with_the_last_row(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    project = project_of(tmp_path, "sales.csv", 700)
    finished = start_run(project, "--message-rate=500", "--no-feed-loop", "--no-cleanup").finish()
    assert finished.exit_code == 0, finished.err
    assert finished.summary["planned_total"] == 700
    assert came_out(independent, finished) == expected(700)


def test_in_filesystem_mode_flink_reads_every_row_itself_and_nothing_is_sent(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    project = project_of(tmp_path, "sales.csv", 700, "--csv-mode", "filesystem")
    finished = start_run(project, "--no-cleanup").finish()
    assert finished.exit_code == 0, finished.err
    assert (finished.summary["sent_total"], finished.summary["consumed_total"]) == (0, 700)
    snapshot = finished.summary["snapshot"]
    assert snapshot["pipeline"]["expected_total"] == 700
    assert snapshot["latency"]["end_to_end"] is None
    assert "Flink reads sales_in from a file" in snapshot["reasons"]["latency.end_to_end"]
    assert "Flink reads sales_in from a file" in snapshot["reasons"]["pipeline.lost"]
    assert snapshot["headline"]["text"] == "Finished."
    assert came_out(independent, finished) == expected(700)


def test_a_row_that_does_not_fit_ends_the_run_before_anything_is_sent(tmp_path: Path, start_run: StartRun) -> None:
    project = project_of(tmp_path, "sales.csv", 100)
    file = write_csv(tmp_path / "sales.csv", 100)
    file.write_text(file.read_text().replace("\n50,", "\nfifty,"))
    finished = start_run(project, "--message-rate=100", "--duration=2s").finish()
    assert finished.exit_code == 2
    assert "sales.csv:51: column “Sale”: “fifty” is no whole number of 32 bits" in finished.out + finished.err
    assert finished.summary["sent_total"] == 0
