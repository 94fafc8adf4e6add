"""Several pipelines at one moment, as an aggregating dashboard sends it: counts summed, percentiles from one histogram.

The fields that a snapshot of one pipeline promises have the same names here.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.latency import Percentiles
from pipegen.snapshot.run import Headline, RunPhase


class ProducerSum(ContractModel):
    """What all pipelines send."""

    rate: float | None = Field(description="Sum of the acknowledged records per second.")
    planned_rate_per_s: float | None = Field(description="Sum of the planned rates.")
    total: int | None = Field(description="Sum of the acknowledged records.")
    errors: int | None = Field(description="Sum of the refused records.")


class ConsumerSum(ContractModel):
    """What all pipelines read back."""

    rate: float | None = Field(description="Sum of the consumed records per second.")
    lag: int | None = Field(description="Sum of the lags; null while one that answers does not know its own.")
    total: int | None = Field(description="Sum of the consumed records.")


class KafkaSum(ContractModel):
    """Facts of clusters, which pipelines may share: known for one pipeline alone."""

    topics: int | None = Field(description="Topics, when one pipeline is followed.")
    partitions: int | None = Field(description="Partitions, when one pipeline is followed.")
    brokers: int | None = Field(description="Brokers, when one pipeline is followed.")


class MergedStage(ContractModel):
    """One stage of the latency over all pipelines."""

    interval: Percentiles = Field(description="Newest whole second that all answering pipelines have.")
    total: Percentiles = Field(description="Since the start of each load.")
    bound: Literal["upper"] | None = Field(
        default=None, description="upper where those of any pipeline are upper bounds; null where all are exact."
    )


class MergedLatency(ContractModel):
    """Stages, from the time a record was due; merged from histograms, never averaged."""

    ack: MergedStage = Field(description="Acknowledged by Kafka minus due.")
    end_to_end: MergedStage = Field(description="Consumed minus due, of the pipelines that can measure it.")


class PipelineView(ContractModel):
    """One of the pipelines. Of one that is down the last figures stay, with their age."""

    name: str = Field(description="Name of the pipeline; its address until it has answered.")
    url: str = Field(description="Address of its own dashboard.")
    status: Literal["up", "waiting", "down"] = Field(description="waiting: it answers, but has no figures yet.")
    reason: str | None = Field(description="Why it is not up.")
    age_ms: float | None = Field(description="Age of its figures; null before the first.")
    run_id: str | None = Field(description="Its run.")
    phase: RunPhase | None = Field(description="Where its run stands.")
    elapsed_s: float | None = Field(description="Seconds of load so far.")
    duration_s: float | None = Field(description="Planned seconds of load.")
    headline: Headline | None = Field(description="Its sentence.")
    producer_rate: float | None = Field(description="Acknowledged records per second.")
    planned_rate_per_s: float | None = Field(description="Planned rate.")
    producer_total: int | None = Field(description="Acknowledged records.")
    producer_errors: int | None = Field(description="Refused records.")
    consumer_rate: float | None = Field(description="Consumed records per second.")
    consumer_total: int | None = Field(description="Consumed records.")
    consumer_lag: int | None = Field(description="Lag of its consumer.")
    lag_s: float | None = Field(description="Seconds behind.")
    error_rate: float | None = Field(description="failed / (delivered + failed).")
    end_to_end: Percentiles | None = Field(description="Consumed minus due, since the snapshot before.")


class Together(ContractModel):
    """All pipelines at one moment."""

    version: Literal[1] = Field(default=1, description="Version of the contract.")
    sequence: int = Field(ge=0, description="Number of the update, from 0.")
    timestamp: str = Field(description="When it was put together (ISO 8601, UTC).")
    headline: Headline
    producer: ProducerSum
    consumer: ConsumerSum
    kafka: KafkaSum
    latency: MergedLatency
    error_rate: float | None = Field(description="Failed over delivered and failed records of all pipelines.")
    pipelines: list[PipelineView]
    update_interval_ms: float = Field(description="Planned time between two updates.")
    reasons: dict[str, str] = Field(description="Dotted path of a null figure → why it is not known.")
