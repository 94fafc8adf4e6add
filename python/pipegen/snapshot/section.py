"""What every part of a snapshot says of itself: its state, its source, the age of its figures."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel

Status = Literal["running", "starting", "stopped", "error", "unknown"]


class Section(ContractModel):
    """What every part says of itself."""

    status: Status = Field(description="State of the part.")
    status_reason: str | None = Field(default=None, description="Why the state is what it is.")
    source: str = Field(description="Where the figures come from.")
    age_ms: float | None = Field(description="Age of the figures when the snapshot was taken.")


class ObservedSection(Section):
    """A part that is asked from outside, again and again."""

    answers: bool | None = Field(
        default=None, description="Whether the newest question was answered; null before the first."
    )
    interval_ms: float | None = Field(
        default=None, description="Time between two questions; stretched when answers get dear."
    )
    call_ms: float | None = Field(default=None, description="Duration of the newest question and its answer.")
