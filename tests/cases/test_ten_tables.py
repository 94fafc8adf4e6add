"""Plain scripts whose rows are ranked, kept once, sent to two sinks, or go over topics that have records in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipegen.stack import LocalStack
from tests.cases.whole_scripts import all_there_is, counted, leaves_nothing, rows, run_script
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent

pytestmark = pytest.mark.stack
SENT = 300
FEW_EVENTS = "pipeline: {hints: {event_id: {min: 1, max: 40}}}\n"
FEW_SHOPS = "pipeline: {hints: {shop: {min: 1, max: 5}}}\n"
THEIRS = 20


def test_the_rows_of_a_top_n_are_read_with_all_their_changes(
    tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    done = run_script(start_run, tmp_path, "top_n.sql", settings=FEW_SHOPS)
    _, outputs = counted(done, independent)
    dearest = outputs["dearest"]
    assert (dearest["shape"], dearest["lost"]) == ("aggregate", None)
    assert dearest["traced_by"] == "trace:order_id"
    assert 0 < dearest["end_to_end"]["count"] <= dearest["total"] - dearest["repeated_total"]


def test_each_event_is_kept_once(tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    done = run_script(start_run, tmp_path, "deduplicate.sql", settings=FEW_EVENTS)
    _, outputs = counted(done, independent)
    firsts = outputs["firsts"]
    ids = [row["event_id"] for row in rows(independent, firsts)]
    assert sorted(ids) == list(range(1, 41))
    assert (firsts["traced_by"], firsts["end_to_end"]["count"], firsts["lost"]) == ("header", 40, None)


def test_both_sinks_of_a_statement_set_are_read(tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    done = run_script(start_run, tmp_path, "statement_set.sql")
    _, outputs = counted(done, independent)
    large, turnover = outputs["large_orders"], outputs["turnover"]
    assert (large["shape"], large["traced_by"], large["end_to_end"]["count"]) == ("filter", "header", large["total"])
    assert (turnover["shape"], turnover["traced_by"], turnover["total"]) == ("aggregate", "timestamp", SENT)
    orders: dict[str, int] = {}
    for row in rows(independent, turnover):
        orders[row["shop"]] = max(row["orders"], orders.get(row["shop"], 0))
    assert sum(orders.values()) == SENT


@pytest.mark.parametrize("as_written", [False, True])
def test_topics_that_have_records_keep_them(
    tmp_path: Path, start_run: StartRun, independent: Independent, local_stack: LocalStack, as_written: bool
) -> None:
    names = ("ten-theirs", "ten-theirs-kept")
    for name in names:
        if not independent.topics(name):
            independent.make_topics(name)
        for number in range(THEIRS):
            independent.send(name, json.dumps({"order_id": number, "customer": "theirs"}).encode())
    before = all_there_is(independent, local_stack)
    had = {name: independent.read_all(name)[0] for name in names}
    arguments = ("--use-topics-as-written",) if as_written else ()
    done = run_script(start_run, tmp_path, "existing_topics.sql", "--cleanup", *arguments)
    kept = done.summary["snapshot"]["outputs"][0]
    assert (kept["lost"], kept["duplicated"], kept["end_to_end"]["count"]) == (0, 0, SENT)
    assert done.summary["left_behind"] == []
    after = all_there_is(independent, local_stack)
    if as_written:
        assert after.more_than(before) == [(name, after.ends[name]) for name in after.ends if name in names]
        assert independent.read_all(names[0])[0] == had[names[0]] + SENT
        assert independent.read_all(names[1])[0] == had[names[1]] + had[names[0]] + SENT
        assert kept["total"] == had[names[0]] + SENT, "what the job wrote in this run"
    else:
        assert after.more_than(before) == []
        assert [after.ends[name] for name in names] == [before.ends[name] for name in names]
        assert kept["total"] == SENT


@pytest.mark.parametrize("script", ["top_n.sql", "deduplicate.sql", "statement_set.sql"])
def test_a_table_leaves_nothing_behind(
    tmp_path: Path, start_run: StartRun, independent: Independent, local_stack: LocalStack, script: str
) -> None:
    leaves_nothing(start_run, tmp_path, script, independent, local_stack)
