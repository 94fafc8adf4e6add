"""Kafka in the contract: brokers, topics, partitions and consumer groups."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.section import ObservedSection

GroupVerdict = Literal["ok", "warning", "stalled", "rewound", "stopped"]
TopicRole = Literal["input", "output", "other"]
GroupKind = Literal["pipegen", "flink", "other"]


class BrokerState(ContractModel):
    """One broker."""

    id: int = Field(description="Node id.")
    address: str | None = Field(description="Advertised host and port; null for one that was never seen.")
    rack: str | None = Field(description="Rack; null when none is configured.")
    controller: bool = Field(description="Whether it is the active controller, as the brokers say.")
    reachable: bool = Field(description="Whether it is in the cluster's metadata now.")
    leaders: int = Field(description="Partitions it leads.")


class PartitionState(ContractModel):
    """One partition of a topic of the pipeline."""

    partition: int = Field(description="Its number.")
    leader: int | None = Field(description="Broker that leads it; null when none does.")
    replicas: list[int] = Field(description="Brokers that should hold it.")
    in_sync: list[int] = Field(description="Brokers that hold all of it.")
    begin_offset: int | None = Field(description="First offset that is still there.")
    end_offset: int | None = Field(description="Offset of the next record (high watermark).")
    rate: float | None = Field(description="Growth of the end offset per second.")


class TopicState(ContractModel):
    """One topic."""

    name: str = Field(description="Its name.")
    role: TopicRole = Field(description="What it is to this pipeline.")
    partitions: int = Field(description="Its partitions.")
    replication_factor: int = Field(description="Replicas of a partition; the smallest where they differ.")
    under_replicated_partitions: int = Field(description="Partitions with fewer in-sync replicas than replicas.")
    leaderless_partitions: int = Field(description="Partitions without a leader.")
    begin_total: int | None = Field(description="Sum of the first offsets; null until read.")
    end_total: int | None = Field(description="Sum of the end offsets; null until read.")
    rate: float | None = Field(description="Growth of the end offsets per second; null before the second reading.")
    partition_list: list[PartitionState] = Field(description="Its first 64 partitions, for the pipeline's own topics.")


class GroupPartition(ContractModel):
    """What a group has committed in one partition."""

    topic: str = Field(description="Topic.")
    partition: int = Field(description="Partition.")
    committed_offset: int = Field(description="Committed offset.")
    end_offset: int = Field(description="End offset, read just after the committed one.")
    lag: int | None = Field(
        description="Records not committed: end offset less committed offset, less ``markers`` and ``open_offsets``; "
        "null where the committed offset is beyond the end offset."
    )
    markers: int | None = Field(
        default=None,
        description="Offsets not committed that hold no record for a reader, such as markers of transactions; null "
        "where they were not told from records.",
    )
    open_offsets: int = Field(
        default=0, description="Offsets behind the start of an open transaction: no record for a reader until it ends."
    )
    lag_s: float | None = Field(description="Age of the oldest record that is not committed; 0 without lag.")
    lag_s_reason: str | None = Field(description="Why lag_s is null.")
    verdict: GroupVerdict = Field(description="Burrow's verdict.")


class ConsumerGroup(ContractModel):
    """One consumer group."""

    id: str = Field(description="Group id.")
    kind: GroupKind = Field(description="Whose group it is.")
    state: str = Field(description="Kafka's own state; unknown where Kafka does not show the group.")
    members: int | None = Field(description="Members; 0 for Flink, whose source does not join its group.")
    as_of_checkpoint: bool = Field(description="Whether it commits at checkpoints only: lag is a sawtooth.")
    committed_total: int | None = Field(description="Sum of the committed offsets; null without any.")
    commit_rate_per_s: float | None = Field(description="Growth of the committed offsets per second.")
    lag: int | None = Field(
        description="Records not committed, over its partitions; null without a commit, or beyond the end offset."
    )
    lag_note: str | None = Field(
        default=None, description="What the lag leaves out or may include beside records; null where there is nothing."
    )
    lag_s: float | None = Field(description="Age of its oldest record that is not committed, by record timestamps.")
    lag_s_reason: str | None = Field(description="Why lag_s is null.")
    lag_trend_per_s: float | None = Field(description="Slope of the lag over the last minute, records per second.")
    verdict: GroupVerdict | None = Field(description="Worst verdict of its partitions; null without a commit.")
    partitions: list[GroupPartition] = Field(description="Its first 64 partitions, those with most lag first.")


class KafkaMetrics(ObservedSection):
    """The broker side, as the admin client reports it."""

    topics: int | None = Field(description="Topics of the cluster without internal ones.")
    partitions: int | None = Field(description="Partitions of those topics.")
    brokers: int | None = Field(description="Brokers in the cluster's metadata.")
    unreachable_brokers: int | None = Field(
        default=None, description="Brokers that were seen or hold replicas, but are not there."
    )
    controller_id: int | None = Field(default=None, description="Broker that is the controller, as the brokers say.")
    input_topic: str | None = Field(description="Topic the load goes to; the first of several.")
    input_total: int | None = Field(description="Sum of the end offsets of all input topics, less the probe.")
    rate: float | None = Field(description="Growth of the end offsets of all input topics per second.")
    under_replicated_partitions: int | None = Field(description="Partitions with fewer in-sync replicas than replicas.")
    leaderless_partitions: int | None = Field(description="Partitions without a leader.")
    broker_list: list[BrokerState] = Field(default_factory=list, description="The brokers.")
    topic_list: list[TopicState] = Field(
        default_factory=list, description="Topics, those of the pipeline first; at most 100."
    )
    groups: list[ConsumerGroup] = Field(
        default_factory=list, description="Consumer groups of the pipeline, or those asked for."
    )
    groups_total: int | None = Field(
        default=None, description="Consumer groups of the cluster; null where they are not counted."
    )
