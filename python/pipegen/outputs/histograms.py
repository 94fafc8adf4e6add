"""The latencies of the last minutes as histograms, and of the whole run: for any percentile, and to merge pipelines.

Percentiles come from merged histograms alone. Bounded: ten minutes of intervals, one total a stage. Lives on the loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.bus import HistogramsTaken
from pipegen.hotpath import HistogramSnapshot
from pipegen.snapshot.percentiles import percentile_ms

INTERVALS: Final = 600


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval: the whole second at which it ended, and its histograms as HdrHistogram V2 in base64."""

    end_s: int
    stages: Mapping[str, str]


class HistogramLog:
    """Collects the histograms of one run at a time: a new run id starts it anew."""

    def __init__(self, *, intervals: int = INTERVALS) -> None:
        self.run_id: str | None = None
        self._intervals: deque[Interval] = deque(maxlen=intervals)
        self._totals: dict[str, HistogramSnapshot] = {}

    def add(self, taken: HistogramsTaken) -> None:
        """Appends an interval; several that end within one second become one."""
        if taken.run_id != self.run_id:
            self.run_id = taken.run_id
            self._intervals.clear()
            self._totals.clear()
        for stage, text in taken.stages.items():
            self._totals[stage] = _read(text).merge(self._totals.get(stage, HistogramSnapshot.empty()))
        end_s = taken.end_ms // 1000
        if self._intervals and self._intervals[-1].end_s == end_s:
            self._intervals.append(Interval(end_s, _merged(self._intervals.pop().stages, taken.stages)))
        else:
            self._intervals.append(Interval(end_s, dict(taken.stages)))

    def since(self, end_s: int) -> list[Interval]:
        """The intervals that ended later."""
        return [interval for interval in self._intervals if interval.end_s > end_s]

    def totals(self) -> dict[str, str]:
        """Each stage over the whole run."""
        return {stage: histogram.to_hdr_base64() for stage, histogram in self._totals.items()}

    def percentiles_ms(self, stage: str, percentiles: Sequence[float], since_s: int) -> list[list[float | None]]:
        """Rows of the end of an interval in ms and its percentiles, for intervals that ended later than ``since_s``."""
        rows: list[list[float | None]] = []
        for interval in self.since(since_s):
            text = interval.stages.get(stage)
            histogram = HistogramSnapshot.empty() if text is None else _read(text)
            rows.append(
                [interval.end_s * 1000.0, *(percentile_ms(histogram, percentile) for percentile in percentiles)]
            )
        return rows

    def total_percentiles_ms(self, stage: str, percentiles: Sequence[float]) -> list[float | None]:
        """The percentiles over the whole run."""
        histogram = self._totals.get(stage, HistogramSnapshot.empty())
        return [percentile_ms(histogram, percentile) for percentile in percentiles]


def _read(text: str) -> HistogramSnapshot:
    return HistogramSnapshot.from_hdr_base64(text)


def _merged(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    merged = dict(one)
    for stage, text in other.items():
        known = merged.get(stage)
        merged[stage] = text if known is None else _read(known).merge(_read(text)).to_hdr_base64()
    return merged
