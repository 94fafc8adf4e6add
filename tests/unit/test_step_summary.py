"""The Markdown that a CI step shows: verdict, why, thresholds, figures; nothing of others becomes markup."""

from __future__ import annotations

from typing import Any

from pipegen.outputs import step_summary
from tests.dashboard.invented import snapshot
from tests.dashboard.states import STATES


def lines(contents: dict[str, Any], *, outcome: str = "finished", failure: str | None = None) -> list[str]:
    return step_summary(snapshot(contents), outcome=outcome, failure=failure).splitlines()


def figures(contents: dict[str, Any]) -> dict[str, str]:
    """The table of figures."""
    said = lines(contents)
    rows = said[said.index("| figure | value |") + 2 :]
    return dict(row.strip("| ").split(" | ", 1) for row in rows if row)


def test_a_run_that_passed_is_told_by_verdict_headline_thresholds_and_figures() -> None:
    said = lines(STATES["finished"]())
    assert said[:7] == [
        "### PipeGen orders: ✅ pass",
        "",
        "Finished: all 10 200 000 records arrived, none lost, none twice.",
        "",
        "| threshold | observed | result |",
        "|---|---|---|",
        "| `end_to_end.p99<2s` | 1.19 s | ✅ pass |",
    ]
    assert said[10:13] == ["", "| figure | value |", "|---|---|"]


def test_the_figures_are_those_of_the_run() -> None:
    contents = STATES["finished"]()
    contents["producer"] |= {"sent_total": 10_200_000, "total": 10_199_988, "errors": 12}
    contents["pipeline"] |= {"lost": 3, "duplicated": 2, "error_rate": 0.0125}
    contents["latency"]["ack"]["total"] |= {"p50_ms": 4.5, "p95_ms": 9.0, "p99_ms": 1500.0}
    told = figures(contents)
    assert told["sent"] == "10 200 000 of 10 200 000 in 600.0 s, 17 000 msg/s"
    assert told["delivered, refused"] == "10 199 988, 12"
    assert told["lost, duplicated"] == "3, 2"
    assert told["error rate"] == "1.25 %"
    assert told["acknowledged p50, p95, p99"] == "4.5 ms, 9 ms, 1.5 s"
    assert set(told) >= {"end to end p50, p95, p99", "generator delay p50, p95, p99"}


def test_a_figure_that_is_not_known_is_a_dash() -> None:
    told = figures(STATES["unmeasurable"]())
    assert told["end to end p50, p95, p99"] == "–"
    assert told["lost, duplicated"] == "–, –"
    contents = STATES["running"]()
    contents["producer"] |= {"sent_total": None}
    contents["pipeline"] |= {"error_rate": None}
    told = figures(contents)
    assert told["sent"] == "– of 10 200 000"
    assert told["error rate"] == "–"


def test_at_the_first_moment_of_the_load_there_is_no_rate_yet() -> None:
    contents = STATES["running"]()
    contents["run"] |= {"elapsed_s": 0.0}
    contents["producer"] |= {"sent_total": 5}
    assert figures(contents)["sent"] == "5 of 10 200 000"


def test_before_the_load_there_are_no_figures() -> None:
    assert "| figure | value |" not in lines(STATES["starting"]())


def test_without_a_verdict_the_outcome_stands_in_its_place() -> None:
    assert lines(STATES["interrupted"](), outcome="finished")[0] == "### PipeGen orders: ✅ finished"
    assert lines(STATES["interrupted"](), outcome="interrupted")[0] == "### PipeGen orders: ❌ interrupted"


def test_a_failure_is_said_instead_of_the_headline() -> None:
    assert lines(STATES["failed"](), outcome="failed", failure="Kafka is away")[2] == "Kafka is away"


def test_an_invalid_run_says_why_and_a_valid_one_has_no_such_list() -> None:
    said = lines(STATES["invalid"]())
    assert said[4:6] == ["- the generator fell behind: its delay has a p99 of 1.4 s, more than 100 ms", ""]
    assert not any(line.startswith("- ") for line in lines(STATES["missed"]()))


def test_each_threshold_has_what_was_observed_its_reason_and_its_result() -> None:
    said = lines(STATES["missed"]())
    assert "| `end_to_end.p99<250ms` | 1.19 s (worst in peak1) | ❌ fail |" in said
    assert "| `lost==0` | 0 | ✅ pass |" in said
    assert "| `lost==0` | – (known once the pipeline is drained) | – |" in lines(STATES["running"]())


def test_without_thresholds_there_is_no_table_of_them() -> None:
    contents = STATES["finished"]()
    contents["verdict"] |= {"results": [], "outcome": None}
    assert "| threshold | observed | result |" not in lines(contents)


def test_text_of_others_stays_in_its_cell() -> None:
    contents = STATES["missed"]()
    contents["verdict"]["results"][0] |= {"expression": "a|b\n`c`", "reason": "x|y <b>&`z`"}
    said = lines(contents)
    assert r"| `` a\|b `c` `` | 1.19 s (x\|y &lt;b>&amp;\`z\`) | ❌ fail |" in said


def test_latencies_that_are_only_bounds_are_called_so() -> None:
    contents = STATES["finished"]()
    contents["run"] |= {"elapsed_s": 60.0}
    contents["latency"]["end_to_end"] |= {"bound": "upper", "bound_reason": "rows are timed again"}
    told = step_summary(snapshot(contents), outcome="finished", failure=None)
    assert "| end to end p50, p95, p99 (upper bounds) |" in told
    assert "| acknowledged p50, p95, p99 |" in told
