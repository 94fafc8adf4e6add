"""Latency by percentile as a drawing: the tail stretched out, so that 99.9 % is as wide as 90 %. Numbers only, no text.

The x axis is logarithmic in what is left above the percentile, the y axis in the latency.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipegen.hotpath import HistogramSnapshot
from pipegen.snapshot.percentiles import percentile_ms
from pipegen.snapshot.stages import STAGES_BY_NAME, StageName
from pipegen.units import format_latency_ms

WIDTH: Final = 1000
HEIGHT: Final = 320
_LEFT: Final = 74
_RIGHT: Final = 16
_TOP: Final = 14
_BOTTOM: Final = 34
_STEPS_A_NINE: Final = 12
_DECADES: Final = (0.0, 90.0, 99.0, 99.9, 99.99, 99.999)
_COLOURS: Final[Mapping[StageName, str]] = {
    "generator_delay": "p50",
    "ack": "producer",
    "end_to_end": "p99",
    "end_to_end_uncorrected": "plan",
}


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One stage: its name, the name of its colour, an SVG path."""

    title: str
    colour: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything to draw, in the drawing's own units."""

    width: int
    height: int
    left: int
    right: float
    top: int
    bottom: float
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    curves: tuple[Curve, ...]


def draw_spectrum(stages: Mapping[str, HistogramSnapshot]) -> Drawing | None:
    """The drawing; null where nothing was measured."""
    known = {name: stages[name] for name in _COLOURS if name in stages and stages[name].count}
    if not known:
        return None
    nines = min(5.0, max(1.0, math.log10(max(histogram.count for histogram in known.values()))))
    lines = {name: _points(histogram, nines) for name, histogram in known.items()}
    values = [value for line in lines.values() for _, value in line]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    right, bottom = float(WIDTH - _RIGHT), float(HEIGHT - _BOTTOM)

    def x(percentile: float) -> float:
        left_above = max(1 - percentile / 100, 10**-nines)
        return _LEFT + (right - _LEFT) * (-math.log10(left_above)) / nines

    def y(value_ms: float) -> float:
        return bottom - (bottom - _TOP) * (math.log10(value_ms) - low) / (high - low)

    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=right,
        top=_TOP,
        bottom=bottom,
        across=tuple(
            Tick(round(x(at), 1), f"{at:g} %")
            for at in _DECADES
            if at == 0 or -math.log10(1 - at / 100) <= nines + 0.01
        ),
        up=tuple(Tick(round(y(10.0**power), 1), format_latency_ms(10.0**power)) for power in range(low, high + 1)),
        curves=tuple(
            Curve(
                STAGES_BY_NAME[name].title,
                _COLOURS[name],
                "M" + "L".join(f"{x(percentile):.1f} {y(value):.1f}" for percentile, value in line),
            )
            for name, line in lines.items()
        ),
    )


def _points(histogram: HistogramSnapshot, nines: float) -> list[tuple[float, float]]:
    """Percentiles and their latencies, finer towards the tail, as far as there are samples for it."""
    deepest = min(nines, math.log10(max(histogram.count, 1)))
    steps = round(deepest * _STEPS_A_NINE)
    percentiles = [100 * (1 - 10 ** (-step / _STEPS_A_NINE)) for step in range(steps + 1)]
    points = []
    for percentile in percentiles:
        value_ms = percentile_ms(histogram, percentile)
        if value_ms is not None:
            # A microsecond is the finest that is measured; a logarithm has no place for zero.
            points.append((percentile, max(value_ms, 0.001)))
    return points
