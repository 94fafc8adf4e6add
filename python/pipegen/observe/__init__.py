"""Collectors: each asks one service at its own pace and keeps the last answer with its age. They judge nothing."""

from pipegen.observe.collector import Collector, Reading
from pipegen.observe.flink import FlinkCollector, FlinkReading
from pipegen.observe.flink_sources import PipelineSources, SourceState
from pipegen.observe.kafka import Consumed, KafkaCollector, KafkaReading, TopicOffsets
from pipegen.observe.registry import RegistryCollector, RegistryReading
from pipegen.observe.system import SystemCollector, SystemReading

__all__ = [
    "Collector",
    "Consumed",
    "FlinkCollector",
    "FlinkReading",
    "KafkaCollector",
    "KafkaReading",
    "PipelineSources",
    "Reading",
    "RegistryCollector",
    "RegistryReading",
    "SourceState",
    "SystemCollector",
    "SystemReading",
    "TopicOffsets",
]
