"""Snapshots as OpenMetrics text, through prometheus-client. Names follow from the contract, in base units.

``flink.checkpoints.last_duration_ms`` is ``pipegen_flink_checkpoints_last_duration_seconds``. What is null is left out:
an absent sample says "not known", a zero would not. Latencies are summaries whose quantiles come from histograms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from pipegen.snapshot import LatencyStage, Percentiles, Snapshot
from pipegen.snapshot.figures import figure_paths, read_figures
from pipegen.snapshot.kinds import PLANNED, STANDING, figure_kind, figure_unit

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_QUANTILES: Final = (("0.5", "p50_ms"), ("0.95", "p95_ms"), ("0.99", "p99_ms"), ("0.999", "p999_ms"))
_STATES: Final = ("running", "starting", "stopped", "error", "unknown")
_PARTS: Final = ("producer", "kafka", "flink", "output", "consumer", "registry", "system")
# Unit in the contract → its suffix there, the unit in base units, and the factor between them.
_UNITS: Final = {
    "ms": ("_ms", "seconds", 1e-3),
    "us": ("_us", "seconds", 1e-6),
    "bytes": ("_bytes", "bytes", 1.0),
    "ratio": ("_ratio", "ratio", 1.0),
    "s": ("_s", "seconds", 1.0),
}
# Latencies are summaries and errors have labels of their own; the sequence numbers snapshots, not the run.
_APART: Final = ("latency.", "errors.", "error_trends.", "sequence")


@dataclass(frozen=True, slots=True)
class _Family:
    path: str
    name: str
    unit: str
    kind: str
    factor: float


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
        for family in _families():
            value = values[family.path]
            if value is not None:
                yield _single(family, labels, value * family.factor)
        yield from _latencies(snapshot, labels)
        yield _states(snapshot, labels)
        yield _errors(snapshot, labels)


@cache
def _families() -> tuple[_Family, ...]:
    return tuple(_family(path) for path in figure_paths() if not path.startswith(_APART))


def _family(path: str) -> _Family:
    name = "pipegen_" + path.replace(".", "_")
    if path in PLANNED:
        return _Family(path, name.removesuffix("_total") + "_records", "", "gauge", 1.0)
    if path in STANDING:
        return _Family(path, name.removesuffix("_total"), "", "gauge", 1.0)
    kind = figure_kind(path)
    if kind == "counter":
        return _Family(path, name.removesuffix("_total"), "", "counter", 1.0)
    if kind == "rate":
        return _Family(path, f"{name.removesuffix('_per_s')}_per_second", "", "gauge", 1.0)
    unit = figure_unit(path)
    if unit not in _UNITS:
        return _Family(path, name, "", "gauge", 1.0)
    suffix, base_unit, factor = _UNITS[unit]
    base = name.removesuffix(suffix)
    return _Family(path, f"{base.removesuffix('_rate')}_{base_unit}", base_unit, "gauge", factor)


def _single(family: _Family, labels: dict[str, str], value: float) -> Metric:
    metric = Metric(family.name, f"{family.path} of the snapshot.", family.kind, family.unit)
    metric.add_sample(f"{family.name}_total" if family.kind == "counter" else family.name, labels, value)
    return metric


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
        _quantiles(total, staged, stage.total)
        total.add_sample(total.name + "_count", staged, stage.total.count)
        total.add_sample(total.name + "_sum", staged, stage.total.count * (stage.total.mean_ms or 0.0) / 1e3)
        _quantiles(recent, staged, stage.interval)
    yield total
    yield recent


def _quantiles(metric: Metric, labels: dict[str, str], distribution: Percentiles) -> None:
    for quantile, field in _QUANTILES:
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
