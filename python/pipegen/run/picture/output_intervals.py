"""The latencies of each output since the previous snapshot, also as histograms for recordings and percentiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipegen.hotpath import HistogramSnapshot
from pipegen.run.picture.output_sight import OutputSight
from pipegen.snapshot.stages import output_stage


class OutputIntervals:
    """Keeps the previous latencies of each output, to compute differences."""

    def __init__(self) -> None:
        self._before: dict[str, HistogramSnapshot] = {}
        self._intervals: dict[str, HistogramSnapshot] = {}

    def take(self, sights: Sequence[OutputSight]) -> list[OutputSight]:
        """The outputs with their new latencies."""
        return [self._with_interval(each) for each in sights]

    def hdr(self) -> dict[str, str]:
        """The new latencies of the last :meth:`take`, as HdrHistogram V2; a single output uses those of the run."""
        if len(self._before) < 2:
            return {}
        return {output_stage(name): each.to_hdr_base64() for name, each in self._intervals.items() if each.count}

    def _with_interval(self, sight: OutputSight) -> OutputSight:
        name = sight.facts.name
        interval = sight.end_to_end.since(self._before.get(name, HistogramSnapshot.empty()))
        self._before[name] = sight.end_to_end
        # An output that is not traced has no latencies.
        self._intervals[name] = interval if sight.traced_by is not None else HistogramSnapshot.empty()
        return replace(sight, interval=interval)
