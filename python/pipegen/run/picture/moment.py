"""What the sections of a run are made from: facts that stay, and everything measured at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipegen.choices import ArrivalKind
from pipegen.diagnose import Observation
from pipegen.hotpath import Totals
from pipegen.observe import FlinkReading, KafkaReading, Reading, RegistryReading, SystemReading
from pipegen.quality import Inspection
from pipegen.run.names import RunNames
from pipegen.run.picture.latency import LatencyGaps
from pipegen.run.picture.output_sight import OutputSight
from pipegen.run.progress import RunStatus
from pipegen.snapshot import ErrorEntry, ErrorTrends, Explained, InputState, Latency, OutputState
from pipegen.traffic import TrafficPlan

Shape = Literal["one_to_one", "filter", "aggregate"]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What does not change during a run.

    Attributes:
        pipeline: Name of the pipeline.
        names: Names of topics, subjects and groups.
        shape: Shape of the pipeline.
        plan: The traffic plan.
        arrivals: How records are spread along the plan.
        planned_total: Events of the plan that are this worker's.
        fault_shares: Share of each fault that is injected on purpose.
        update_interval_ms: Time between two snapshots.
        workers: Sending processes.
        exactly_once: Whether the output can be read at checkpoints only.
    """

    pipeline: str
    names: RunNames
    shape: Shape
    plan: TrafficPlan
    arrivals: ArrivalKind
    planned_total: int
    fault_shares: Mapping[str, float]
    update_interval_ms: float
    workers: int = 1
    exactly_once: bool = False

    def latency_gaps(self, status: RunStatus, outputs: Sequence[OutputSight]) -> LatencyGaps:
        """The latencies over all outputs that cannot be measured, and why."""
        traced = [each for each in outputs if each.traced_by is not None]
        if not traced:
            first = outputs[0]
            why = first.traced_reason if len(outputs) == 1 else f"output {first.facts.name}: {first.traced_reason}"
            return LatencyGaps(end_to_end=why, sent=why, append=why)
        by_timestamp = any(each.facts.stamped for each in traced)
        by_trace = any(each.facts.latency_source == "trace" for each in traced)
        return LatencyGaps(
            sent=self._no_send_time(
                by_timestamp=by_timestamp, by_trace=by_trace, joint=any(each.facts.joint for each in traced)
            ),
            append=None if status.append_times and not by_timestamp else _no_append_time(status, by_timestamp),
        )

    def _no_send_time(self, *, by_timestamp: bool, by_trace: bool, joint: bool) -> str | None:
        if joint:
            return "a record that combines several records has no send time of its own"
        if by_trace:
            return "a record is known by its trace, which tells when it was due and not when it was sent"
        if by_timestamp:
            return "a record is timed by its due time alone, which does not tell which one it was"
        if self.workers > 1:
            return "the actual send time is known to the sending process alone: the header carries the due time"
        return None


def upper_bound(outputs: Sequence[OutputSight]) -> str | None:
    """Why the end-to-end latency is only an upper bound; None where it is none, or not measurable."""
    found = [each for each in outputs if each.bound_reason is not None]
    if not found:
        return None
    if len(outputs) == 1:
        return found[0].bound_reason
    return "; ".join(f"output {each.facts.name}: {each.bound_reason}" for each in found)


def _no_append_time(status: RunStatus, by_timestamp: bool) -> str:
    if by_timestamp:
        return (
            "the output's timestamps carry the due time, so they do not say when a record was appended: "
            "carry the headers instead"
        )
    if status.phase == "starting":
        return "the output topic is not there yet"
    return (
        "the output topic was there before and keeps its writer's timestamps: "
        "create it with message.timestamp.type=LogAppendTime"
    )


@dataclass(frozen=True, slots=True)
class ProducerState:
    """What plan and pacer say at one moment; the plan says nothing before the load starts."""

    planned_total: int | None
    planned_rate_per_s: float | None
    late_total: int
    skipped_total: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Growth of our own counters per second since the snapshot before; None at the first."""

    sent: float | None
    sent_bytes: float | None
    delivered: float | None
    consumed: float | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything measured at one moment."""

    now_ns: int
    status: RunStatus
    totals: Totals
    producer: ProducerState
    latency: Explained[Latency]
    rates: Rates
    kafka: Reading[KafkaReading]
    flink: Reading[FlinkReading]
    registry: Reading[RegistryReading]
    system: Reading[SystemReading]
    errors: Sequence[ErrorEntry]
    error_trends: ErrorTrends
    past: Sequence[Observation]
    inspection: Inspection
    inputs: Sequence[Explained[InputState]]
    outputs: Sequence[Explained[OutputState]]
    sights: Sequence[OutputSight]
    """What the sections say of all outputs is made from."""
