"""The report of a search for the capacity: the range, and every trial as its evidence. As JSON and as Markdown."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipegen.gates import CapacityRange, LimitedBy, TrialOutcome
from pipegen.snapshot import Verdict
from pipegen.units import format_rate


class CapacityTrial(BaseModel):
    """One rate that was tried."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_id: str = Field(description="Id of the run.")
    rate_per_s: float = Field(description="The planned rate.")
    outcome: TrialOutcome = Field(description="Whether the pipeline sustained it; invalid: PipeGen fell behind.")
    achieved_per_s: float | None = Field(description="Records delivered per second of load.")
    p99_ms: float | None = Field(description="End-to-end p99 over the whole load; null when not measurable.")
    p99_bound_reason: str | None = Field(
        default=None, description="Why that is only an upper bound; null where it is exact."
    )
    reasons: list[str] = Field(description="Why it was not sustained, or is invalid.")
    verdict: Verdict = Field(description="The conditions with what was observed.")

    def observed(self, part: str) -> str:
        """What was observed for the condition whose text has a part."""
        found = (each.observed_text for each in self.verdict.results if part in each.expression)
        return next(found, None) or "–"


class CapacityReport(BaseModel):
    """The answer with its evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    pipegen_version: str = Field(description="Version of PipeGen.")
    pipeline: str = Field(description="Name of the pipeline.")
    complete: bool = Field(description="Whether the search came to its end.")
    sustained_per_s: float | None = Field(description="Highest rate that was sustained twice; null when none was.")
    not_sustained_per_s: float | None = Field(description="Lowest rate above it that was not; null when none.")
    limited_by: LimitedBy = Field(description="What the upper end is.")
    conditions: list[str] = Field(description="What a rate has to keep to count as sustained.")
    warm_up_s: float = Field(description="Seconds at the start of each trial that do not count.")
    step_s: float = Field(description="Seconds of each trial that count.")
    trials: list[CapacityTrial] = Field(description="Every trial in order.")
    command: list[str] = Field(description="The command line.")


def capacity_sentence(found: CapacityRange) -> str:
    """The answer in one sentence."""
    low, high = found.sustained_per_s, found.not_sustained_per_s
    if low is None:
        tried = "" if high is None else f"; {format_rate(high)} was the lowest that was tried"
        if found.limited_by == "generator":
            return f"No rate can be named: PipeGen itself did not keep its plan{tried}."
        return f"No rate was sustained twice{tried}."
    if high is None:
        return f"The pipeline sustains {format_rate(low)}, the highest rate that was to be tried."
    if found.limited_by == "generator":
        return (
            f"The pipeline sustains {format_rate(low)} at least; at {format_rate(high)} PipeGen itself did not keep "
            "its plan, so nothing is known above."
        )
    return f"The pipeline sustains {format_rate(low)} and does not sustain {format_rate(high)}."


def capacity_markdown(report: CapacityReport) -> str:
    """The report for people."""
    answer = CapacityRange(report.sustained_per_s, report.not_sustained_per_s, report.limited_by)
    lines = [
        f"# Capacity of {report.pipeline}",
        "",
        f"**{capacity_sentence(answer)}**" + ("" if report.complete else " The search was ended early."),
        "",
        f"Each trial is a run of its own: {report.warm_up_s:g} s that do not count, then {report.step_s:g} s to keep:",
        "",
        *(f"- `{condition}`" for condition in report.conditions),
        "",
        "| rate | outcome | delivered | end-to-end p99 | slope of the lag | back-pressure | why |",
        "|---:|---|---:|---:|---:|---:|---|",
    ]
    lines += [_row(trial) for trial in report.trials]
    bounds = dict.fromkeys(trial.p99_bound_reason for trial in report.trials if trial.p99_bound_reason is not None)
    lines += [line for reason in bounds for line in ("", f"End-to-end latencies are upper bounds: {reason}.")]
    lines += ["", f"PipeGen {report.pipegen_version}: `{_cell(' '.join(report.command))}`"]
    return "\n".join(lines) + "\n"


def _row(trial: CapacityTrial) -> str:
    cells = [
        format_rate(trial.rate_per_s),
        trial.outcome.replace("_", " "),
        format_rate(trial.achieved_per_s),
        trial.observed("end_to_end"),
        trial.observed(".slope"),
        trial.observed("backpressure"),
        "; ".join(trial.reasons),
    ]
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
