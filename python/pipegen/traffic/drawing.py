"""A plan in a terminal: its phases as a table, its rate over time in block characters. Returns text; prints nothing."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import Final

from pipegen.traffic.curves import Segment
from pipegen.traffic.plan import Phase, TrafficPlan
from pipegen.units import format_count, format_duration, format_rate

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_HEIGHT: Final = 5
_MIN_WIDTH: Final = 40
_MAX_ROWS: Final = 30


def draw_plan(plan: TrafficPlan, width: int = 80, *, counts: Sequence[int] | None = None) -> str:
    """The phases as a table and, below, the planned rate over time in block characters.

    Args:
        plan: What to draw.
        width: Columns to fill; at least 40 are used.
        counts: Messages in each phase; those of even arrivals when left out.
    """
    counts = plan.planned_counts() if counts is None else counts
    return "\n".join([*_table(plan, counts), "", *_chart(plan, max(width, _MIN_WIDTH))])


def _table(plan: TrafficPlan, counts: Sequence[int]) -> list[str]:
    rows = [
        (
            phase.name,
            format_duration(phase.start_ns),
            format_duration(phase.end_ns),
            _rate(phase),
            format_count(count),
        )
        for phase, count in zip(plan.phases, counts, strict=True)
    ]
    if len(rows) > _MAX_ROWS:
        left_out = rows[_MAX_ROWS - 2 : -1]
        rows[_MAX_ROWS - 2 : -1] = [(f"… {len(left_out)} more", left_out[0][1], left_out[-1][2], "", "")]
    rows = [
        ("phase", "from", "to", "rate", "messages"),
        *rows,
        ("total", "0s", format_duration(plan.duration_ns), "", format_count(sum(counts))),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        "  ".join(
            cell.ljust(size) if column == 0 else cell.rjust(size)
            for column, (cell, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _rate(phase: Phase) -> str:
    rates = [rate for _, rate in phase.sketch(200)]
    if phase.shape == "hold":
        text = format_rate(rates[0])
        return f"{text} ({phase.percent:g}%)" if phase.percent not in {None, 100.0} else text
    if phase.shape == "sine":
        return f"sine {_number(min(rates))}–{format_rate(max(rates))}"
    shape = "" if phase.shape == "ramp" else f"{phase.shape} "
    return f"{shape}{_number(rates[0])} → {format_rate(rates[-1])}"


def _number(rate_per_s: float) -> str:
    return format_rate(rate_per_s).removesuffix(" msg/s")


def _chart(plan: TrafficPlan, width: int) -> list[str]:
    segments = plan.drawn_segments()
    top = max(max(start, end) for _, _, start, end in segments)
    label = format_rate(top)
    columns = width - len(label) - 2
    eighths = [_column_eighths(segments, plan.duration_ns, column, columns, top) for column in range(columns)]
    lines = []
    for row in range(_HEIGHT - 1, -1, -1):
        bar = "".join(_BLOCKS[min(max(height - 8 * row, 0), 8)] for height in eighths)
        margin = label if row == _HEIGHT - 1 else "0" if row == 0 else ""
        lines.append(f"{margin.rjust(len(label))} ┤{bar}".rstrip())
    end = format_duration(plan.duration_ns)
    lines.append(" " * (len(label) + 2) + "0s" + end.rjust(columns - 2))
    return lines


def _column_eighths(segments: Sequence[Segment], duration_ns: int, column: int, columns: int, top: float) -> int:
    """Height of a column in eighths of a row: the highest rate in its time, so that no spike is too short to be seen.

    Anything above zero shows at least one.
    """
    if top == 0:
        return 0
    from_ns, to_ns = (duration_ns * edge // columns for edge in (column, column + 1))
    index = bisect.bisect_right(segments, from_ns, key=lambda segment: segment[0]) - 1
    highest = 0.0
    for start_ns, end_ns, start, end in segments[index:]:
        if start_ns >= to_ns:
            break
        slope = (end - start) / (end_ns - start_ns)
        inside = (max(start_ns, from_ns), min(end_ns, to_ns))
        highest = max(highest, *(start + slope * (at_ns - start_ns) for at_ns in inside))
    return max(round(highest / top * 8 * _HEIGHT), 1) if highest > 0 else 0
