"""How sure a difference is: confidence intervals of 95 % from repeated runs, or from the stretches of single ones.

With several runs a side each run is one sample (Welch's t interval of the logarithms, so that it is one of ratios).
With one a side its stretches are drawn again and again (a block bootstrap, the same draws for the same data): that
knows the noise within the runs, and not that between them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, variance
from typing import Final, TypeVar

from pipegen.student import t95

_DRAWS: Final = 200
_FEWEST_BLOCKS: Final = 5

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Interval:
    """A relative change and its confidence interval; 0.1 is 10 % more."""

    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        """Whether there may be no change at all."""
        return self.low <= 0.0 <= self.high


def interval_of_repeats(before: Sequence[float], after: Sequence[float]) -> Interval | None:
    """The interval of the change between repeated runs; None with fewer than two a side, or values of 0."""
    if min(len(before), len(after)) < 2 or min(*before, *after) <= 0:
        return None
    one, other = [math.log(value) for value in before], [math.log(value) for value in after]
    change = fmean(other) - fmean(one)
    parts = (variance(one) / len(one), variance(other) / len(other))
    error = math.sqrt(sum(parts))
    if error == 0:
        return Interval(math.expm1(change), math.expm1(change))
    free = sum(parts) ** 2 / sum(
        part**2 / (count - 1) for part, count in zip(parts, (len(one), len(other)), strict=True) if part
    )
    reach = t95(free) * error
    return Interval(math.expm1(change - reach), math.expm1(change + reach))


def redraw(blocks: Sequence[T], figure: Callable[[Sequence[T]], R]) -> list[R]:
    """A figure of the stretches drawn with replacement, again and again; empty with too few of them."""
    if len(blocks) < _FEWEST_BLOCKS:
        return []
    draw = random.Random(0)  # noqa: S311 -- the same data give the same interval
    return [figure(draw.choices(blocks, k=len(blocks))) for _ in range(_DRAWS)]


def interval_of_draws(before: Sequence[float | None], after: Sequence[float | None]) -> Interval | None:
    """The interval of the change between two runs, from draws of each; None with too few."""
    # The draws of both begin alike: turned round, they are independent.
    pairs = zip(before, reversed(after), strict=False)
    changes = sorted(other / one - 1 for one, other in pairs if one and other is not None)
    if len(changes) < _DRAWS / 2:
        return None
    return Interval(changes[round(0.025 * (len(changes) - 1))], changes[round(0.975 * (len(changes) - 1))])
