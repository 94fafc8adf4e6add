"""Each input of a run on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.hotpath import HistogramSnapshot, Totals
from pipegen.project import InputFacts
from pipegen.run.picture.reading import NO_INTERVAL
from pipegen.snapshot import Explained, InputState
from pipegen.snapshot.percentiles import percentiles


@dataclass(frozen=True, slots=True)
class InputSight:
    """One input at one moment.

    Attributes:
        facts: What is known of it beforehand.
        topic: Its topic in this run.
        planned_total: Records of its plan.
        due_total: Those that are due by now; None before the load.
        totals: What was sent to it.
        loaded: Records that it was loaded with before; None where it is not loaded.
        generator_delay: How late its records were sent.
        ack: How late they were acknowledged.
    """

    facts: InputFacts
    topic: str
    planned_total: int
    due_total: int | None
    totals: Totals
    loaded: int | None
    generator_delay: HistogramSnapshot
    ack: HistogramSnapshot


def input_states(
    sights: Sequence[InputSight], *, before: Mapping[str, int], seconds: float | None
) -> list[Explained[InputState]]:
    """The inputs as the contract shows them.

    Args:
        sights: The inputs.
        before: Records acknowledged at the snapshot before, by input.
        seconds: Time since then; None at the first snapshot.
    """
    return [Explained.known(_state(each, before, seconds), _WHY) for each in sights]


_WHY: Final = {
    "rate": NO_INTERVAL,
    "due_total": "the load has not started yet",
    "loaded_total": "it is not preloaded",
}


def _state(sight: InputSight, before: Mapping[str, int], seconds: float | None) -> InputState:
    delivered, name = sight.totals.delivered, sight.facts.name
    return InputState(
        name=name,
        topic=sight.topic,
        format=sight.facts.format,
        follows=_follows(sight.facts),
        planned_total=sight.planned_total,
        due_total=sight.due_total,
        loaded_total=sight.loaded,
        total=delivered,
        rate=None if not seconds else round((delivered - before.get(name, 0)) / seconds, 3),
        errors=sight.totals.failed,
        generator_delay=percentiles(sight.generator_delay),
        ack=percentiles(sight.ack),
    )


def _follows(facts: InputFacts) -> str | None:
    follow = facts.record.follow if facts.record is not None else None
    return follow.input if follow is not None else None
