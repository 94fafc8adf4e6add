"""Every limit beyond which a figure is amber or red: for the page, the report and the headline. Judges figures alone.

The page gets the same numbers from ``web/model/rules.js``, written by ``tools/write_contract.py``. What makes a run
invalid is a setting (``validity``), and no part of this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pipegen.snapshot.health import Health


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a figure begins to be amber, and where red; at the limit itself it is not yet."""

    amber_above: float
    red_above: float = math.inf

    def judge(self, figure: float | None) -> Health:
        """The state of a figure."""
        if figure is None:
            return "unknown"
        if figure > self.red_above:
            return "error"
        return "warning" if figure > self.amber_above else "ok"


LATE_MS: Final = 10
"""A record counts as late from here on: ``late_threshold_ns`` of the core's pacer."""
GENERATOR_DELAY_MS: Final = Limit(LATE_MS, 10 * LATE_MS)
"""The p99 of sent minus due."""
RATE_DEVIATION: Final = Limit(0.02, 0.1)
"""How far off the plan, either way; 0.01 is one percent."""
ERROR_RATE: Final = Limit(0, 0.01)
MACHINE_BUSY: Final = Limit(0.9)
"""Share of all cores."""
BACKPRESSURE: Final = Limit(0.10, 0.50)
"""Share of time, of the vertex that is held back most. The limits of Flink's own page: ok, low, high."""
VERTEX_BUSY: Final = Limit(0.8)
"""Share of time, of a vertex's busiest subtask."""
JOB_BUSY_RATIO: Final = 0.9
"""So busy that the headline says it of a job that still keeps up; a single vertex is amber before."""
LAG_S: Final = Limit(5)
"""How far the pipeline is behind before the headline says so. The page shows a lag without a state."""


def loss_health(lost: int | None, duplicated: int | None, *, over: bool) -> Health:
    """The state of lost and duplicated records.

    Args:
        lost: Known once the pipeline is drained.
        duplicated: Known all the time, where records can be followed.
        over: Whether the run is over: a loss that is still not known then, is not known for good.
    """
    if lost:
        return "error"
    if duplicated:
        return "warning"
    return "unknown" if lost is None and (over or duplicated is None) else "ok"
