"""Histograms of the hot path as the contract shows them. Percentiles come from histograms, never from averages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from pipegen.hotpath import HistogramSnapshot
from pipegen.snapshot import Explained, Latency, LatencyPart, LatencyStage
from pipegen.snapshot.percentiles import percentiles
from pipegen.snapshot.stages import STAGES, StageName

_UNCORRECTED: Final = {stage.field: stage.name for stage in STAGES if stage.is_uncorrected}


@dataclass(frozen=True, slots=True)
class LatencyGaps:
    """Why latencies cannot be measured; None for those that can.

    Attributes:
        end_to_end: Why the due time of a record that comes out is not known.
        sent: Why its actual send time is not known.
        append: Why the time at which the broker appended it to the output is not known.
    """

    end_to_end: str | None = None
    sent: str | None = None
    append: str | None = None


class _Histograms(Protocol):
    def histogram(self, name: StageName) -> HistogramSnapshot: ...


class LatencyReader:
    """Reads the meters' histograms once a period and keeps the last ones to difference from."""

    def __init__(self, meters: _Histograms) -> None:
        self._meters = meters
        self._before: dict[str, HistogramSnapshot] = {}
        self._intervals: dict[str, HistogramSnapshot] = {}

    def read(
        self, gaps: LatencyGaps, *, upper_bound: str | None = None, exactly_once: bool = False
    ) -> Explained[Latency]:
        """The latencies now.

        Args:
            gaps: What cannot be measured.
            upper_bound: Why the end-to-end latency is only an upper bound; None where it is none.
            exactly_once: Whether the output can be read at checkpoints only.
        """
        end_to_end = self._stage("end_to_end") if gaps.end_to_end is None else None
        if end_to_end is not None and gaps.sent is not None:
            end_to_end = end_to_end.model_copy(update={"uncorrected_interval": None, "uncorrected_total": None})
        if end_to_end is not None and upper_bound is not None:
            end_to_end = end_to_end.model_copy(update={"bound": "upper", "bound_reason": upper_bound})
        section = Latency(
            generator_delay=self._stage("generator_delay"),
            ack=self._stage("ack"),
            end_to_end=end_to_end,
            append=self._part("append") if gaps.append is None else None,
            output_wait=self._part("output_wait") if gaps.append is None else None,
            exactly_once=exactly_once,
        )
        return Explained.known(section, _reasons(gaps))

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


def _reasons(gaps: LatencyGaps) -> dict[str, str]:
    why = {"generator_delay": "the generator delay is the correction itself"}
    # Of an end-to-end latency that is measured only the uncorrected twins can be null.
    if end_to_end := gaps.end_to_end or gaps.sent:
        why["end_to_end"] = end_to_end
    if gaps.append is not None:
        why |= {"append": gaps.append, "output_wait": gaps.append}
    return why
