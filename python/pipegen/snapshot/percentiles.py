"""From a histogram in microseconds to the contract's milliseconds: the one place that converts and rounds. Pure."""

from __future__ import annotations

from typing import Protocol

from pipegen.snapshot.latency import Percentiles


class _Histogram(Protocol):
    """What is read of :class:`pipegen.hotpath.HistogramSnapshot`, which the contract does not know."""

    @property
    def count(self) -> int: ...
    @property
    def negative_count(self) -> int: ...
    @property
    def min_negative_us(self) -> int | None: ...
    @property
    def min_us(self) -> int | None: ...
    @property
    def max_us(self) -> int | None: ...
    @property
    def mean_us(self) -> float | None: ...
    def percentile_us(self, percentile: float) -> int | None: ...


def percentiles(histogram: _Histogram) -> Percentiles:
    """The contract's figures of a distribution."""
    lowest_us = histogram.min_us
    if histogram.negative_count and histogram.min_negative_us is not None:
        lowest_us = histogram.min_negative_us
    return Percentiles(
        count=histogram.count,
        p50_ms=percentile_ms(histogram, 50),
        p95_ms=percentile_ms(histogram, 95),
        p99_ms=percentile_ms(histogram, 99),
        p999_ms=percentile_ms(histogram, 99.9),
        min_ms=_ms(lowest_us) if histogram.count or histogram.negative_count else None,
        mean_ms=_ms(histogram.mean_us),
        max_ms=_ms(histogram.max_us),
    )


def percentile_ms(histogram: _Histogram, percentile: float) -> float | None:
    """Any percentile, from 0 to 100; None without values."""
    return _ms(histogram.percentile_us(percentile))


def _ms(latency_us: float | None) -> float | None:
    # A microsecond is the finest that is measured.
    return None if latency_us is None else round(latency_us / 1000, 3)
