"""The metrics contract: one word per fact, from Rust to the screen. Models only; nothing here measures."""

from pipegen.snapshot.components import ConsumerMetrics, OutputMetrics, ProducerMetrics, SenderKind, SystemMetrics
from pipegen.snapshot.explained import Explained, all_null
from pipegen.snapshot.faults import FaultMetrics, InjectedFault
from pipegen.snapshot.flink import Checkpoints, FlinkMetrics, FlinkProcess, JobState, JobTransition, VertexMetrics
from pipegen.snapshot.inputs import InputState
from pipegen.snapshot.kafka import (
    BrokerState,
    ConsumerGroup,
    GroupPartition,
    KafkaMetrics,
    PartitionState,
    TopicState,
)
from pipegen.snapshot.latency import TIMED_AGAIN, Latency, LatencyPart, LatencyStage, Percentiles
from pipegen.snapshot.outputs import OutputPath, OutputState
from pipegen.snapshot.quality import (
    Anomaly,
    DataQualityMetrics,
    FieldQuality,
    InvalidReason,
    RuleResult,
    Side,
    TopicQuality,
)
from pipegen.snapshot.registry import RegistryMetrics, SchemaChange, SubjectState
from pipegen.snapshot.run import (
    CategoryTrend,
    Cause,
    ErrorEntry,
    ErrorTrends,
    Headline,
    Level,
    PhasePlan,
    PipelineMetrics,
    RunPhase,
    RunState,
    SqlStatement,
    TrafficState,
)
from pipegen.snapshot.section import Section, Status
from pipegen.snapshot.snapshot import SNAPSHOT_VERSION, Snapshot, null_figures
from pipegen.snapshot.verdict import ThresholdOutcome, ThresholdResult, Verdict, VerdictOutcome

__all__ = [
    "SNAPSHOT_VERSION",
    "TIMED_AGAIN",
    "Anomaly",
    "BrokerState",
    "CategoryTrend",
    "Cause",
    "Checkpoints",
    "ConsumerGroup",
    "ConsumerMetrics",
    "DataQualityMetrics",
    "ErrorEntry",
    "ErrorTrends",
    "Explained",
    "FaultMetrics",
    "FieldQuality",
    "FlinkMetrics",
    "FlinkProcess",
    "GroupPartition",
    "Headline",
    "InjectedFault",
    "InputState",
    "InvalidReason",
    "JobState",
    "JobTransition",
    "KafkaMetrics",
    "Latency",
    "LatencyPart",
    "LatencyStage",
    "Level",
    "OutputMetrics",
    "OutputPath",
    "OutputState",
    "PartitionState",
    "Percentiles",
    "PhasePlan",
    "PipelineMetrics",
    "ProducerMetrics",
    "RegistryMetrics",
    "RuleResult",
    "RunPhase",
    "RunState",
    "SchemaChange",
    "Section",
    "SenderKind",
    "Side",
    "Snapshot",
    "SqlStatement",
    "Status",
    "SubjectState",
    "SystemMetrics",
    "ThresholdOutcome",
    "ThresholdResult",
    "TopicQuality",
    "TopicState",
    "TrafficState",
    "Verdict",
    "VerdictOutcome",
    "VertexMetrics",
    "all_null",
    "null_figures",
]
