"""The verdict in the contract: whether the run can be trusted, and how each threshold fared."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel

VerdictOutcome = Literal["pass", "fail", "invalid"]
ThresholdOutcome = Literal["pass", "fail"]


class ThresholdResult(ContractModel):
    """One threshold as of the snapshot."""

    expression: str = Field(description="The threshold as it was given.")
    outcome: ThresholdOutcome | None = Field(description="How it stands; null while it cannot be judged yet.")
    observed: float | None = Field(
        description="What was measured, in the unit of the metric (ms for latencies); null without a sample."
    )
    observed_text: str | None = Field(description="The same for people, like “182 ms”; null without a sample.")
    reason: str | None = Field(
        description="Why it cannot be judged, where the worst was seen, or what else has to be known."
    )
    abort_on_fail: bool = Field(default=False, description="Whether it ends the run as soon as it fails.")


class Verdict(ContractModel):
    """The judgement on a run: the validity of its figures first, then its thresholds."""

    outcome: VerdictOutcome | None = Field(
        default=None,
        description="As it stands; pass only once the run is over. Null without thresholds in a valid run, and for a "
        "run that was interrupted or failed.",
    )
    final: bool = Field(default=False, description="Whether the run is over and nothing of this will change.")
    valid: bool | None = Field(
        default=None, description="Whether the figures can be trusted; null before there are enough of them."
    )
    reasons: list[str] = Field(
        default_factory=list, description="Why it is invalid, why it failed, or why there is no outcome."
    )
    results: list[ThresholdResult] = Field(default_factory=list, description="The thresholds in the order given.")
