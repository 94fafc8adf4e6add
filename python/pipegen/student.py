"""Student's t: how far a mean may be off, in standard errors, with 95 % confidence."""

from __future__ import annotations

import math
from typing import Final

# Two-sided 95 % points by degrees of freedom; beyond the last one a curve that ends at the normal distribution's.
_T95: Final = (12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


def t95(free: float) -> float:
    """The two-sided 95 % point for these degrees of freedom, rounded down; fewer than one count as one."""
    index = max(1, math.floor(free))
    return _T95[index - 1] if index <= len(_T95) else 1.96 + 2.5 / free
