"""When the rows of a file are due, and where the load ends."""

from __future__ import annotations

import itertools
from array import array
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.config import Settings
from pipegen.datafile import CsvOptions, open_data_file
from pipegen.errors import ProjectError, SettingsError
from pipegen.hotpath import Schedule
from pipegen.run import plan_rows, planned_counts, schedule_of
from pipegen.run.feed.row_pace import CLOSEST_NS, DueSegments
from pipegen.traffic import TrafficPlan, plan_traffic
from tests.unit.data_files import SCHEMA, go_on, write_file

FLAG = {"duration": "flag --duration"}


def planned(path: Path | None, sources: dict[str, str] | None = None, **settings: Any) -> tuple[TrafficPlan, Schedule]:
    """The plan for a file, and its schedule."""
    feed = {"file": path, "time_column": "sold_at"} | settings.pop("feed", {})
    chosen = Settings.model_validate({"feed": feed if path else settings.pop("without", {})} | settings)
    file = open_data_file(path, CsvOptions()) if path is not None else None
    plan = plan_rows(plan_traffic(chosen, {}), file, SCHEMA, chosen, sources or {}, on_rows=go_on)
    return plan, schedule_of(plan, chosen)


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    """100 sales, half a second apart."""
    return write_file(tmp_path / "sales.avro", 100)


def test_in_the_shape_of_the_traffic_the_plan_is_that_of_the_settings(sold: Path) -> None:
    plan, schedule = planned(sold, message_rate=100, duration="30s", traffic_pattern="10s-20s:400%")
    assert schedule.total_events == 6_000
    assert plan.order is None
    assert [phase.name for phase in plan.phases] == ["steady", "peak1", "steady"]


def test_at_its_own_times_each_row_is_due_exactly_then(sold: Path) -> None:
    plan, schedule = planned(sold, feed={"speed": 2.0})
    assert schedule.total_events == 100
    dues = [schedule.due_ns(event) for event in range(100)]
    assert dues == [CLOSEST_NS + 250_000_000 * event for event in range(100)]
    assert plan.duration_ns == dues[-1] + CLOSEST_NS


def test_the_phases_of_rows_at_their_own_times_hold_all_rows(sold: Path) -> None:
    plan, schedule = planned(sold, feed={"speed": 1.0})
    counts = planned_counts(plan, schedule)
    assert sum(counts) == 100
    assert {phase.name for phase in plan.phases} == {"rows"}
    drawn = [phase.start_rate_per_s * (phase.end_ns - phase.start_ns) / 1e9 for phase in plan.phases]
    assert drawn == pytest.approx(counts, abs=1e-6)


def test_the_rate_that_is_shown_of_rows_at_their_own_times_is_that_of_the_phase(sold: Path) -> None:
    plan, _ = planned(sold, feed={"speed": 1.0})
    shown = [plan.rate_at(second * 1_000_000_000) for second in (0, 24, 48, 60)]
    assert shown == pytest.approx([2.0, 2.0, 2.0, 0.0], rel=0.4)
    assert planned(sold, message_rate=70)[0].rate_at(10**9) == 70


def test_rows_that_are_not_in_the_order_of_their_times_are_sent_in_it(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    seconds = [3, 0, 2, 2, 1]
    path.write_text("sale,shop,price,paid,sold_at\n" + "".join(f"1,a,,true,2026-01-01T00:00:0{s}Z\n" for s in seconds))
    plan, schedule = planned(path, feed={"speed": 1.0})
    assert list(plan.order or []) == [1, 4, 2, 3, 0]
    assert [schedule.due_ns(event) // 1_000_000_000 for event in range(5)] == [0, 1, 2, 2, 3]


def test_a_duration_that_is_asked_for_ends_the_load_but_not_one_in_a_file(sold: Path) -> None:
    assert planned(sold, FLAG, feed={"speed": 1.0}, duration="10s")[1].total_events == 20
    elsewhere = {"duration": ".pipegen.yaml:7"}
    assert planned(sold, elsewhere, feed={"speed": 1.0}, duration="10s")[1].total_events == 100


@given(st.lists(st.just(0) | st.integers(0, 10**15), min_size=1, max_size=200))
def test_any_due_times_are_met_to_the_microsecond(gaps_ns: list[int]) -> None:
    dues = list(itertools.accumulate(gap_ns + CLOSEST_NS for gap_ns in gaps_ns))
    schedule = Schedule(DueSegments(array("q", dues)))
    assert schedule.total_events == len(dues)
    assert max(abs(schedule.due_ns(event) - due_ns) for event, due_ns in enumerate(dues)) <= 1_000


@pytest.mark.parametrize(
    "pattern", [None, "2s-4s:400%", "1s-9s:10%..300%", "1s-9s:sine(10%..300%,period=3s)", "1s-9s:0%"]
)
def test_without_a_loop_the_load_ends_with_the_last_row(sold: Path, pattern: str | None) -> None:
    plan, schedule = planned(sold, feed={"loop": False}, message_rate=20, duration="30s", traffic_pattern=pattern)
    assert schedule.total_events == 100
    assert plan.duration_ns == schedule.duration_ns
    whole = schedule_of(
        plan_traffic(Settings(message_rate=20, duration="30s", traffic_pattern=pattern), {}), Settings()
    )  # type: ignore[call-arg,arg-type]
    assert [schedule.due_ns(event) for event in range(100)] == [whole.due_ns(event) for event in range(100)]


def test_a_load_of_fewer_records_than_rows_is_not_changed_by_having_no_loop(sold: Path) -> None:
    assert planned(sold, feed={"loop": False}, message_rate=10, duration="5s")[1].total_events == 50


def test_nothing_is_planned_when_flink_reads_the_file(sold: Path) -> None:
    assert planned(sold, feed={"mode": "filesystem"})[1].total_events == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"feed": {"speed": 1.0, "time_column": None}}, "feed.speed: no field holds the rows' times"),
        ({"feed": {"speed": 1.0}, "traffic_pattern": "1s-2s:200%"}, "feed.speed: there is a traffic shape"),
        ({"feed": {"speed": 1.0}, "arrivals": "poisson"}, "feed.speed: arrivals are poisson"),
        ({"feed": {"loop": False}, "arrivals": "poisson"}, "feed.loop: arrivals are poisson"),
        ({"feed": {"speed": 1.0, "mode": "filesystem"}}, "feed.speed: Flink reads the file"),
    ],
)
def test_wishes_that_contradict_each_other_are_refused(sold: Path, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        planned(sold, **settings)


def test_a_speed_without_a_file_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"feed\.speed: there is no data file"):
        planned(None, without={"speed": 2.0})


def test_a_row_without_a_time_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "gap.csv"
    path.write_text("sale,shop,price,paid,sold_at\n1,a,,true,2026-01-01T00:00:00Z\n2,a,,true,\n")
    with pytest.raises(ProjectError, match=r"gap\.csv:3: column “sold_at”: there is no value"):
        planned(path, feed={"speed": 1.0})


def test_the_rate_of_rows_at_their_own_times_is_drawn_in_at_most_twenty_steps_of_a_round_length(sold: Path) -> None:
    plan, _ = planned(sold, feed={"speed": 1.0})
    # 49.5 s in twenty steps would be 2.5 s each: the next round length is 5 s.
    assert [phase.start_ns / 1e9 for phase in plan.phases] == [5.0 * step for step in range(10)]
