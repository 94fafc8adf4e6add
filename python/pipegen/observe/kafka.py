"""Kafka: brokers, topics, partitions, and the end offsets of the pipeline's two topics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipegen.errors import ServiceError
from pipegen.observe.collector import Collector, rate_per_s
from pipegen.services.kafka import ClusterView, KafkaAdmin


@dataclass(frozen=True, slots=True)
class TopicOffsets:
    """The end of a topic.

    Attributes:
        total: Sum of the end offsets less ``base``.
        partitions: Number of partitions.
        rate_per_s: Growth since the reading before; None at the first.
        measured_ns: Monotonic time of the reading.
        lag: End offsets less our consumer's positions taken just before; None where there is no consumer.
    """

    total: int
    partitions: int
    rate_per_s: float | None
    measured_ns: int
    lag: int | None


@dataclass(frozen=True, slots=True)
class KafkaReading:
    """What Kafka says at one moment."""

    brokers: int
    topics: int
    partitions: int
    under_replicated: int
    leaderless: int
    input: TopicOffsets | None
    output: TopicOffsets | None


Positions = Callable[[], Mapping[int, int]]


class KafkaCollector(Collector[KafkaReading]):
    """Reads the cluster and the ends of the input and the output topic.

    Args:
        admin: Client to ask with.
        input_topic: Topic the load goes to; None when not known.
        output_topic: Topic the job writes to; None when not known.
        base_offsets: For each topic the sum of its end offsets before the run.
        positions: Our consumer's next offset for each partition of the output topic.
        interval_s: Time between two readings.
        on_failure: Called with the error of a failed attempt.
    """

    name = "kafka"

    def __init__(
        self,
        admin: KafkaAdmin,
        *,
        input_topic: str | None,
        output_topic: str | None,
        base_offsets: Mapping[str, int],
        positions: Positions | None,
        interval_s: float = 1.0,
        on_failure: Callable[[ServiceError], None] | None = None,
    ) -> None:
        super().__init__(interval_s=interval_s, on_failure=on_failure)
        self._admin = admin
        self._input_topic = input_topic
        self._output_topic = output_topic
        self._base = base_offsets
        self._positions = positions

    async def measure(self) -> KafkaReading:
        """One look at the cluster. Runs librdkafka's blocking calls in a thread."""
        return await asyncio.to_thread(self._measure)

    def _measure(self) -> KafkaReading:
        cluster = self._admin.cluster()
        all_partitions = [part for topic in cluster.topics.values() for part in topic.values()]
        before = self._reading.value
        return KafkaReading(
            brokers=len(cluster.brokers),
            topics=len(cluster.topics),
            partitions=len(all_partitions),
            under_replicated=sum(1 for part in all_partitions if len(part.in_sync) < len(part.replicas)),
            leaderless=sum(1 for part in all_partitions if part.leader < 0),
            input=self._offsets(cluster, self._input_topic, before.input if before else None, None),
            output=self._offsets(cluster, self._output_topic, before.output if before else None, self._positions),
        )

    def _offsets(
        self, cluster: ClusterView, topic: str | None, before: TopicOffsets | None, positions: Positions | None
    ) -> TopicOffsets | None:
        if topic is None or topic not in cluster.topics:
            return None
        # Positions first: the lag may then be a little too high, never too low.
        consumed = positions() if positions is not None else None
        ends = self._admin.end_offsets(topic, sorted(cluster.topics[topic]))
        measured_ns = time.monotonic_ns()
        total = sum(ends.values()) - self._base.get(topic, 0)
        growth = rate_per_s(total, measured_ns, before.total, before.measured_ns) if before else None
        lag = sum(max(0, end - consumed.get(part, 0)) for part, end in ends.items()) if consumed is not None else None
        return TopicOffsets(total, len(ends), growth, measured_ns, lag)
