"""Histograms of the hot path as the contract shows them. Percentiles come from histograms, never from averages."""

from __future__ import annotations

from typing import Literal, Protocol

from pipegen.hotpath import HistogramSnapshot
from pipegen.snapshot import Latency, LatencyStage, Percentiles

_Stage = Literal["generator_delay", "ack", "end_to_end"]
_Twin = Literal["ack_uncorrected", "end_to_end_uncorrected"]
LatencyName = Literal["generator_delay", "ack", "ack_uncorrected", "end_to_end", "end_to_end_uncorrected"]
_UNCORRECTED: dict[_Stage, _Twin] = {"ack": "ack_uncorrected", "end_to_end": "end_to_end_uncorrected"}


class _Histograms(Protocol):
    def histogram(self, name: LatencyName) -> HistogramSnapshot: ...


class LatencyReader:
    """Reads the meters' histograms once a period and keeps the last ones to difference from."""

    def __init__(self, meters: _Histograms) -> None:
        self._meters = meters
        self._before: dict[str, HistogramSnapshot] = {}
        self._intervals: dict[str, HistogramSnapshot] = {}

    def read(self, *, end_to_end_measurable: bool) -> Latency:
        """The latencies now; ``end_to_end`` is null when the SQL carries no due time."""
        return Latency(
            generator_delay=self._stage("generator_delay"),
            ack=self._stage("ack"),
            end_to_end=self._stage("end_to_end") if end_to_end_measurable else None,
        )

    def intervals_hdr(self) -> dict[str, str]:
        """What the last :meth:`read` found new, as HdrHistogram V2; stages without values are left out."""
        return {name: interval.to_hdr_base64() for name, interval in self._intervals.items() if interval.count}

    def _stage(self, name: _Stage) -> LatencyStage:
        interval, total = self._read(name)
        twin = _UNCORRECTED.get(name)
        twin_interval, twin_total = self._read(twin) if twin else (None, None)
        return LatencyStage(
            interval=percentiles(interval),
            total=percentiles(total),
            uncorrected_interval=percentiles(twin_interval) if twin_interval else None,
            uncorrected_total=percentiles(twin_total) if twin_total else None,
            negative_count=total.negative_count,
        )

    def _read(self, name: _Stage | _Twin) -> tuple[HistogramSnapshot, HistogramSnapshot]:
        """What was added since the last read, and everything."""
        total = self._meters.histogram(name)
        interval = total.since(self._before.get(name, HistogramSnapshot.empty()))
        self._before[name] = total
        self._intervals[name] = interval
        return interval, total


def percentiles(histogram: HistogramSnapshot) -> Percentiles:
    """The contract's percentiles of a histogram in microseconds."""
    lowest_us = histogram.min_us
    if histogram.negative_count and histogram.min_negative_us is not None:
        lowest_us = histogram.min_negative_us
    return Percentiles(
        count=histogram.count,
        p50_ms=_ms(histogram.percentile_us(50)),
        p95_ms=_ms(histogram.percentile_us(95)),
        p99_ms=_ms(histogram.percentile_us(99)),
        p999_ms=_ms(histogram.percentile_us(99.9)),
        min_ms=_ms(lowest_us) if histogram.count else None,
        mean_ms=_ms(histogram.mean_us),
        max_ms=_ms(histogram.max_us),
    )


def _ms(latency_us: float | None) -> float | None:
    return None if latency_us is None else round(latency_us / 1000, 3)
