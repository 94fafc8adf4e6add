"""The first events of a run that were lost, came out twice or in another order, or were sent late, each by itself."""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel

EventKind = Literal["lost", "duplicated", "out_of_order", "late"]
EVENT_KINDS: Final[tuple[EventKind, ...]] = ("lost", "duplicated", "out_of_order", "late")
MOST_EVENTS: Final = 100
"""How many events of each kind are kept."""


class RunEvent(ContractModel):
    """One event, with the record that was sent for it."""

    kind: EventKind = Field(description="What happened to it.")
    input: str = Field(description="The input that it was sent to.")
    output: str | None = Field(description="The output; null for an event that was sent late.")
    number: int | None = Field(description="Its number in the input's plan, from 0; null where that is not known.")
    key: str | None = Field(description="The record's Kafka key; null without one, or where it is not known.")
    value: str | None = Field(description="The record's value as JSON, made once more; null where it is not known.")
    partition: int | None = Field(description="Its partition in the output's topic; null for one that is not there.")
    offset: int | None = Field(description="Its offset there.")
    due_ms: float | None = Field(description="When it was due, in ms since the epoch.")
    seen_ms: float | None = Field(description="When it came out, or was sent, in ms since the epoch.")


class RunEvents(ContractModel):
    """The first events of each kind."""

    events: list[RunEvent] = Field(default=[], description="At most 100 of each kind and output, the first ones.")
    notes: list[str] = Field(default=[], description="Why some are not known.")

    def first(self, most: int) -> list[RunEvent]:
        """The first so many of each kind and output."""
        taken: Counter[tuple[EventKind, str | None]] = Counter()
        found = []
        for event in self.events:
            taken[event.kind, event.output] += 1
            if taken[event.kind, event.output] <= most:
                found.append(event)
        return found
