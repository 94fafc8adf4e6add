"""The drawing of a plan tells phases, rates and counts, and fits the terminal."""

from __future__ import annotations

import pytest

from pipegen.traffic import draw_plan, parse_pattern
from pipegen.units import NS_PER_S

PLAN = parse_pattern("2m-4m:400%,6m-8m:0%,8m-9m:100%..300%", base_rate_per_s=100, duration_ns=600 * NS_PER_S)


def test_the_table_names_each_phase_with_rate_and_count() -> None:
    lines = draw_plan(PLAN, 80).splitlines()
    rows = [" ".join(line.split()) for line in lines[: lines.index("")]]
    assert rows[0] == "phase from to rate messages"
    assert "peak1 2m 4m 400 msg/s (400%) 48 000" in rows
    assert "peak2 6m 8m 0 msg/s (0%) 0" in rows
    assert "peak3 8m 9m 100 → 300 msg/s 12 000" in rows
    assert rows[-1] == "total 0s 10m 90 000"


@pytest.mark.parametrize("width", [40, 60, 120])
def test_the_chart_is_as_wide_as_asked_and_full_only_at_the_peak(width: int) -> None:
    chart = draw_plan(PLAN, width).split("\n\n")[1].splitlines()
    assert max(len(line) for line in chart) == width
    full = [index for index, char in enumerate(chart[0]) if char == "█"]
    columns = width - len("400 msg/s ┤")
    first, last = full[0] - len("400 msg/s ┤"), full[-1] - len("400 msg/s ┤")
    assert first == pytest.approx(columns * 0.2, abs=1)
    assert last == pytest.approx(columns * 0.4, abs=1.01)


def test_a_pause_is_blank_down_to_the_ground() -> None:
    ground = draw_plan(PLAN, 111).split("\n\n")[1].splitlines()[-2].removeprefix("        0 ┤")
    assert ground[62:78].strip() == ""
    assert ground[:60].strip() == ground[:60]


def test_curved_shapes_are_named_with_their_rates() -> None:
    pattern = "0s-2m:sine(100%..300%,period=1m),2m-4m:steps(100%..500%,count=5),4m-5m:spike(800%..0%,decay=20s)"
    plan = parse_pattern(pattern, base_rate_per_s=100, duration_ns=600 * NS_PER_S)
    rows = [" ".join(line.split()) for line in draw_plan(plan, 80).splitlines()]
    assert "peak1 0s 2m sine 100–300 msg/s 24 000" in rows
    assert "peak2 2m 4m steps 100 → 500 msg/s 36 000" in rows
    assert "peak3 4m 5m spike 800 → 39.8 msg/s 15 203" in rows


def test_a_spike_shorter_than_a_column_is_still_seen() -> None:
    plan = parse_pattern("5m-5m1s:5000%", base_rate_per_s=10, duration_ns=3_600 * NS_PER_S)
    chart = draw_plan(plan, 60).split("\n\n")[1].splitlines()
    assert chart[0].count("█") == 1


def test_of_many_phases_the_middle_is_left_out_but_counted() -> None:
    plan = parse_pattern("0s-1h:repeat(every=1m,for=20s):400%", base_rate_per_s=1, duration_ns=3_600 * NS_PER_S)
    table = draw_plan(plan, 80).split("\n\n")[0].splitlines()
    assert len(table) < 40
    assert "… 91 more 14m 59m20s" in [" ".join(line.split()) for line in table]
    assert " ".join(table[-1].split()) == "total 0s 1h 7 200"


def test_the_counts_given_are_those_shown() -> None:
    counts = list(range(len(PLAN.phases)))
    table = draw_plan(PLAN, 80, counts=counts).split("\n\n")[0].splitlines()
    assert [int(line.split()[-1]) for line in table[1:]] == [*counts, sum(counts)]
