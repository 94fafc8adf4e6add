"""Latency as the contract shows it: percentiles from histograms, corrected and uncorrected side by side."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.stages import STAGES_BY_NAME


class Percentiles(ContractModel):
    """A distribution in milliseconds; every figure is null when ``count`` is 0."""

    count: int = Field(ge=0, description="Samples in the distribution.")
    p50_ms: float | None = Field(description="Median.")
    p95_ms: float | None = Field(description="95th percentile.")
    p99_ms: float | None = Field(description="99th percentile.")
    p999_ms: float | None = Field(description="99.9th percentile.")
    min_ms: float | None = Field(description="Smallest, known of negative ones alone too: then clocks disagree.")
    mean_ms: float | None = Field(description="Arithmetic mean.")
    max_ms: float | None = Field(description="Largest.")


TIMED_AGAIN: Final = "by its timestamp alone, a row that is written again is timed again, from its old due time"
"""Why a latency by timestamp is an upper bound."""


class LatencyStage(ContractModel):
    """One stage from the due time, and its uncorrected twin from the actual send."""

    interval: Percentiles = Field(description="Since the snapshot before.")
    total: Percentiles = Field(description="Since the start of the load.")
    uncorrected_interval: Percentiles | None = Field(description="From the actual send, since the snapshot before.")
    uncorrected_total: Percentiles | None = Field(description="From the actual send, since the start of the load.")
    negative_count: int = Field(ge=0, description="Samples below zero: clocks that disagree.")
    bound: Literal["upper"] | None = Field(
        default=None, description="upper: the true latencies are at most these; null: they are exact."
    )
    bound_reason: str | None = Field(
        default=None, description="Why the latencies are only upper bounds; null where they are exact."
    )


class LatencyPart(ContractModel):
    """A part of the way that has no uncorrected twin; in whole milliseconds, as Kafka's timestamps are."""

    interval: Percentiles = Field(description="Since the snapshot before.")
    total: Percentiles = Field(description="Since the start of the load.")
    negative_count: int = Field(ge=0, description="Samples below zero: the broker's clock and ours disagree.")


class Latency(ContractModel):
    """Stages, each from the time a record was due, and the parts of the last one."""

    generator_delay: LatencyStage = Field(description=STAGES_BY_NAME["generator_delay"].about)
    ack: LatencyStage = Field(description=STAGES_BY_NAME["ack"].about)
    end_to_end: LatencyStage | None = Field(
        description=f"{STAGES_BY_NAME['end_to_end'].about[:-1]}; null when the SQL carries no due time."
    )
    append: LatencyPart | None = Field(default=None, description=STAGES_BY_NAME["append"].about)
    output_wait: LatencyPart | None = Field(default=None, description=STAGES_BY_NAME["output_wait"].about)
    exactly_once: bool = Field(
        default=False, description="Whether the output can be read at checkpoints only (sink.delivery-guarantee)."
    )
