"""Each output of a run on its own, and each way from an input to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipegen.hotpath import HistogramSnapshot, Totals
from pipegen.project import OutputFacts, PathFacts
from pipegen.quality import OutputQuality
from pipegen.run.picture.reading import NO_INTERVAL
from pipegen.run.read.header import WITHOUT_HEADER, comes_without_header
from pipegen.snapshot import Explained, OutputPath, OutputState
from pipegen.snapshot.outputs import TracedBy
from pipegen.snapshot.percentiles import percentiles

NOT_DRAINED = "known once the output is drained"
NO_END = "the end of the output topic is not known yet"


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
        quality: What came of checking its records.
        lag: Records in its topic that its reader has not read; None where the topic's end is not known.
        held: Why what is missing may still wait in Flink; None where nothing does.
        failure: Why a job that feeds it is in trouble; None while none is.
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

    @property
    def without_header(self) -> bool:
        """Whether records come out without the header that the SQL promises."""
        return comes_without_header(self.facts.latency_source, self.totals)

    @property
    def traced_by(self) -> TracedBy | None:
        """What its records are timed by; None where they cannot be."""
        return None if self.without_header else self.facts.latency_source

    @property
    def traced_reason(self) -> str:
        """Why they are timed so, or cannot be."""
        if self.without_header:
            return f"end-to-end latency is not measurable: {WITHOUT_HEADER}"
        return self.facts.latency_reason

    @property
    def uncounted(self) -> str | None:
        """Why nobody can tell which records came out; None where that can be told."""
        facts = self.facts
        if facts.shape != "one_to_one":
            return f"an output of shape {facts.shape} does not bring out one record for each that goes in"
        if facts.latency_source != "header":
            no_header = "the SQL does not carry it" if facts.latency_source else facts.latency_reason
            return f"records are only recognised by their header: {no_header}"
        return f"records are only recognised by their header: {WITHOUT_HEADER}" if self.without_header else None

    @property
    def missing(self) -> int:
        """Records that have not come out, of an output whose records can be told apart."""
        return max(0, self.expected - self.totals.distinct)


def output_states(
    sights: Sequence[OutputSight], *, before: Mapping[str, int], seconds: float | None
) -> list[Explained[OutputState]]:
    """The outputs as the contract shows them.

    Args:
        sights: The outputs.
        before: Records consumed at the snapshot before, by output.
        seconds: Time since then; None at the first snapshot.
    """
    return [_state(each, before, seconds) for each in sights]


def _state(sight: OutputSight, before: Mapping[str, int], seconds: float | None) -> Explained[OutputState]:
    facts, totals = sight.facts, sight.totals
    why = sight.uncounted
    counted = why is None
    if counted and not sight.drained:
        why = sight.held or NOT_DRAINED
    section = OutputState(
        name=facts.name,
        topic=sight.topic,
        format=facts.format,
        shape=facts.shape,
        total=totals.consumed,
        rate=None if not seconds else round((totals.consumed - before.get(facts.name, 0)) / seconds, 3),
        lag=sight.lag,
        lost=sight.missing if counted and sight.drained else None,
        duplicated=totals.duplicated if counted else None,
        invalid_total=sight.quality.invalid,
        unchecked_total=sight.quality.unchecked,
        completeness_ratio=sight.quality.completeness_ratio,
        rules_failed=sight.quality.rules_failed,
        counts_reason=why,
        traced_by=sight.traced_by,
        end_to_end=None if sight.traced_by is None else percentiles(sight.end_to_end),
        traced_reason=sight.traced_reason,
        drain=sight.drain,
        failure=sight.failure,
    )
    section = section.model_copy(update={"paths": [_path(each, section, facts.paths) for each in facts.paths]})
    reasons = {
        "rate": NO_INTERVAL,
        "lag": NO_END,
        "end_to_end": sight.traced_reason,
        "completeness_ratio": sight.quality.completeness_reason,
    }
    if why is not None:
        reasons |= {"lost": why, "duplicated": why}
    return Explained.known(section, reasons)


def _path(path: PathFacts, output: OutputState, paths: Sequence[PathFacts]) -> OutputPath:
    """One way to an output: its figures are the output's where it is the only one, else nobody can tell them apart."""
    counts = traced = None
    if path.loaded_before:
        counts = traced = f"records of {path.input} are loaded before the load and are in no figure"
    elif others := [each.input for each in paths if each is not path and not each.loaded_before]:
        counts = f"records of {' and '.join((path.input, *others))} come out of it together and are counted together"
        traced = counts if output.end_to_end is not None else output.traced_reason
    elif path.shape not in {"one_to_one", output.shape}:
        counts = f"a way of shape {path.shape} does not bring out one record for each that goes in"
    counts = counts or output.counts_reason
    traced = traced or (output.traced_reason if output.end_to_end is None else None)
    known = None if counts == output.counts_reason else counts
    return OutputPath(
        input=path.input,
        shape=path.shape,
        traced_by=output.traced_by if traced is None else None,
        lost=output.lost if known is None else None,
        duplicated=output.duplicated if known is None else None,
        end_to_end=output.end_to_end if traced is None else None,
        reason="; ".join(dict.fromkeys(each for each in (counts, traced) if each)) or None,
    )
