"""The quality score: one product of shares that were measured, and its formula with the figures. Measures nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FORMULA: Final = "100 × valid × complete × within rules × intact"


@dataclass(frozen=True, slots=True)
class Share:
    """One factor of the score.

    Attributes:
        name: What it is the share of.
        ratio: The share; None where it was not measured, so that it is left out.
    """

    name: str
    ratio: float | None


def score_of(shares: Sequence[Share]) -> tuple[float | None, str]:
    """The score, 0 to 100 and rounded down to hundredths, with its formula; None while the first share is not known.

    Args:
        shares: The factors; the first is what all others build on: whether records are records at all.
    """
    known = [share for share in shares if share.ratio is not None]
    left_out = [share.name for share in shares if share.ratio is None]
    if shares[0].ratio is None:
        return None, f"{FORMULA}; no record was checked"
    score = 100.0
    for share in known:
        score *= share.ratio or 0.0
    # Rounded down: 100 is reserved for records without a fault. The grain is for 99.99 stored as 99.9899….
    shown = math.floor(score * 100 + 1e-9) / 100
    factors = " × ".join(f"{_down(share.ratio or 0.0)} {share.name}" for share in known)
    apart = f"; not measured: {', '.join(left_out)}" if left_out else ""
    return shown, f"{100 if shown == 100 else f'{shown:.2f}'} = 100 × {factors}{apart}"


def _down(ratio: float) -> str:
    return f"{math.floor(ratio * 10_000 + 1e-9) / 10_000:.4f}"
