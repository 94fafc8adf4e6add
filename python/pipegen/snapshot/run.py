"""The run itself in the contract: its phase, its plan, its sentence, its errors."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel

RunPhase = Literal["starting", "probing", "running", "draining", "finished", "failed", "interrupted"]
Level = Literal["ok", "warning", "error", "unknown"]
Component = Literal["producer", "kafka", "flink", "output", "consumer", "registry", "system", "pipegen"]
Category = Literal["connection", "serialisation", "processing", "data_quality"]
Severity = Literal["info", "warning", "error", "critical"]


class RunState(ContractModel):
    """Which run this is and how far it is."""

    id: str = Field(description="Id of the run, also the suffix of topics and subjects.")
    pipeline: str = Field(description="Name of the pipeline.")
    phase: RunPhase = Field(description="Where the run stands.")
    step: str = Field(description="What is being done at this moment, in words.")
    shape: Literal["one_to_one", "filter", "aggregate"] | None = Field(description="Shape of the pipeline.")
    started_at: str = Field(description="Start of the load (ISO 8601, UTC); of the run before there is load.")
    elapsed_s: float | None = Field(description="Seconds of load so far; null before it starts.")
    duration_s: float = Field(description="Planned seconds of load.")
    worker: int = Field(description="Number of this worker, from 0.")
    workers: int = Field(description="Workers of the run.")
    update_interval_ms: float = Field(description="Planned time between two snapshots.")
    exit_code: int | None = Field(description="Exit code; null while the run goes on.")
    drain: str | None = Field(
        default=None, description="What the drain waits for, or how it ended, in words; null before it begins."
    )


class PhasePlan(ContractModel):
    """One stretch of the traffic plan."""

    name: str = Field(description="Name: steady, peak1, peak2 … or as given; the turns of a repetition share one.")
    shape: Literal["hold", "ramp", "sine", "steps", "spike"] = Field(description="How the rate goes.")
    start_s: float = Field(description="Start, seconds of load.")
    end_s: float = Field(description="End, seconds of load.")
    start_rate_per_s: float = Field(description="Planned rate at its start.")
    end_rate_per_s: float = Field(description="Planned rate at its end.")
    min_rate_per_s: float = Field(description="Lowest planned rate.")
    max_rate_per_s: float = Field(description="Highest planned rate.")
    percent: float | None = Field(description="Constant rate in percent of the base rate; null when given otherwise.")
    points: list[list[float]] = Field(
        description="Seconds of load and planned rate, to join by straight lines; of fast waves only some crests."
    )


class TrafficState(ContractModel):
    """The plan and where the run stands in it."""

    base_rate_per_s: float = Field(description="Base rate.")
    pattern: str | None = Field(description="The pattern as given; null without one or for a list of phases.")
    arrivals: Literal["uniform", "poisson"] = Field(description="Evenly spaced, or at random along the plan.")
    planned_total: int = Field(description="Records the whole plan holds for this worker.")
    phases: list[PhasePlan] = Field(description="The plan.")
    phase: str | None = Field(description="Name of the current phase; null outside the load.")
    phase_index: int | None = Field(description="Index of the current phase in the plan; null outside the load.")
    next_in_s: float | None = Field(description="Seconds to the next phase or to the end; null outside the load.")


class PipelineMetrics(ContractModel):
    """Accounts over the whole pipeline."""

    expected_total: int | None = Field(description="Output records expected in the end.")
    lost: int | None = Field(description="Delivered records that never came out; null until the drain has ended.")
    duplicated: int | None = Field(description="Records that came out more than once.")
    out_of_order: int | None = Field(description="Records behind a later one of the same output partition and worker.")
    lag: int | None = Field(description="Delivered minus consumed: records in flight.")
    lag_s: float | None = Field(description="Age of the newest consumed record's due time: seconds behind.")
    error_rate: float | None = Field(description="failed / (delivered + failed).")
    success_rate: float | None = Field(description="delivered / (delivered + failed).")


class Headline(ContractModel):
    """One sentence for a person two metres away."""

    level: Level = Field(description="Colour and shape of the sentence.")
    text: str = Field(description="The sentence.")
    detail: str | None = Field(default=None, description="The evidence.")


class ErrorEntry(ContractModel):
    """One kind of error, counted."""

    id: str = Field(description="Stable key of this kind of error.")
    component: Component = Field(description="Where it happened.")
    category: Category = Field(description="What kind it is.")
    severity: Severity = Field(description="How bad it is.")
    message: str = Field(description="The original text without secrets; text, never HTML.")
    suggestion: str | None = Field(description="What it means; null when nothing is known.")
    remedy: str | None = Field(description="The command or setting that mends it; null when none is known.")
    evidence: str | None = Field(description="What led to the suggestion.")
    rule: str | None = Field(description="The rule of the error catalogue that fits; null when none does.")
    explained_by: Literal["rule", "model"] | None = Field(
        description="rule: the catalogue; model: a language model, unchecked; null without a suggestion from either."
    )
    count: int = Field(ge=1, description="How often it was seen.")
    first_at: str = Field(description="First time (ISO 8601, UTC).")
    last_at: str = Field(description="Last time (ISO 8601, UTC).")


class CategoryTrend(ContractModel):
    """Errors of one category over time."""

    total: int = Field(description="Errors so far.")
    counts: list[int] = Field(description="Errors per interval, oldest first; the last is still growing.")


class ErrorTrends(ContractModel):
    """Errors over time, by category; at most the last 60 intervals."""

    interval_s: float = Field(description="Length of an interval.")
    connection: CategoryTrend
    serialisation: CategoryTrend
    processing: CategoryTrend
    data_quality: CategoryTrend


class Cause(ContractModel):
    """What makes the pipeline fall behind or stand still, from Kafka, Flink and the registry on one clock."""

    state: Literal["none", "unknown", "found"] = Field(
        description="none: nothing to explain; unknown: something is wrong and no cause was found; found."
    )
    kind: str | None = Field(description="Which cause or, without one, which symptom; null when there is none.")
    component: Component | None = Field(description="Where the cause lies; null when it is not known.")
    vertex_id: str | None = Field(description="The Flink vertex at fault.")
    text: str = Field(description="The cause with its evidence, as one line.")
    evidence: list[str] = Field(description="What was measured, one fact each.")
    since: str | None = Field(description="Since when (ISO 8601, UTC); null when there is nothing to explain.")


class SqlStatement(ContractModel):
    """One SQL statement of the project."""

    file: str = Field(description="File and line, relative to the project.")
    kind: str = Field(description="CREATE TABLE, INSERT, SET …")
    summary: str = Field(description="Its first line, as text.")
    state: Literal["waiting", "running", "done", "error"] = Field(description="State at the gateway.")
    error: str | None = Field(description="The gateway's or the job's message.")
    job_id: str | None = Field(description="The job it started.")
