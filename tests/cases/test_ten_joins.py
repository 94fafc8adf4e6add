"""Joins of three kinds as plain scripts: an outer one in an interval, one by version of a view, one with state TTL."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.stack import LocalStack
from tests.cases.whole_scripts import counted, leaves_nothing, rows, run_script
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent

pytestmark = pytest.mark.stack
SCRIPTS = ("interval_outer.sql", "versioned_view.sql", "outer_join_ttl.sql")


def test_an_outer_interval_join_brings_out_what_met_and_says_that_the_rest_waits(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    settings = "inputs:\n  clicks:\n    follows: {input: impressions, on: ad_id, share: 50%, delay: 0s..1s}\n"
    done = run_script(start_run, tmp_path, "interval_outer.sql", settings=settings)
    _, outputs = counted(done, independent)
    seen = outputs["seen"]
    assert len({row["ad_id"] for row in rows(independent, seen) if row["clicked_at"] is not None}) > 0
    assert "wait for a watermark past" in seen["drain"]
    assert "(IntervalJoin)" in seen["drain"]
    assert "it combines records of impressions and clicks" in seen["traced_reason"]


def test_every_order_finds_the_rate_that_a_view_holds_for_its_time(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run_script(start_run, tmp_path, "versioned_view.sql")
    inputs, outputs = counted(done, independent)
    assert inputs["rate_changes"]["loaded_total"] == 1000
    converted = outputs["converted"]
    assert converted["end_to_end"]["count"] == converted["total"]
    assert all(row["total"] is not None for row in rows(independent, converted))


def test_a_join_that_is_written_again_is_read_to_its_last_row(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run_script(start_run, tmp_path, "outer_join_ttl.sql")
    inputs, outputs = counted(done, independent)
    assert inputs["shipments"]["follows"] == "orders"
    shipped = {row["order_id"]: row["carrier"] for row in rows(independent, outputs["shipped"])}
    assert len(shipped) == inputs["orders"]["total"]
    assert "partners for 100 % of orders and 100 % of shipments" in done.err


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_join_leaves_nothing_behind(
    tmp_path: Path, start_run: StartRun, independent: Independent, local_stack: LocalStack, script: str
) -> None:
    leaves_nothing(start_run, tmp_path, script, independent, local_stack)
