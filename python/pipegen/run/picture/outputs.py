"""Each output of a run on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.run.picture.output_sight import OutputSight
from pipegen.run.picture.paths import NOT_DRAINED, path_states
from pipegen.run.picture.reading import NO_INTERVAL
from pipegen.run.picture.table import table_state
from pipegen.snapshot import Explained, OutputState
from pipegen.snapshot.percentiles import percentiles

NO_REPEATS = "known where a trace tells which records come out again, of outputs that write rows again"
NO_FOREIGN = "no field of it is a trace"
NO_END = "the end of the output topic is not known yet"


def output_states(
    sights: Sequence[OutputSight], *, before: Mapping[str, int], seconds: float | None
) -> list[Explained[OutputState]]:
    """The outputs as the contract shows them.

    Args:
        sights: The outputs.
        before: Records consumed at the previous snapshot, by output and by path.
        seconds: Time since then; None at the first snapshot.
    """
    return [_state(each, before, seconds) for each in sights]


def _state(sight: OutputSight, before: Mapping[str, int], seconds: float | None) -> Explained[OutputState]:
    facts, totals = sight.facts, sight.totals
    why = sight.uncounted
    counted = why is None
    if counted and not sight.drained:
        why = sight.held or NOT_DRAINED
    table, table_reasons = table_state(
        facts.table, sight.table, untimed=sight.traced_reason if sight.traced_by is None else None
    )
    section = OutputState(
        name=facts.name,
        topic=sight.topic,
        format=facts.format,
        shape=facts.shape,
        joined=facts.joint,
        shape_reason=facts.shape_reason or None,
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
        end_to_end_interval=None if sight.traced_by is None else percentiles(sight.interval),
        bound=None if sight.bound_reason is None else "upper",
        bound_reason=sight.bound_reason,
        traced_reason=sight.traced_reason,
        table=table,
        repeated_total=totals.repeated if sight.repeats else None,
        repeated_rate=_rate(totals.repeated, before.get(repeats_key(facts.name)), seconds) if sight.repeats else None,
        foreign_total=totals.foreign if facts.latency_source == "trace" else None,
        drain=sight.drain,
        failure=sight.failure,
    )
    section = section.model_copy(update={"paths": path_states(sight, section, before, seconds)})
    reasons = {
        **table_reasons,
        "rate": NO_INTERVAL,
        "lag": NO_END,
        "end_to_end": sight.traced_reason,
        "end_to_end_interval": sight.traced_reason,
        "repeated_total": NO_REPEATS,
        "repeated_rate": NO_INTERVAL if sight.repeats else NO_REPEATS,
        "foreign_total": NO_FOREIGN,
        "completeness_ratio": sight.quality.completeness_reason,
    }
    if why is not None:
        reasons |= {"lost": why, "duplicated": why}
    return Explained.known(section, reasons)


def repeats_key(output: str) -> str:
    """The key under which an output's rows that were written again are kept from one snapshot to the next."""
    return f"{output}\0\0repeated"


def _rate(total: int, before: int | None, seconds: float | None) -> float | None:
    return None if not seconds else round((total - (before or 0)) / seconds, 3)
