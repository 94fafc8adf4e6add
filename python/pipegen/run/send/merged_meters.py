"""The figures of several sending processes as if they were those of one: summed, and their histograms merged."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, cast

from pipegen.hotpath import HistogramSnapshot, Meters, Totals
from pipegen.run.send.worker import SEND_LATENCIES, SUMMED, SUMMED_BY_NAME, InputReport
from pipegen.snapshot.stages import StageName


class MergedMeters:
    """The meters of a run with several sending processes: theirs for what is sent, ours for what comes back.

    Args:
        own: Ours.
        reports: The newest report of each process that has made one: of one input, or of all.
    """

    def __init__(self, own: Meters, reports: Callable[[], Sequence[InputReport]]) -> None:
        self._own = own
        self._reports = reports

    def start(self, start_ns: int) -> None:
        """Starts ours, which tells by it what was due before; each process starts its own."""
        self._own.start(start_ns)

    def totals(self) -> Totals:
        """All totals now."""
        # It has every attribute of the binding's own totals, which cannot be made in Python.
        return cast("Totals", _MergedTotals(self._own.totals(), self._reports()))

    def histogram(self, name: StageName) -> HistogramSnapshot:
        """The cumulative histogram of a latency."""
        if name not in SEND_LATENCIES:
            return self._own.histogram(name)
        merged = HistogramSnapshot.empty()
        for report in self._reports():
            merged = merged.merge(HistogramSnapshot.from_hdr_base64(report.histograms[name]))
        return merged

    def sent_per_second(self) -> list[int]:
        """Records sent in each second since the start, by all processes."""
        every = [report.sent_per_second for report in self._reports()]
        return [sum(counts) for counts in itertools.zip_longest(*every, fillvalue=0)]


class _MergedTotals:
    def __init__(self, own: Totals, reports: Sequence[InputReport]) -> None:
        self._own = own
        for name in SUMMED:
            setattr(self, name, sum(report.totals[name] for report in reports))
        for name in SUMMED_BY_NAME:
            merged: dict[str, int] = {}
            for report in reports:
                for key, count in report.totals_by_name[name].items():
                    merged[key] = merged.get(key, 0) + count
            setattr(self, name, merged)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)
