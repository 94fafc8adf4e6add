"""The cause line on the real stack: a vertex slowed on purpose is named, and a healthy run has no cause."""

from __future__ import annotations

import re
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.e2e.conftest import StartRun
from tests.e2e.pipegen_process import until
from tests.e2e.test_dashboard_run import address, metrics

# A cause of the machine's own would be found too, rightly: the job needs the machine to itself.
pytestmark = [pytest.mark.stack, pytest.mark.heavy, pytest.mark.alone]

# A key puts the counting into a vertex of its own; a pattern over a long text makes it slow.
KEYED = """SET 'parallelism.default' = '2';
INSERT INTO `order_out`
SELECT `order_id`, `customer_id`, `product`, `quantity`, `price`, `currency`, {status} AS `status`, `created_at`,
    CAST(`counted` AS DOUBLE) AS `amount`, `hdr`, `due`
FROM (
    SELECT *, COUNT(*) OVER (PARTITION BY {key} ORDER BY `proc`) AS `counted` FROM `order_in`
);
"""
LONG_TEXT = "REPEAT('ab', 60000 + CAST(MOD(`counted`, 2) AS INT))"
SLOW = f"CAST(CHAR_LENGTH(REGEXP_REPLACE({LONG_TEXT}, 'a+b?c', '')) AS STRING)"


def keyed_project(project: Path, *, key: str, status: str) -> Path:
    source = project / "sql" / "01_source.sql"
    source.write_text(
        source.read_text().replace(
            "METADATA FROM 'timestamp'\n", "METADATA FROM 'timestamp',\n    `proc` AS PROCTIME()\n"
        )
    )
    (project / "sql" / "03_process.sql").write_text(KEYED.format(key=key, status=status))
    return project


def test_a_vertex_slowed_on_purpose_is_named_with_its_onset(project: Path, start_run: StartRun) -> None:
    # Every currency has three letters: one key, so one of the two subtasks has all the work.
    keyed_project(project, key="CHAR_LENGTH(`currency`)", status=SLOW)
    run = start_run(project, "--message-rate=1500", "--duration=110s", "--dashboard-port=0")
    url = address(run)

    def explained() -> dict[str, Any] | None:
        try:
            snapshot = metrics(url)
        except httpx2.TransportError:
            return None
        cause = snapshot.get("cause", {})
        # On a machine that is too slow for it the generator is rightly named first; it is no fault of the vertex.
        if cause.get("state") != "found" or cause["kind"] == "generator_behind":
            return None
        guilty = next((v for v in snapshot["flink"]["vertices"] if v["id"] == cause["vertex_id"]), None)
        assert guilty is not None, cause
        assert guilty["name"].startswith("OverAggregate"), cause
        return snapshot

    snapshot = until(explained, "cause", alive=run.process)
    cause = snapshot["cause"]
    assert (cause["kind"], cause["component"]) == ("bottleneck", "flink")
    # Flink averages over a minute: soon after the onset the level may still be LOW.
    assert re.search(r"busy 0\.\d\d on 1 of 2 subtasks, upstream back-pressure (LOW|HIGH)\.$", cause["text"])
    started = datetime.fromisoformat(snapshot["run"]["started_at"])
    onset = datetime.fromisoformat(cause["since"])
    assert -2 <= (onset - started).total_seconds() <= 10
    assert snapshot["headline"]["text"] == cause["text"]
    run.signal(signal.SIGINT)
    run.finish()


def test_the_same_job_in_good_health_has_no_cause(project: Path, start_run: StartRun) -> None:
    keyed_project(project, key="`product`", status="`status`")
    # Slow enough that a busy machine keeps up too: a generator that is behind would be a cause, and rightly named.
    run = start_run(project, "--message-rate=100", "--duration=25s", "--dashboard-port=0")
    url = address(run)
    seen: list[dict[str, Any]] = []

    def over() -> bool | None:
        if run.process.poll() is not None:
            return True
        try:
            snapshot = metrics(url)
        except httpx2.TransportError:
            return None
        if "cause" in snapshot and (not seen or snapshot["sequence"] != seen[-1]["sequence"]):
            seen.append(snapshot)
        return None

    until(over, "end")
    done = run.finish()
    assert done.exit_code == 0, done.out + done.err
    assert len([snapshot for snapshot in seen if snapshot["run"]["phase"] == "running"]) > 15
    assert [snapshot["cause"]["text"] for snapshot in seen if snapshot["cause"]["state"] != "none"] == []
    assert len(seen[-1]["flink"]["vertices"]) > 1
