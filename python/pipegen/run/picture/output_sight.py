"""One output at one moment, as the run sees it: what is known about it, what was read, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipegen.hotpath import HistogramSnapshot, InputArrivals, TableCounts, Totals
from pipegen.project import OutputFacts
from pipegen.quality import OutputQuality
from pipegen.run.read.header import WITHOUT_HEADER, WITHOUT_TRACE, comes_unknown
from pipegen.snapshot import TIMED_AGAIN


@dataclass(frozen=True, slots=True)
class PathSight:
    """What came out of one input's records, if headers tell the inputs of an output apart.

    Attributes:
        expected: Records expected to come out if each input record produces one.
        arrivals: What arrived.
    """

    expected: int
    arrivals: InputArrivals


@dataclass(frozen=True, slots=True)
class OutputSight:
    """One output at one moment.

    Attributes:
        facts: What is known about it in advance.
        topic: Its topic in this run.
        expected: Records expected to come out if each input record produces one.
        totals: What was read from it.
        end_to_end: Its latencies.
        drained: Whether all that can come out has come out.
        drain: What its drain waits for, or how it ended.
        quality: The results of checking its records.
        lag: Records in its topic that its reader has not read; None where the topic's end is not known.
        held: Why missing records may still wait in Flink; None if none do.
        failure: Why a job that feeds it is in trouble; None while none is.
        by_input: What arrived from each input, if there are several.
        interval: Its latencies since the previous snapshot.
        table: What happened to the table that it stands for; None where its records are not read as rows.
    """

    facts: OutputFacts
    topic: str
    expected: int
    totals: Totals
    end_to_end: HistogramSnapshot
    drained: bool
    drain: str | None
    quality: OutputQuality
    lag: int | None = None
    held: str | None = None
    failure: str | None = None
    by_input: Mapping[str, PathSight] = field(default_factory=dict)
    interval: HistogramSnapshot = field(default_factory=HistogramSnapshot.empty)
    table: TableCounts | None = None

    @property
    def bound_reason(self) -> str | None:
        """Why its latency is only an upper bound; None if it is exact."""
        if self.traced_by is None:
            return None
        return self.facts.bound or (TIMED_AGAIN if self.traced_by == "timestamp" else None)

    @property
    def unknown(self) -> bool:
        """Whether records come out without the header or the trace that the SQL promises."""
        return comes_unknown(self.facts.latency_source, self.totals)

    @property
    def traced_by(self) -> str | None:
        """What its records are timed by; None where they cannot be."""
        return None if self.unknown else self.facts.traced_by

    @property
    def _why_unknown(self) -> str:
        columns = [path.trace.column for path in self.facts.counted if path.trace is not None]
        return WITHOUT_TRACE.format(columns=" and ".join(dict.fromkeys(columns))) if columns else WITHOUT_HEADER

    @property
    def traced_reason(self) -> str:
        """Why they are timed so, or cannot be."""
        if self.unknown:
            return f"end-to-end latency is not measurable: {self._why_unknown}"
        return self.facts.latency_reason

    @property
    def uncounted(self) -> str | None:
        """Why it is unknown which records came out; None if it is known."""
        facts = self.facts
        if facts.shape != "one_to_one":
            return f"an output of shape {facts.shape} does not produce one record per input record"
        if not facts.recognised:
            no_header = "the SQL carries neither" if facts.latency_source else facts.latency_reason
            return f"records can be recognised only by their header or a trace: {no_header}"
        return (
            f"records can be recognised only by their header or a trace: {self._why_unknown}" if self.unknown else None
        )

    @property
    def repeats(self) -> bool:
        """Whether it is known how many of its records are rows that are written again."""
        return self.facts.latency_source == "trace" and self.facts.shape == "aggregate"

    @property
    def missing(self) -> int:
        """Records that have not come out, of an output whose records can be told apart."""
        return max(0, self.expected - self.totals.distinct)
