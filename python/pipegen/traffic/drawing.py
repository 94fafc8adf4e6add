"""A plan as plain text for a terminal: its phases with rate and count, and a bar chart of the planned rate."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from pipegen.traffic.plan import Phase, TrafficPlan
from pipegen.units import format_count, format_duration, format_rate

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_HEIGHT: Final = 5
_MIN_WIDTH: Final = 40


def draw_plan(plan: TrafficPlan, width: int = 80) -> str:
    """The phases as a table and, below, the planned rate over time in block characters.

    Args:
        plan: What to draw.
        width: Columns to fill; at least 40 are used.
    """
    return "\n".join([*_table(plan), "", *_chart(plan, max(width, _MIN_WIDTH))])


def _table(plan: TrafficPlan) -> list[str]:
    rows = [("phase", "from", "to", "rate", "messages")]
    rows += [
        (
            phase.name,
            format_duration(phase.start_ns),
            format_duration(phase.end_ns),
            _rate(phase),
            format_count(_whole(phase.area())),
        )
        for phase in plan.phases
    ]
    rows.append(("total", "0s", format_duration(plan.duration_ns), "", format_count(plan.planned_total())))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        "  ".join(
            cell.ljust(size) if column == 0 else cell.rjust(size)
            for column, (cell, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _rate(phase: Phase) -> str:
    if phase.start_rate_per_s == phase.end_rate_per_s:
        text = format_rate(phase.start_rate_per_s)
        return f"{text} ({phase.percent:g}%)" if phase.percent not in {None, 100.0} else text
    return f"{format_rate(phase.start_rate_per_s)} → {format_rate(phase.end_rate_per_s)}"


def _whole(area: Fraction) -> int:
    return math.ceil(area - Fraction(1, 2))


def _chart(plan: TrafficPlan, width: int) -> list[str]:
    top = max(max(phase.start_rate_per_s, phase.end_rate_per_s) for phase in plan.phases)
    label = format_rate(top)
    columns = width - len(label) - 2
    eighths = [_column_eighths(plan, column, columns, top) for column in range(columns)]
    lines = []
    for row in range(_HEIGHT - 1, -1, -1):
        bar = "".join(_BLOCKS[min(max(height - 8 * row, 0), 8)] for height in eighths)
        margin = label if row == _HEIGHT - 1 else "0" if row == 0 else ""
        lines.append(f"{margin.rjust(len(label))} ┤{bar}".rstrip())
    end = format_duration(plan.duration_ns)
    lines.append(" " * (len(label) + 2) + "0s" + end.rjust(columns - 2))
    return lines


def _column_eighths(plan: TrafficPlan, column: int, columns: int, top: float) -> int:
    """Height of a column in eighths of a row: the rate in its middle; anything above zero shows at least one."""
    if top == 0:
        return 0
    offset_ns = plan.duration_ns * (2 * column + 1) // (2 * columns)
    rate = plan.phase_at(offset_ns).rate_at(offset_ns)
    return max(round(rate / top * 8 * _HEIGHT), 1) if rate > 0 else 0
