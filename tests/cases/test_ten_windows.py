"""Event time in plain scripts: a window with late records, a session window, a pattern; each run ends and says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.stack import LocalStack
from tests.cases.whole_scripts import counted, leaves_nothing, rows, run_script
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent

pytestmark = pytest.mark.stack
SENT = 400
LATE = "faults: {late: 10%, late_by: 3s}\n"
FEW_USERS = "pipeline: {hints: {user_id: {min: 1, max: 3}}}\n"
FEW_SYMBOLS = "pipeline: {hints: {symbol: {one_of: [AAA, BBB]}, price: {min: 1, max: 40}}}\n"
SCRIPTS = {"tumble_late.sql": LATE, "session.sql": "", "match_recognize.sql": FEW_SYMBOLS}


def test_what_comes_too_late_for_its_window_is_counted_and_the_last_window_is_told(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run_script(start_run, tmp_path, "tumble_late.sql", "--duration=4s", settings=LATE)
    _, outputs = counted(done, independent)
    per_second = outputs["per_second"]
    assert (per_second["shape"], per_second["traced_by"]) == ("aggregate", "timestamp")
    assert per_second["end_to_end"]["count"] == per_second["total"]
    assert "the rows of the last window wait for a watermark past" in per_second["drain"]
    dropped = done.summary["snapshot"]["flink"]["late_records_dropped"]
    in_windows = sum(row["orders"] for row in rows(independent, per_second))
    assert dropped > 0
    assert SENT / 2 < in_windows < SENT - dropped


def test_sessions_end_with_the_pause_after_them(tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    done = run_script(
        start_run, tmp_path, "session.sql", "--duration=4s", "--traffic-pattern=1s-2500ms:0%", settings=FEW_USERS
    )
    inputs, outputs = counted(done, independent)
    visits = outputs["visits"]
    assert {row["user_id"] for row in rows(independent, visits)} == {1, 2, 3}
    assert sum(row["clicks"] for row in rows(independent, visits)) < inputs["clicks"]["total"]
    assert "the rows of the last window wait for a watermark past" in visits["drain"]
    assert "clicks reads neither headers nor timestamp" in visits["traced_reason"]


def test_a_pattern_of_rows_is_found(tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    done = run_script(start_run, tmp_path, "match_recognize.sql", settings=FEW_SYMBOLS)
    _, outputs = counted(done, independent)
    dips = outputs["dips"]
    assert {row["symbol"] for row in rows(independent, dips)} == {"AAA", "BBB"}
    assert all(row["lowest"] < 20 for row in rows(independent, dips))
    assert "wait for a watermark past" in dips["drain"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_event_time_leaves_nothing_behind(
    tmp_path: Path, start_run: StartRun, independent: Independent, local_stack: LocalStack, script: str
) -> None:
    leaves_nothing(start_run, tmp_path, script, independent, local_stack, settings=SCRIPTS[script])
