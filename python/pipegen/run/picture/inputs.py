"""Each input of a run on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipegen.hotpath import Totals
from pipegen.project import InputFacts
from pipegen.snapshot import InputState


@dataclass(frozen=True, slots=True)
class InputSight:
    """One input at one moment.

    Attributes:
        facts: What is known of it beforehand.
        topic: Its topic in this run.
        planned_total: Records of its plan.
        totals: What was sent to it.
        loaded: Records that it was loaded with before; None where it is not loaded.
    """

    facts: InputFacts
    topic: str
    planned_total: int
    totals: Totals
    loaded: int | None


def input_states(sights: Sequence[InputSight], *, before: Mapping[str, int], seconds: float | None) -> list[InputState]:
    """The inputs as the contract shows them.

    Args:
        sights: The inputs.
        before: Records acknowledged at the snapshot before, by input.
        seconds: Time since then; None at the first snapshot.
    """
    return [
        InputState(
            name=each.facts.name,
            topic=each.topic,
            format=each.facts.format,
            follows=_follows(each.facts),
            planned_total=each.planned_total,
            loaded_total=each.loaded,
            total=each.totals.delivered,
            rate=None if not seconds else round((each.totals.delivered - before.get(each.facts.name, 0)) / seconds, 3),
            errors=each.totals.failed,
        )
        for each in sights
    ]


def _follows(facts: InputFacts) -> str | None:
    follow = facts.record.follow if facts.record is not None else None
    return follow.input if follow is not None else None
