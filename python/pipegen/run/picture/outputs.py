"""Each output of a run on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipegen.hotpath import HistogramSnapshot, Totals
from pipegen.project import OutputFacts
from pipegen.run.read.header import WITHOUT_HEADER, comes_without_header
from pipegen.snapshot import OutputState
from pipegen.snapshot.percentiles import percentiles


@dataclass(frozen=True, slots=True)
class OutputSight:
    """One output at one moment.

    Attributes:
        facts: What is known of it beforehand.
        topic: Its topic in this run.
        expected: Records that are to come out where each brings one out.
        totals: What was read from it.
        end_to_end: Its latencies.
        drained: Whether all that can come out has come out.
        drain: What its drain waits for, or how it ended.
    """

    facts: OutputFacts
    topic: str
    expected: int
    totals: Totals
    end_to_end: HistogramSnapshot
    drained: bool
    drain: str | None


def output_states(
    sights: Sequence[OutputSight], *, before: Mapping[str, int], seconds: float | None
) -> list[OutputState]:
    """The outputs as the contract shows them.

    Args:
        sights: The outputs.
        before: Records consumed at the snapshot before, by output.
        seconds: Time since then; None at the first snapshot.
    """
    return [_state(each, before, seconds) for each in sights]


def _state(sight: OutputSight, before: Mapping[str, int], seconds: float | None) -> OutputState:
    facts, totals = sight.facts, sight.totals
    without = comes_without_header(facts.latency_source, totals)
    traced = None if without else facts.latency_source
    why = _why_not_counted(facts, without=without)
    lost = duplicated = None
    if why is None:
        duplicated = totals.duplicated
        if sight.drained:
            lost = max(0, sight.expected - totals.distinct)
        else:
            why = "known once the output is drained"
    return OutputState(
        name=facts.name,
        topic=sight.topic,
        format=facts.format,
        shape=facts.shape,
        total=totals.consumed,
        rate=None if not seconds else round((totals.consumed - before.get(facts.name, 0)) / seconds, 3),
        lost=lost,
        duplicated=duplicated,
        counts_reason=why,
        traced_by=traced,
        end_to_end=None if traced is None else percentiles(sight.end_to_end),
        traced_reason=WITHOUT_HEADER if without else facts.latency_reason,
        drain=sight.drain,
    )


def _why_not_counted(facts: OutputFacts, *, without: bool) -> str | None:
    if facts.shape != "one_to_one":
        return f"an output of shape {facts.shape} does not bring out one record for each that goes in"
    if facts.latency_source != "header":
        return "records are only recognised by their header, and the SQL does not carry it"
    return f"records are only recognised by their header: {WITHOUT_HEADER}" if without else None
