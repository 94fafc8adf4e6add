"""Decides when a pipeline is drained. Pure: time is an argument.

What can be known depends on the pipeline's shape: a number of records to wait for, or else a source with nothing
pending and an output that has been quiet for a while.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pipegen.hotpath import Totals

_QUIET_S: Final = 3.0
_LAST_LOOK_S: Final = 1.0

DrainEnd = Literal["complete", "quiet"]


def expected_to_come_out(totals: Totals) -> int:
    """Records that a one-to-one pipeline brings out: the acknowledged ones less those nobody can read."""
    return totals.delivered - totals.excluded_delivered


@dataclass(frozen=True, slots=True)
class DrainSight:
    """The pipeline at one moment of the drain.

    Attributes:
        arrived: Distinct output records consumed so far (all of them where records are not recognised).
        pending: Records that Flink's source has not read; None when Flink does not say.
        lag: Output records that our consumer has not read; None when not known.
        checkpoint_interval_s: Checkpoint interval of the job: output of an exactly-once sink comes in such bursts.
    """

    arrived: int
    pending: int | None
    lag: int | None
    checkpoint_interval_s: float | None


class Drain:
    """Follows the drain of one run.

    Args:
        expected: Records to wait for; None where nobody can know.
        exactly_once: Whether output appears only at checkpoints.
    """

    def __init__(self, *, expected: int | None, exactly_once: bool) -> None:
        self._expected = expected
        self._exactly_once = exactly_once
        self._arrived = -1
        self._quiet_since_s = 0.0
        self._complete_since_s: float | None = None

    def see(self, sight: DrainSight, *, now_s: float) -> DrainEnd | None:
        """Takes a look; returns how the drain ended, or None while it goes on."""
        if sight.arrived != self._arrived:
            self._arrived = sight.arrived
            self._quiet_since_s = now_s
        if self._expected is not None:
            if sight.arrived < self._expected:
                return None
            # A moment more: what comes out twice would otherwise never be seen.
            if self._complete_since_s is None:
                self._complete_since_s = now_s
            return "complete" if now_s - self._complete_since_s >= _LAST_LOOK_S else None
        nothing_pending = sight.pending == 0 and sight.lag in {0, None}
        if nothing_pending and now_s - self._quiet_since_s >= self._quiet_s(sight):
            return "quiet"
        return None

    def _quiet_s(self, sight: DrainSight) -> float:
        if self._exactly_once and sight.checkpoint_interval_s is not None:
            return max(_QUIET_S, 2 * sight.checkpoint_interval_s)
        return _QUIET_S
