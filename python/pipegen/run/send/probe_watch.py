"""Decides what it means that a probe does not come out. Pure: time is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

_QUIET_S: Final = 3.0

ProbeEnd = Literal["arrived", "without_header", "held"]
"""``held``: the job has read the probe, and nothing came out, as where rows wait for a watermark."""


@dataclass(frozen=True, slots=True)
class ProbeSight:
    """The pipeline at one moment after a probe was sent.

    Attributes:
        arrived: Probes that came out and were recognised.
        without_header: Records that came out without PipeGen's header.
        read: Whether the job runs and its source has read a probe and has nothing left to read.
        checkpoint_interval_s: How often the output of an exactly-once sink appears; None for any other sink.
    """

    arrived: int
    without_header: int
    read: bool
    checkpoint_interval_s: float | None = None


class ProbeWatch:
    """Follows the probes of one run.

    Args:
        longest_s: Longest patience with a probe that was read.
    """

    def __init__(self, *, longest_s: float) -> None:
        self._longest_s = longest_s
        self._read_since_s: float | None = None

    def see(self, sight: ProbeSight, *, now_s: float) -> ProbeEnd | None:
        """Takes a look; returns how the wait ended, or None while it goes on."""
        if sight.arrived:
            return "arrived"
        if not sight.read:
            self._read_since_s = None
            return None
        if self._read_since_s is None:
            self._read_since_s = now_s
        patience_s = min(self._longest_s, max(_QUIET_S, 2 * (sight.checkpoint_interval_s or 0)))
        if now_s - self._read_since_s < patience_s:
            return None
        return "without_header" if sight.without_header else "held"
