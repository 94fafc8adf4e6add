"""Each output of a run on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.run.picture.output_sight import OutputSight
from pipegen.run.picture.paths import NOT_DRAINED, path_states
from pipegen.run.picture.reading import NO_INTERVAL
from pipegen.run.picture.table import table_state
from pipegen.snapshot import Explained, OutputState
from pipegen.snapshot.percentiles import percentiles

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
        "completeness_ratio": sight.quality.completeness_reason,
    }
    if why is not None:
        reasons |= {"lost": why, "duplicated": why}
    return Explained.known(section, reasons)
