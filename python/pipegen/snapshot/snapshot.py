"""The snapshot: everything known at one moment. What ``/ws/metrics`` sends and ``/api/metrics`` returns."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from pipegen.snapshot.base import ContractModel
from pipegen.snapshot.components import ConsumerMetrics, OutputMetrics, ProducerMetrics, SystemMetrics
from pipegen.snapshot.events import RunEvent
from pipegen.snapshot.faults import FaultMetrics
from pipegen.snapshot.flink import FlinkMetrics
from pipegen.snapshot.inputs import InputState
from pipegen.snapshot.kafka import KafkaMetrics
from pipegen.snapshot.latency import Latency, Percentiles
from pipegen.snapshot.outputs import OutputState
from pipegen.snapshot.quality import DataQualityMetrics
from pipegen.snapshot.registry import RegistryMetrics
from pipegen.snapshot.run import (
    Cause,
    ErrorEntry,
    ErrorTrends,
    Headline,
    PipelineMetrics,
    RunState,
    SqlStatement,
    TrafficState,
)
from pipegen.snapshot.verdict import Verdict

SNAPSHOT_VERSION: Final = 1


class Snapshot(ContractModel):
    """One moment of one run.

    A numeric figure that is null has a sentence in ``reasons`` under its dotted path, or under the path of a section
    above it. Percentiles of an empty distribution need none: their ``count`` of 0 says it.
    """

    version: Literal[1] = Field(default=SNAPSHOT_VERSION, description="Version of the contract.")
    sequence: int = Field(ge=0, description="Number of the snapshot in its run, from 0.")
    timestamp: str = Field(description="When it was taken (ISO 8601, UTC).")
    run: RunState
    traffic: TrafficState
    headline: Headline
    cause: Cause
    producer: ProducerMetrics
    kafka: KafkaMetrics
    flink: FlinkMetrics
    output: OutputMetrics
    consumer: ConsumerMetrics
    registry: RegistryMetrics
    system: SystemMetrics
    pipeline: PipelineMetrics
    data_quality: DataQualityMetrics
    faults: FaultMetrics
    latency: Latency
    errors: list[ErrorEntry]
    error_trends: ErrorTrends
    sql: list[SqlStatement]
    inputs: list[InputState] = Field(default_factory=list, description="Each input on its own, the first one first.")
    outputs: list[OutputState] = Field(default_factory=list, description="Each output on its own, the first one first.")
    events: list[RunEvent] = Field(
        default_factory=list,
        description="The first events that were lost, doubled, out of order or late, once the run is over: at most 10 "
        "of each kind and output. More are in the recording: pipegen events.",
    )
    verdict: Verdict = Field(default_factory=Verdict)
    reasons: dict[str, str] = Field(description="Dotted path of a null figure → why it is not known.")

    def unexplained(self) -> list[str]:
        """Dotted paths of null figures without a reason; empty in a snapshot that keeps the contract."""
        parts: list[tuple[str, BaseModel]] = [("", self)]
        parts += [(f"inputs.{each.name}.", each) for each in self.inputs]
        parts += [(f"outputs.{each.name}.", each) for each in self.outputs]
        paths = [path for prefix, part in parts for path in null_figures(part, prefix) if not self._explained(path)]
        silent = [
            f"outputs.{output.name}.paths.{path.input}"
            for output in self.outputs
            for path in output.paths
            if path.reason is None and null_figures(path, "")
        ]
        return paths + silent

    def _explained(self, path: str) -> bool:
        parts = path.split(".")
        return any(".".join(parts[:length]) in self.reasons for length in range(len(parts), 0, -1))


_FIGURES: Final = (int, float)


def null_figures(model: BaseModel, prefix: str) -> list[str]:
    """Dotted paths, each after ``prefix``, of the figures that are null; lists are not looked into."""
    found: list[str] = []
    for name in _figures_of(type(model)):
        value: Any = getattr(model, name)
        if value is None:
            found.append(f"{prefix}{name}")
        elif isinstance(value, BaseModel) and not (isinstance(value, Percentiles) and value.count == 0):
            found.extend(null_figures(value, f"{prefix}{name}."))
    return found


@cache
def _figures_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Names of the fields that hold a figure or a model; null counts for these alone."""
    return tuple(name for name, info in model.model_fields.items() if _is_figure(info.annotation))


def _is_figure(annotation: Any) -> bool:
    arguments = getattr(annotation, "__args__", (annotation,))
    return any(
        argument in _FIGURES or (isinstance(argument, type) and issubclass(argument, BaseModel))
        for argument in arguments
    )
