"""Traffic shapes made up by hypothesis, each with its own formulas to check the program's against."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from pipegen.units import NS_PER_S, format_duration

BASE_RATE = 10.0


@dataclass(frozen=True)
class Shape:
    """A shape as written, its rate and its integral, both of seconds since the window's start."""

    text: str
    rate: Callable[[float], float]
    area: Callable[[float], float]
    swing: float


@dataclass(frozen=True)
class Case:
    """A pattern, its length, and how many messages its formulas say."""

    pattern: str
    duration_ns: int
    integral: float


def sine(low: float, high: float, period_s: float) -> Shape:
    middle, swing, turn = (low + high) / 2, (high - low) / 2, 2 * math.pi / period_s
    return Shape(
        f"sine({low}/s..{high}/s,period={format_duration(round(period_s * NS_PER_S))})",
        lambda t: middle - swing * math.cos(turn * t),
        lambda t: middle * t - swing / turn * math.sin(turn * t),
        abs(high - low),
    )


def spike(top: float, rest: float, decay_s: float) -> Shape:
    return Shape(
        f"spike({top}/s..{rest}/s,decay={format_duration(round(decay_s * NS_PER_S))})",
        lambda t: rest + (top - rest) * math.exp(-t / decay_s),
        lambda t: rest * t + (top - rest) * decay_s * (1 - math.exp(-t / decay_s)),
        abs(top - rest),
    )


def steps(first: float, last: float, count: int, length_s: float) -> Shape:
    levels = [first + (last - first) * stair / (count - 1) for stair in range(count)]
    stair_s = length_s / count

    def area(t: float) -> float:
        return sum(level * min(max(t - stair * stair_s, 0.0), stair_s) for stair, level in enumerate(levels))

    text = f"steps({first}/s..{last}/s,count={count})"
    return Shape(text, lambda t: levels[min(int(t / stair_s), count - 1)], area, abs(last - first))


def ramp(first: float, last: float, length_s: float) -> Shape:
    slope = (last - first) / length_s
    return Shape(f"{first}/s..{last}/s", lambda t: first + slope * t, lambda t: first * t + slope * t * t / 2, 0.0)


MS = st.integers(1, 20_000).map(lambda ms: ms / 1000)


@st.composite
def shapes(draw: st.DrawFn, length_s: float, top: int) -> Shape:
    """A shape for a window, or a turn, of this length, with rates up to ``top``."""
    levels = st.one_of(st.just(0), st.integers(1, top), st.floats(0.01, 5).map(lambda rate: round(rate, 3)))
    first, last = draw(levels), draw(levels)
    kind = draw(st.sampled_from(["sine", "spike", "steps", "ramp"]))
    if kind == "sine":
        return sine(first, last, draw(MS.filter(lambda period_s: length_s / period_s < 100)))
    if kind == "spike":
        return spike(first, last, draw(MS))
    if kind == "steps":
        return steps(first, last, draw(st.integers(2, 12)), length_s)
    return ramp(first, last, length_s)


@st.composite
def cases(draw: st.DrawFn, top: int = 300) -> Case:
    """A pattern of some windows, some of them repetitions, with its integral."""
    edges_ms = sorted(draw(st.sets(st.integers(0, 20_000), min_size=2, max_size=6)))
    duration_s = (edges_ms[-1] + draw(st.integers(0, 5_000))) / 1000
    windows, integral, covered_s = [], 0.0, 0.0
    for start_s, end_s in _windows(edges_ms):
        length_s = end_s - start_s
        span = f"{format_duration(round(start_s * NS_PER_S))}-{format_duration(round(end_s * NS_PER_S))}"
        if draw(st.booleans()):
            shape = draw(shapes(length_s, top))
            windows.append(f"{span}:{shape.text}")
            integral += shape.area(length_s)
            covered_s += length_s
            continue
        every_ms = draw(st.integers(max(1, round(length_s * 100)), 20_000))
        for_ms = draw(st.integers(1, every_ms))
        shape = draw(shapes(for_ms / 1000, top))
        windows.append(f"{span}:repeat(every={every_ms}ms,for={for_ms}ms):{shape.text}")
        for turn_ms in range(0, round(length_s * 1000), every_ms):
            turn_s = min(for_ms / 1000, length_s - turn_ms / 1000)
            integral += shape.area(turn_s)
            covered_s += turn_s
    integral += BASE_RATE * (duration_s - covered_s)
    return Case(",".join(windows), round(duration_s * NS_PER_S), integral)


def _windows(edges_ms: list[int]) -> list[tuple[float, float]]:
    return [(start / 1000, end / 1000) for start, end in list(itertools.pairwise(edges_ms))[::2]]
