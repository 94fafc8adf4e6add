"""The metrics contract: one word per fact, from Rust to the screen. Models only; nothing here measures."""

from pipegen.snapshot.components import (
    Checkpoints,
    ConsumerMetrics,
    FlinkMetrics,
    KafkaMetrics,
    OutputMetrics,
    ProducerMetrics,
    RegistryMetrics,
    Section,
    Status,
    SystemMetrics,
    VertexMetrics,
)
from pipegen.snapshot.latency import Latency, LatencyStage, Percentiles
from pipegen.snapshot.run import (
    ErrorEntry,
    Headline,
    Level,
    PhasePlan,
    PipelineMetrics,
    RunPhase,
    RunState,
    SqlStatement,
    TrafficState,
)
from pipegen.snapshot.snapshot import SNAPSHOT_VERSION, Snapshot

__all__ = [
    "SNAPSHOT_VERSION",
    "Checkpoints",
    "ConsumerMetrics",
    "ErrorEntry",
    "FlinkMetrics",
    "Headline",
    "KafkaMetrics",
    "Latency",
    "LatencyStage",
    "Level",
    "OutputMetrics",
    "Percentiles",
    "PhasePlan",
    "PipelineMetrics",
    "ProducerMetrics",
    "RegistryMetrics",
    "RunPhase",
    "RunState",
    "Section",
    "Snapshot",
    "SqlStatement",
    "Status",
    "SystemMetrics",
    "TrafficState",
    "VertexMetrics",
]
