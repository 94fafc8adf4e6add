"""Where the rows of a job stopped: what is told follows from Flink's figures; where they are silent, nothing is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipegen.diagnose.dead_end import dead_end, rows_to_write
from pipegen.observe.operators import Chain, chain_of
from pipegen.services.flink import SubtaskMetric, Vertex
from tests.unit.job_plan import SOURCE, vertex

AT = datetime(2026, 11, 28, 12, 0, 8, tzinfo=UTC)
AT_MS = round(AT.timestamp() * 1000)
ORDERS, RATES = SOURCE.format("orders"), SOURCE.format("rates")
HOUR = "window=[TUMBLE(slice_end=[$slice_end], size=[1 h])]"


def where(*chains: Chain) -> str | None:
    return dead_end(chains, sink="res", topic="out", now_s=AT.timestamp(), zoned={"t"})


def sink(*before: tuple[str, int | None, int | None], inputs: tuple[str, ...] = ("a",), **more: int | None) -> Chain:
    """The vertex that writes, with nothing to write."""
    return vertex("z", *before, ("res[9]: Writer", 0, 0), ("res[9]: Committer", 3, 3), inputs=inputs, **more)  # type: ignore[arg-type]


def windows(window: str, kind: str = "GlobalWindowAggregate", *, time: str = "placed_at", of: str = "") -> str | None:
    """What is told of 400 rows in windows, in two steps or in one."""
    local = f"[4]:LocalWindowAggregate(groupBy=[id], window=[TUMBLE(time_col=[{time}], size=[1 h])])"
    first = (local, 400, 50) if kind.startswith("Global") else (f"[4]:Calc(select=[id, {of or time}])", 400, 400)
    calc = ("[3]:Calc(select=[id, PROCTIME() AS pt, CAST(due AS TIMESTAMP_WITH_LOCAL_TIME_ZONE(3)) AS due])", 400, 400)
    source = vertex("a", (ORDERS, 400, 400), calc, first, watermark_ms=AT_MS)
    last = (f"[5]:{kind}(groupBy=[id], {window}, select=[id])", first[2], 0)
    return where(source, sink(last, watermark_ms=AT_MS))


def test_rows_of_a_window_that_does_not_close_wait_for_the_watermark_at_its_end() -> None:
    assert windows(HOUR) == (
        "400 rows wait in GlobalWindowAggregate[5] for a watermark past 13:00:00; it stands at 12:00:08"
    )


@pytest.mark.parametrize(
    ("window", "kind", "end"),
    [
        ("window=[HOP(slice_end=[$slice_end], size=[2 h], slide=[30 min])]", "GlobalWindowAggregate", "12:30:00"),
        ("window=[CUMULATE(slice_end=[$s], max_size=[1 d], step=[6 h])]", "GlobalWindowAggregate", "18:00:00"),
        ("window=[TUMBLE(slice_end=[$s], size=[1 d])]", "GlobalWindowAggregate", "2026-11-29 00:00:00"),
        ("window=[TumblingGroupWindow('w$, placed_at, 3600000)]", "GroupWindowAggregate", "13:00:00"),
        ("window=[SlidingGroupWindow('w$, placed_at, 7200000, 1800000)]", "GroupWindowAggregate", "12:30:00"),
        ("window=[TUMBLE(win_start=[ws], win_end=[we], size=[10 s])], rankType=[ROW_NUMBER]", "WindowRank", "12:00:10"),
        ("window=[TUMBLE(slice_end=[$s], size=[1 h], offset=[5 min])]", "GlobalWindowAggregate", "the end of a window"),
    ],
)
def test_every_kind_of_window_has_its_next_end(window: str, kind: str, end: str) -> None:
    told = windows(window, kind)
    assert told is not None
    assert told.endswith(f"rows wait in {kind}[5] for a watermark past {end}; it stands at 12:00:08")


@pytest.mark.parametrize(
    "window",
    ["window=[SESSION(time_col=[placed_at], gap=[5 min])]", "window=[SessionGroupWindow('w$, placed_at, 300000)]"],
)
def test_a_session_ends_a_gap_after_its_last_row(window: str) -> None:
    told = windows(window, "GroupWindowAggregate" if "Group" in window else "WindowAggregate")
    assert told is not None
    assert "past the last row of a session; it stands at 12:00:08" in told
    assert "5 min" in told or "300 s" in told


@pytest.mark.parametrize("time", ["due", "t"])
@pytest.mark.parametrize(("size", "end"), [("1 h", "the end of a window"), ("15 min", "12:15:00")])
def test_the_end_of_a_window_in_an_unknown_time_zone_is_told_only_where_it_is_the_same_in_all(
    time: str, size: str, end: str
) -> None:
    told = windows(f"window=[TUMBLE(time_col=[{time}], size=[{size}])]", "WindowAggregate", time=time)
    assert told is not None
    assert f"for a watermark past {end};" in told


def test_a_window_by_the_clock_waits_for_no_watermark() -> None:
    told = windows("window=[TUMBLE(time_col=[pt], size=[1 h])]", "WindowAggregate", time="pt")
    assert told == "400 rows wait in WindowAggregate[5] for the end of its window by the clock"


def test_a_filter_that_lets_nothing_through_has_no_waiting_rows() -> None:
    calc = ("[2]:Calc(select=[id], where=[(amount &gt; 1E12)])", 1600, 0)
    told = where(vertex("a", (ORDERS, 1600, 1600), calc, ("res[9]: Writer", 0, 0), watermark_ms=AT_MS))
    assert told == "Calc[2] took in 1\u2009600 rows and let none through: (amount > 1E12)"


def test_a_condition_after_a_window_that_has_closed_has_no_waiting_rows() -> None:
    source = vertex("a", (ORDERS, 400, 400), ("[4]:LocalWindowAggregate(groupBy=[id])", 400, 90))
    having = ("[6]:Calc(select=[id], where=[(n > 1000000)])", 80, 0)
    told = where(source, sink((f"[5]:GlobalWindowAggregate({HOUR})", 90, 80), having, watermark_ms=AT_MS))
    assert told == "Calc[6] took in 80 rows and let none through: (n > 1000000)"


def test_rows_before_any_watermark_wait_and_the_source_without_a_record_is_named() -> None:
    join = ("[7]:TemporalJoin(joinType=[InnerJoin], where=[(id = id0)])", 400, 0)
    told = where(
        vertex("a", (ORDERS, 400, 400), watermark_ms=AT_MS),
        vertex("b", (RATES, 0, 0)),
        sink(join, inputs=("a", "b")),
    )
    assert told == "400 rows wait in TemporalJoin[7], which has no watermark yet, because rates has read no record"


def test_partitions_without_a_record_hold_the_watermark_back() -> None:
    splits = {"in-0": AT_MS, "in-1": None, "in-3": None}
    source = vertex("a", (ORDERS, 400, 400), splits=splits)
    told = where(source, sink(("[5]:OverAggregate(partitionBy=[id], orderBy=[placed_at ASC])", 400, 0)))
    assert told == (
        "400 rows wait in OverAggregate[5], which has no watermark yet, "
        "because no record has come in partitions 1, 3 of in"
    )


@pytest.mark.parametrize(
    ("operator", "waits"),
    [
        ("TemporalJoin(joinType=[LeftOuterJoin], where=[(a = b)])", True),
        ("TemporalJoin(joinType=[InnerJoin], where=[(a = b)])", False),
        ("TemporalSort(orderBy=[placed_at ASC])", True),
        ("OverAggregate(orderBy=[placed_at ASC])", True),
        ("OverAggregate(orderBy=[pt ASC])", False),
        ("Match(orderBy=[placed_at ASC], pattern=[A B])", False),
        ("WindowJoin(leftWindow=[TUMBLE(win_start=[s], win_end=[e], size=[1 h])])", False),
        ("IntervalJoin(joinType=[LeftOuterJoin], windowBounds=[x])", False),
        ("Join(joinType=[InnerJoin], where=[(a = b)])", False),
        ("GroupAggregate(groupBy=[id])", False),
    ],
)
def test_with_a_watermark_rows_wait_only_where_each_of_them_comes_out_in_time(operator: str, waits: bool) -> None:
    source = vertex("a", (ORDERS, 400, 400), ("[2]:Calc(select=[PROCTIME() AS pt])", 400, 400), watermark_ms=AT_MS)
    told = where(source, sink((f"[5]:{operator}", 400, 0), watermark_ms=AT_MS))
    assert told is not None
    assert ("wait in" in told, "let none through" in told) == (waits, not waits)


def test_a_join_says_what_came_from_each_side() -> None:
    join = ("[7]:Join(joinType=[InnerJoin], where=[(id = id0)])", 400, 0)
    orders, rates = vertex("a", (ORDERS, 400, 400)), vertex("b", (RATES, 0, 0))
    assert where(orders, rates, sink(join, inputs=("a", "b"))) == (
        "Join[7] took in 400 rows and let none through: 400 rows from orders and 0 rows from rates"
    )


def test_a_source_that_has_read_nothing_is_named() -> None:
    assert where(vertex("a", (ORDERS, 0, 0)), sink(("[5]:Calc(select=[id])", 0, 0))) == "orders has read no record"


def test_rows_that_came_too_late_are_told_as_dropped() -> None:
    last = ("[5]:WindowAggregate(window=[TUMBLE(time_col=[placed_at], size=[1 h])])", 400, 0)
    told = where(vertex("a", (ORDERS, 400, 400)), sink(last, watermark_ms=AT_MS, late=400))
    assert told == "WindowAggregate[5] dropped all 400 rows because they came too late"


def test_records_that_the_sink_has_written_are_elsewhere() -> None:
    chain = vertex("a", (ORDERS, 400, 400), ("res[9]: Writer", 400, 400))
    assert where(chain) == "res has written 400 rows, and none of them can be read in topic out"
    held = vertex("a", (ORDERS, 400, 400), ("res[9]: Writer", 400, 0))
    assert where(held) == "res has 400 rows to write and has not written one"
    assert [rows_to_write([each], sink="res") for each in (chain, held)] == [0, 400]


def test_only_the_way_to_the_output_is_followed() -> None:
    """A vertex whose rows go three ways: the plan is a tree, and the other sink is not ours."""
    description = (
        f"{ORDERS}<br/>:- [2]:Calc(select=[id], where=[(amount &gt; 9)])<br/>:  +- side[3]: Writer<br/>"
        "+- [4]:Calc(select=[id], where=[(amount &lt; 0)])<br/>   +- res[5]: Writer<br/>"
    )
    figures = {"Calc[2]": (400, 0), "Calc[4]": (400, 0), ORDERS.replace(": ", "__").replace(".", "_"): (400, 800)}
    metrics = {
        f"{name}.{figure}": SubtaskMetric(count, count, count, count)
        for name, counts in figures.items()
        for figure, count in zip(("numRecordsIn", "numRecordsOut"), counts, strict=True)
    }
    one = Vertex("a", "x", "RUNNING", 1, 0, 0, 0, 0, 1, (), description)
    assert where(chain_of(one, list(metrics), metrics)) == "Calc[4] took in 400 rows and let none through: (amount < 0)"


def test_nothing_is_told_where_flink_is_silent() -> None:
    assert where() is None
    assert where(vertex("a", (ORDERS, None, None), ("res[9]: Writer", None, None))) is None
    two_ways = vertex("a", (ORDERS, 400, 400))
    assert where(two_ways, sink(("[5]:Calc(select=[id])", 0, 0))) is None
