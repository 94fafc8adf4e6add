"""Snapshots as OpenMetrics text, through prometheus-client. Names follow from the contract, in base units.

``flink.checkpoints.last_duration_ms`` is ``pipegen_flink_checkpoints_last_duration_seconds``. What is null is left out:
an absent sample says "not known", a zero would not. Latencies are summaries whose quantiles come from histograms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from pipegen.outputs.families import QUANTILES, Family, families, part_families, part_value
from pipegen.snapshot import LatencyStage, Percentiles, Snapshot
from pipegen.snapshot.figures import figure_paths, read_figures
from pipegen.snapshot.parts import EACH_KINDS, EachKind, labelled, part_latencies

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_STATES: Final = ("running", "starting", "stopped", "error", "unknown")
_PARTS: Final = ("producer", "kafka", "flink", "output", "consumer", "registry", "system")


def openmetrics(snapshot: Snapshot | None) -> bytes:
    """The newest snapshot as OpenMetrics text; an empty exposition before the first."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_SnapshotCollector(snapshot))
    text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]  # prometheus-client leaves it untyped
    return text


class _SnapshotCollector(Collector):
    def __init__(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        snapshot = self._snapshot
        if snapshot is None:
            return
        run = snapshot.run
        labels = {"pipeline": run.pipeline, "run": run.id, "worker": str(run.worker)}
        values = dict(zip(figure_paths(), read_figures(snapshot), strict=True))
        for family in families():
            value = values[family.path]
            if value is not None:
                yield _single(family, labels, value * family.factor)
        for kind in EACH_KINDS:
            yield from _of_parts(snapshot, kind, labels)
        yield from _latencies(snapshot, labels)
        yield _states(snapshot, labels)
        yield _errors(snapshot, labels)
        yield _thresholds(snapshot, labels)


def _single(family: Family, labels: dict[str, str], value: float) -> Metric:
    metric = Metric(family.name, f"{family.path} of the snapshot.", family.kind, family.unit)
    metric.add_sample(f"{family.name}_total" if family.kind == "counter" else family.name, labels, value)
    return metric


def _of_parts(snapshot: Snapshot, kind: EachKind, labels: dict[str, str]) -> Iterator[Metric]:
    """The figures of each input, output or path, told apart by labels."""
    parts = [({**labels, **own}, part) for own, part in labelled(snapshot, kind)]
    for family in part_families(kind):
        metric = Metric(family.name, f"{family.path} of the snapshot.", family.kind, family.unit)
        for named, part in parts:
            value = part_value(part, family)
            if value is not None:
                metric.add_sample(f"{family.name}_total" if family.kind == "counter" else family.name, named, value)
        if metric.samples:
            yield metric
    latency = Metric(
        f"pipegen_{kind}_latency_seconds",
        f"Latency of the {kind} from the due time, since the start of the load.",
        "summary",
        "seconds",
    )
    for named, part in parts:
        for stage in part_latencies(kind):
            _summary(latency, {**named, "stage": stage}, getattr(part, stage))
    if latency.samples:
        yield latency


def _latencies(snapshot: Snapshot, labels: dict[str, str]) -> Iterator[Metric]:
    total = Metric(
        "pipegen_latency_seconds", "Latency from the due time, since the start of the load.", "summary", "seconds"
    )
    recent = Metric(
        "pipegen_latency_interval_seconds", "Latency from the due time, since the snapshot before.", "gauge", "seconds"
    )
    for name in type(snapshot.latency).model_fields:
        stage = getattr(snapshot.latency, name)
        if not isinstance(stage, LatencyStage):
            continue
        staged = {**labels, "stage": name}
        _summary(total, staged, stage.total)
        _quantiles(recent, staged, stage.interval)
    yield total
    yield recent


def _summary(metric: Metric, labels: dict[str, str], distribution: Percentiles | None) -> None:
    if distribution is None:
        return
    _quantiles(metric, labels, distribution)
    metric.add_sample(metric.name + "_count", labels, distribution.count)
    metric.add_sample(metric.name + "_sum", labels, distribution.count * (distribution.mean_ms or 0.0) / 1e3)


def _quantiles(metric: Metric, labels: dict[str, str], distribution: Percentiles) -> None:
    for quantile, field in QUANTILES:
        value = getattr(distribution, field)
        if value is not None:
            metric.add_sample(metric.name, {**labels, "quantile": quantile}, value / 1e3)


def _states(snapshot: Snapshot, labels: dict[str, str]) -> Metric:
    metric = Metric("pipegen_part_status", "State of each part of the pipeline.", "stateset")
    for part in _PARTS:
        status = getattr(snapshot, part).status
        for state in _STATES:
            metric.add_sample(metric.name, {**labels, "part": part, metric.name: state}, float(state == status))
    return metric


def _errors(snapshot: Snapshot, labels: dict[str, str]) -> Metric:
    metric = Metric("pipegen_errors", "Errors seen, by part, category and severity.", "counter")
    counts: dict[tuple[str, str, str], int] = {}
    for entry in snapshot.errors:
        key = (entry.component, entry.category, entry.severity)
        counts[key] = counts.get(key, 0) + entry.count
    for (component, category, severity), count in sorted(counts.items()):
        named = {"component": component, "category": category, "severity": severity}
        metric.add_sample("pipegen_errors_total", {**labels, **named}, count)
    return metric


def _thresholds(snapshot: Snapshot, labels: dict[str, str]) -> Metric:
    metric = Metric("pipegen_threshold_holds", "Whether a threshold holds, as it stands: 1 or 0.", "gauge")
    for result in snapshot.verdict.results:
        if result.outcome is not None:
            named = {**labels, "threshold": result.expression}
            metric.add_sample(metric.name, named, float(result.outcome == "pass"))
    return metric
