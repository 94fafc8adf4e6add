"""Anomalies: figures that leave their usual range, found by a robust z-score. Time is an argument; measures nothing.

The usual range is median ± 6 scales over the last 60 snapshots; the scale is 1.4826 × MAD (the deviation of a normal
distribution), but never below what chance alone does to such a figure. A figure is judged from 15 snapshots on, and has
to be outside three times in a row. At each phase of the plan the history begins anew: more load is no anomaly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from pipegen.moment import iso_at
from pipegen.snapshot import Anomaly

HISTORY: Final = 60
HISTORY_MIN: Final = 15
LIMIT: Final = 6.0
IN_A_ROW: Final = 3
_SETTLING: Final = 2
_KEPT: Final = 20
_NORMAL_PER_MAD: Final = 1.4826
METHOD: Final = (
    f"robust z-score: more than {LIMIT:g} scales off the median of the last {HISTORY} snapshots of this phase "
    f"(scale 1.4826 × MAD, at least what chance does), {IN_A_ROW} times in a row, judged from {HISTORY_MIN} on"
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A figure at one moment.

    Attributes:
        figure: Its dotted path, or what is watched of a field.
        value: Its value; None where there is none, which is judged in no way.
        floor: The least that counts as one scale.
    """

    figure: str
    value: float | None
    floor: float


@dataclass(slots=True)
class _Series:
    history: deque[float] = field(default_factory=lambda: deque(maxlen=HISTORY))
    outside: list[tuple[float, float]] = field(default_factory=list)
    """Values outside and when, since the figure left its range."""
    inside: int = 0
    open: int | None = None
    """Index of the anomaly that goes on."""


class AnomalyDetector:
    """Sees every snapshot's figures and remembers what was unusual."""

    def __init__(self) -> None:
        self._series: dict[str, _Series] = {}
        self._phase: tuple[int, str] | None = None
        self._settling = 0
        self._found: list[Anomaly] = []
        self._total = 0

    @property
    def total(self) -> int:
        """Anomalies so far."""
        return self._total

    def found(self) -> list[Anomaly]:
        """The newest ones, oldest first."""
        return list(self._found)

    def see(self, figures: Sequence[Watched], *, phase: tuple[int, str] | None, at_s: float) -> None:
        """Judges the figures of one snapshot.

        Args:
            figures: The figures.
            phase: Index and name of the phase of the plan; None outside the load, when nothing is judged.
            at_s: Epoch seconds.
        """
        if phase != self._phase:
            self._phase = phase
            self._settling = _SETTLING
            self._close_all(at_s)
            self._series.clear()
        if phase is None:
            return
        if self._settling:
            # Intervals that begin before the phase does mix two rates.
            self._settling -= 1
            return
        for watched in figures:
            if watched.value is not None:
                series = self._series.setdefault(watched.figure, _Series())
                self._judge(series, watched, watched.value, phase[1], at_s)

    def _judge(self, series: _Series, watched: Watched, value: float, phase: str, at_s: float) -> None:
        if len(series.history) < HISTORY_MIN:
            series.history.append(value)
            return
        usual = median(series.history)
        scale = max(_NORMAL_PER_MAD * median(abs(each - usual) for each in series.history), watched.floor)
        deviation = (value - usual) / scale if scale > 0 else 0.0
        if abs(deviation) <= LIMIT:
            series.history.append(value)
            series.inside += 1
            if series.open is None or series.inside >= IN_A_ROW:
                self._close(series, at_s)
            return
        series.inside = 0
        series.outside.append((value, at_s))
        if len(series.outside) >= HISTORY:
            # It has been like that for as long as we look back: that is what is usual now.
            self._close(series, at_s)
            series.history.clear()
        elif len(series.outside) >= IN_A_ROW:
            self._note(series, watched.figure, usual, scale, phase)

    def _note(self, series: _Series, figure: str, usual: float, scale: float, phase: str) -> None:
        worst = max((value for value, _ in series.outside), key=lambda value: abs(value - usual))
        since_s = series.outside[0][1]
        if series.open is None:
            series.open = self._total
            self._total += 1
            self._found.append(_anomaly(figure, phase, worst, usual, scale, since_s))
            del self._found[:-_KEPT]
            return
        at = self._place(series.open)
        if at is not None and abs(worst - usual) > abs(self._found[at].value - self._found[at].usual):
            self._found[at] = _anomaly(figure, phase, worst, usual, scale, since_s)

    def _close(self, series: _Series, at_s: float) -> None:
        at = None if series.open is None else self._place(series.open)
        if at is not None:
            self._found[at] = self._found[at].model_copy(update={"until": iso_at(at_s)})
        series.open = None
        series.outside.clear()

    def _close_all(self, at_s: float) -> None:
        for series in self._series.values():
            self._close(series, at_s)

    def _place(self, number: int) -> int | None:
        """Where an anomaly stands in the list; None when it is too old to be there."""
        at = number - (self._total - len(self._found))
        return at if at >= 0 else None


def _anomaly(figure: str, phase: str, value: float, usual: float, scale: float, since_s: float) -> Anomaly:
    deviation = (value - usual) / scale
    return Anomaly(
        figure=figure,
        phase=phase,
        value=value,
        usual=usual,
        deviation=round(deviation, 2),
        since=iso_at(since_s),
        until=None,
        text=f"{figure} was {value:.4g}, usually {usual:.4g} in phase {phase}: {abs(deviation):.1f} scales "
        f"{'above' if deviation > 0 else 'below'}",
    )
