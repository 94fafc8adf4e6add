"""The parts of PipeGen's own in the contract: producer, output, consumer, system.

A figure that cannot be measured is null, and ``Snapshot.reasons`` says why under its dotted path.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.kafka import GroupVerdict
from pipegen.snapshot.limits import LATE_MS
from pipegen.snapshot.section import ObservedSection, Section

SenderKind = Literal["native", "python"]


class ProducerMetrics(Section):
    """What PipeGen sends."""

    rate: float | None = Field(description="Acknowledged records per second since the snapshot before.")
    total: int | None = Field(
        description="Records acknowledged by Kafka (delivered); of the topic where PipeGen only watches."
    )
    errors: int | None = Field(description="Records that Kafka refused for good (failed).")
    sent_total: int | None = Field(description="Records handed to the client library.")
    sent_rate_per_s: float | None = Field(description="Records handed over per second since the snapshot before.")
    planned_total: float | None = Field(description="Records due until now according to the plan.")
    planned_rate_per_s: float | None = Field(description="Rate of the plan at this moment.")
    late_total: int | None = Field(description=f"Records sent more than {LATE_MS} ms after they were due.")
    skipped_total: int | None = Field(description="Overdue records left out (only with --no-catch-up).")
    bytes_total: int | None = Field(description="Bytes of keys and values handed over.")
    bytes_per_s: float | None = Field(description="Bytes of keys and values per second since the snapshot before.")
    sender: SenderKind | None = Field(
        default=None, description="What sends: native, the compiled loop, or python, the Kafka client itself."
    )
    sender_reason: str | None = Field(default=None, description="Why it is this one.")


class OutputMetrics(Section):
    """The output topics together; each on its own is in ``outputs``."""

    topic: str | None = Field(description="Topic the job writes to; the first of several.")
    partitions: int | None = Field(description="Partitions of all output topics.")
    total: int | None = Field(
        description="Records written to all of them, without the probe. Where PipeGen does not read them, "
        "they are counted by offsets and include markers of transactions."
    )
    rate: float | None = Field(description="Records written to all of them per second.")


class ConsumerMetrics(Section):
    """PipeGen's own readers of all outputs: sums, but for the ages and verdicts, which are the worst."""

    rate: float | None = Field(description="Records consumed per second since the snapshot before.")
    lag: int | None = Field(description="Records in the output topics that our consumers have not read yet.")
    lag_s: float | None = Field(
        default=None, description="Age of the oldest record that one of our groups has not committed."
    )
    lag_trend_per_s: float | None = Field(default=None, description="Slope of our groups' lag over the last minute.")
    commit_rate_per_s: float | None = Field(
        default=None, description="Growth of our groups' committed offsets per second."
    )
    verdict: GroupVerdict | None = Field(default=None, description="Burrow's verdict on our groups, the worst.")
    total: int | None = Field(description="Records of this run consumed.")
    other_runs_total: int | None = Field(
        default=None, description="Records of other runs that came out, not counted in any other figure."
    )
    errors: int | None = Field(description="Records consumed that do not decode.")
    unchecked: int | None = Field(
        description="Records consumed that could not be checked: the registry did not answer."
    )
    bytes_total: int | None = Field(description="Bytes of values consumed.")


class SystemMetrics(ObservedSection):
    """What PipeGen and the machine use."""

    cpu_ratio: float | None = Field(description="CPU of PipeGen's processes together; 1.0 is one core.")
    rss_bytes: int | None = Field(description="Resident memory of PipeGen's processes together.")
    processes: int | None = Field(
        default=None, description="PipeGen's processes: this one and those that send (--producers)."
    )
    machine_cpu_ratio: float | None = Field(description="CPU of the machine; 1.0 is all cores.")
    machine_memory_ratio: float | None = Field(description="Used share of the machine's memory.")
    cores: int | None = Field(description="Logical cores of the machine.")
    stack_disk_bytes: int | None = Field(default=None, description="Disk that the local stack uses, logs and data.")
    stack_disk_free_bytes: int | None = Field(default=None, description="Disk that is free where the local stack is.")
    kafka_cpu_ratio: float | None = Field(default=None, description="CPU of the local stack's broker; 1.0 is one core.")
    registry_cpu_ratio: float | None = Field(
        default=None, description="CPU of the local stack's registry; 1.0 is one core."
    )
