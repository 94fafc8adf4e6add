"""Histograms of the hot path as the contract shows them. Percentiles come from histograms, never from averages."""

from __future__ import annotations

from typing import Final, Protocol

from pipegen.hotpath import HistogramSnapshot
from pipegen.snapshot import Latency, LatencyPart, LatencyStage
from pipegen.snapshot.percentiles import percentiles
from pipegen.snapshot.stages import STAGES, StageName

_UNCORRECTED: Final = {stage.field: stage.name for stage in STAGES if stage.is_uncorrected}


class _Histograms(Protocol):
    def histogram(self, name: StageName) -> HistogramSnapshot: ...


class LatencyReader:
    """Reads the meters' histograms once a period and keeps the last ones to difference from."""

    def __init__(self, meters: _Histograms) -> None:
        self._meters = meters
        self._before: dict[str, HistogramSnapshot] = {}
        self._intervals: dict[str, HistogramSnapshot] = {}

    def read(
        self,
        *,
        end_to_end_measurable: bool,
        sent_known: bool = True,
        append_known: bool = False,
        exactly_once: bool = False,
    ) -> Latency:
        """The latencies now.

        Args:
            end_to_end_measurable: Whether the SQL carries a due time; ``end_to_end`` is null otherwise.
            sent_known: Whether the actual send time of what comes out is known here; its uncorrected twin is null
                otherwise.
            append_known: Whether the broker says when it appended a record to the output.
            exactly_once: Whether the output can be read at checkpoints only.
        """
        end_to_end = self._stage("end_to_end") if end_to_end_measurable else None
        if end_to_end is not None and not sent_known:
            end_to_end = end_to_end.model_copy(update={"uncorrected_interval": None, "uncorrected_total": None})
        return Latency(
            generator_delay=self._stage("generator_delay"),
            ack=self._stage("ack"),
            end_to_end=end_to_end,
            append=self._part("append") if append_known else None,
            output_wait=self._part("output_wait") if append_known else None,
            exactly_once=exactly_once,
        )

    def totals(self) -> dict[str, HistogramSnapshot]:
        """Everything since the start of the load, as of the last :meth:`read`."""
        return dict(self._before)

    def intervals_hdr(self) -> dict[str, str]:
        """What the last :meth:`read` found new, as HdrHistogram V2; stages without values are left out."""
        return {name: interval.to_hdr_base64() for name, interval in self._intervals.items() if interval.count}

    def _stage(self, name: StageName) -> LatencyStage:
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

    def _part(self, name: StageName) -> LatencyPart:
        interval, total = self._read(name)
        return LatencyPart(
            interval=percentiles(interval), total=percentiles(total), negative_count=total.negative_count
        )

    def _read(self, name: StageName) -> tuple[HistogramSnapshot, HistogramSnapshot]:
        """What was added since the last read, and everything."""
        total = self._meters.histogram(name)
        interval = total.since(self._before.get(name, HistogramSnapshot.empty()))
        self._before[name] = total
        self._intervals[name] = interval
        return interval, total
