"""Pipelines that do not produce one record per input record: what can be known is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.run import RunSummary
from tests.e2e.conftest import StartRun
from tests.e2e.pipegen_process import LENIENT

pytestmark = [pytest.mark.stack, pytest.mark.heavy]


def test_a_filter_is_measured_end_to_end_but_says_nothing_of_loss(project: Path, start_run: StartRun) -> None:
    process = project / "sql" / "03_process.sql"
    process.write_text(process.read_text().replace("FROM `order_in`", "FROM `order_in` WHERE `quantity` > 1"))
    load = ["--duration=20s", "--traffic-pattern=14s-16s:200%", "--threshold=recovery<10m after peak1"]
    done = start_run(project, *load, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    snapshot = done.summary["snapshot"]
    assert snapshot["run"]["shape"] == "filter"
    # No lag can be told, but what Flink has not read yet can, from some 10 s after the start of the job on.
    assert snapshot["pipeline"]["lag_s"] is None
    [recovery] = snapshot["verdict"]["results"]
    assert (recovery["outcome"], recovery["observed"] is not None) == ("pass", True)
    assert 0 < snapshot["consumer"]["total"] < snapshot["producer"]["total"]
    assert snapshot["pipeline"]["lost"] is None
    assert "does not produce one record per input record" in snapshot["reasons"]["pipeline.lost"]
    assert snapshot["latency"]["end_to_end"]["total"]["count"] == snapshot["consumer"]["total"]
    assert RunSummary.model_validate(done.summary).snapshot.unexplained() == []


def test_a_windowed_aggregate_is_measured_through_the_due_time_it_carries(project: Path, start_run: StartRun) -> None:
    source = project / "sql" / "01_source.sql"
    source.write_text(
        source.read_text().replace(
            "METADATA FROM 'timestamp'\n", "METADATA FROM 'timestamp',\n    WATERMARK FOR `due` AS `due`\n"
        )
    )
    (project / "sql" / "02_sink.sql").write_text(
        "CREATE TABLE `order_out` (\n"
        "    `product` STRING NOT NULL,\n"
        "    `orders` BIGINT NOT NULL,\n"
        "    `due` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'\n"
        ") WITH (\n"
        "    'connector' = 'kafka',\n"
        "    'topic' = '${OUTPUT_TOPIC}',\n"
        "    'properties.bootstrap.servers' = '${BOOTSTRAP_SERVERS}',\n"
        "    'value.format' = 'avro-confluent',\n"
        "    'value.avro-confluent.url' = '${SCHEMA_REGISTRY_URL}',\n"
        "    'value.avro-confluent.subject' = '${OUTPUT_TOPIC}-value'\n"
        ");\n"
    )
    (project / "sql" / "03_process.sql").write_text(
        "INSERT INTO `order_out`\n"
        "SELECT `product`, COUNT(*) AS `orders`, MAX(`due`) AS `due`\n"
        "FROM TABLE(TUMBLE(TABLE `order_in`, DESCRIPTOR(`due`), INTERVAL '1' SECOND))\n"
        "GROUP BY `product`, `window_start`, `window_end`;\n"
    )
    done = start_run(project, "--duration=8s", "--message-rate=200").finish()
    assert done.exit_code == 0, done.out + done.err
    snapshot = done.summary["snapshot"]
    assert snapshot["run"]["shape"] == "aggregate"
    assert snapshot["consumer"]["total"] > 0
    assert snapshot["pipeline"]["lost"] is None
    end_to_end = snapshot["latency"]["end_to_end"]["total"]
    assert end_to_end["count"] == snapshot["consumer"]["total"]
    # A window comes out after its end: its latency from the newest due time is real, neither zero nor minutes.
    assert 0 < end_to_end["p50_ms"] < 60_000
    assert "carry the headers" in snapshot["reasons"]["latency.append"]
    assert "which one it was" in snapshot["reasons"]["latency.end_to_end.uncorrected_total"]
    assert len(snapshot["flink"]["vertices"]) >= 2
    assert RunSummary.model_validate(done.summary).snapshot.unexplained() == []


def test_the_wait_for_the_checkpoint_of_an_exactly_once_sink_is_told_apart(project: Path, start_run: StartRun) -> None:
    sink = project / "sql" / "02_sink.sql"
    once = (
        "'sink.delivery-guarantee' = 'exactly-once',\n    'sink.transactional-id-prefix' = '${RUN_ID}',\n"
        "    'properties.transaction.timeout.ms' = '600000',\n    'value.format'"
    )
    sink.write_text(sink.read_text().replace("'value.format'", once))
    (project / "sql" / "00_set.sql").write_text("SET 'execution.checkpointing.interval' = '2 s';\n")
    done = start_run(project, "--duration=5s", "--message-rate=200").finish()
    assert done.exit_code == 0, done.out + done.err
    latency = done.summary["snapshot"]["latency"]
    assert latency["exactly_once"] is True
    append, wait = latency["append"]["total"], latency["output_wait"]["total"]
    assert append["count"] == wait["count"] == latency["end_to_end"]["total"]["count"] == 1000
    # Whatever is written just after a checkpoint waits for the next one, nearly two seconds later.
    assert wait["max_ms"] > 1000
    assert append["mean_ms"] + wait["mean_ms"] == pytest.approx(latency["end_to_end"]["total"]["mean_ms"], abs=2)
    assert "checkpoint and fetch" in done.out
    assert RunSummary.model_validate(done.summary).snapshot.unexplained() == []


def test_sql_that_carries_no_due_time_says_so_and_how_to_change_it(project: Path, start_run: StartRun) -> None:
    for file in ("01_source.sql", "02_sink.sql"):
        path = project / "sql" / file
        lines = [line for line in path.read_text().splitlines() if "METADATA" not in line]
        text = "\n".join(lines).replace("NOT NULL,\n)", "NOT NULL\n)")
        path.write_text(text)
    process = project / "sql" / "03_process.sql"
    process.write_text(process.read_text().replace("AS `amount`,\n    `hdr`,\n    `due`\n", "AS `amount`\n"))
    done = start_run(project, "--duration=3s").finish()
    assert done.exit_code == 0, done.out + done.err
    snapshot = done.summary["snapshot"]
    assert snapshot["latency"]["end_to_end"] is None
    for part in ("end_to_end", "append"):
        assert "not measurable" in snapshot["reasons"][f"latency.{part}"]
        assert "METADATA FROM 'headers'" in snapshot["reasons"][f"latency.{part}"]
    assert snapshot["consumer"]["total"] == snapshot["producer"]["total"]
    assert RunSummary.model_validate(done.summary).snapshot.unexplained() == []
