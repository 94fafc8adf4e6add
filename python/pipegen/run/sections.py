"""The sections of a snapshot, one function each, from the newest reading of each part.

A reading that is old stays, with its age; the status says that its source does not answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipegen.hotpath import Totals
from pipegen.observe import FlinkReading, KafkaReading, Reading, RegistryReading, SystemReading
from pipegen.run.names import RunNames
from pipegen.run.tracker import Standing
from pipegen.snapshot import (
    ConsumerMetrics,
    FlinkMetrics,
    KafkaMetrics,
    OutputMetrics,
    ProducerMetrics,
    RegistryMetrics,
    Status,
    SystemMetrics,
)

_NOT_ASKED = "not asked yet"
_NO_INTERVAL = "a rate needs two readings"
_OWN_SOURCE = "counters of this process"


@dataclass(frozen=True, slots=True)
class ProducerState:
    """What the pacer says at one moment."""

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


def producer(
    state: ProducerState, totals: Totals, rates: Rates, standing: Standing, reasons: dict[str, str]
) -> ProducerMetrics:
    """What we send."""
    status: Status = "running"
    if standing.load_start_ns is None:
        status = "starting" if standing.exit_code is None else "stopped"
        reasons["producer.planned_total"] = reasons["producer.planned_rate_per_s"] = "the load has not started yet"
    elif standing.load_end_ns is not None:
        status = "stopped"
    for name, rate in (("rate", rates.delivered), ("sent_rate_per_s", rates.sent), ("bytes_per_s", rates.sent_bytes)):
        if rate is None:
            reasons[f"producer.{name}"] = _NO_INTERVAL
    return ProducerMetrics(
        status=status,
        status_reason="everything is sent" if standing.producer_done else None,
        source=_OWN_SOURCE,
        age_ms=0.0,
        rate=rates.delivered,
        total=totals.delivered,
        errors=totals.failed,
        sent_total=totals.sent,
        sent_rate_per_s=rates.sent,
        planned_total=state.planned_total,
        planned_rate_per_s=state.planned_rate_per_s,
        late_total=state.late_total,
        skipped_total=state.skipped_total,
        bytes_total=totals.sent_bytes,
        bytes_per_s=rates.sent_bytes,
    )


def kafka(
    reading: Reading[KafkaReading], input_topic: str, standing: Standing, reasons: dict[str, str]
) -> KafkaMetrics:
    """The brokers and the input topic."""
    value = reading.value
    status, why = _status(reading)
    if value is not None and status == "running" and value.leaderless:
        status, why = "error", f"{value.leaderless} partitions have no leader"
    if value is None:
        reasons["kafka"] = why or _NOT_ASKED
    elif value.input is None:
        reasons["kafka.input_total"] = reasons["kafka.rate"] = "the input topic is not there"
    elif value.input.rate_per_s is None:
        reasons["kafka.rate"] = _NO_INTERVAL
    _explain_age("kafka", reading, reasons)
    return KafkaMetrics(
        status=status,
        status_reason=why,
        source="Kafka admin API",
        age_ms=reading.age_ms(),
        topics=_get(value, "topics"),
        partitions=_get(value, "partitions"),
        brokers=_get(value, "brokers"),
        input_topic=input_topic,
        input_total=max(0, value.input.total - standing.probes) if value and value.input else None,
        rate=value.input.rate_per_s if value and value.input else None,
        under_replicated_partitions=_get(value, "under_replicated"),
        leaderless_partitions=_get(value, "leaderless"),
    )


def output(reading: Reading[KafkaReading], output_topic: str, totals: Totals, reasons: dict[str, str]) -> OutputMetrics:
    """The output topic."""
    status, why = _status(reading)
    end = reading.value.output if reading.value else None
    if end is None:
        reasons["output"] = why or ("the output topic is not there" if reading.value else _NOT_ASKED)
        if status == "running":
            status = "unknown"
    elif end.rate_per_s is None:
        reasons["output.rate"] = _NO_INTERVAL
    _explain_age("output", reading, reasons)
    return OutputMetrics(
        status=status,
        status_reason=why,
        source="Kafka admin API",
        age_ms=reading.age_ms(),
        topic=output_topic,
        partitions=end.partitions if end else None,
        total=max(0, end.total - totals.probes) if end else None,
        rate=end.rate_per_s if end else None,
    )


def consumer(
    reading: Reading[KafkaReading], totals: Totals, rates: Rates, standing: Standing, reasons: dict[str, str]
) -> ConsumerMetrics:
    """Our own reader of the output topic."""
    lag = reading.value.output.lag if reading.value and reading.value.output else None
    if rates.consumed is None:
        reasons["consumer.rate"] = _NO_INTERVAL
    if lag is None:
        reasons["consumer.lag"] = "the end of the output topic is not known yet"
    status: Status = "running"
    if standing.phase == "starting":
        status = "starting"
    elif standing.drained or standing.exit_code is not None:
        status = "stopped"
    return ConsumerMetrics(
        status=status,
        status_reason=None,
        source=f"{_OWN_SOURCE}; lag: end offsets less our positions",
        age_ms=0.0,
        rate=rates.consumed,
        lag=lag,
        total=totals.consumed,
        errors=totals.undecodable,
        unchecked=standing.unchecked_total,
        bytes_total=totals.consumed_bytes,
    )


def flink(reading: Reading[FlinkReading], standing: Standing, reasons: dict[str, str]) -> FlinkMetrics:
    """The job."""
    value = reading.value
    status, why = _status(reading)
    if value is None:
        reasons["flink"] = why or _NOT_ASKED
    elif value.job_state is None:
        reasons["flink"] = "no job is submitted yet" if not standing.job_ids else _NOT_ASKED
        status = "starting" if status == "running" else status
    else:
        if status == "running" and value.job_state in {"FAILING", "FAILED", "RESTARTING"}:
            status, why = "error", value.root_exception or f"the job is {value.job_state}"
        elif status == "running" and value.job_state != "RUNNING":
            status = "stopped" if value.job_state in {"CANCELED", "FINISHED", "CANCELLING"} else "starting"
        missing = "Flink has not reported it yet"
        for name in _FLINK_FIGURES:
            reasons.setdefault(f"flink.{name}", missing)
    _explain_age("flink", reading, reasons)
    vertices = list(value.vertices) if value else []
    worst = max(vertices, key=lambda vertex: vertex.backpressure_ratio or -1.0, default=None)
    busy = max((vertex.busy_ratio for vertex in vertices if vertex.busy_ratio is not None), default=None)
    metrics = FlinkMetrics(
        status=status,
        status_reason=why,
        source="Flink REST API",
        age_ms=reading.age_ms(),
        version=value.cluster.version if value else None,
        job_id=_get(value, "job_id"),
        job_name=_get(value, "job_name"),
        job_state=_get(value, "job_state"),
        rate=_get(value, "rate_in_per_s"),
        records_in_total=_get(value, "records_in"),
        records_out_total=_get(value, "records_out"),
        out_rate_per_s=_get(value, "rate_out_per_s"),
        pending_records=_get(value, "pending_records"),
        source_emit_lag_ms=_get(value, "source_emit_lag_ms"),
        busy_ratio=busy,
        backpressure_ratio=worst.backpressure_ratio if worst else None,
        backpressure_level=worst.backpressure_level if worst else None,
        restarts=_get(value, "restarts"),
        task_managers=value.cluster.task_managers if value else None,
        slots_total=value.cluster.slots_total if value else None,
        slots_free=value.cluster.slots_free if value else None,
        root_exception=_get(value, "root_exception"),
        vertices=vertices,
        checkpoints=_get(value, "checkpoints"),
    )
    for name in _FLINK_FIGURES:
        if getattr(metrics, name) is not None:
            reasons.pop(f"flink.{name}", None)
    if metrics.checkpoints is not None:
        if metrics.checkpoints.interval_ms is None:
            reasons["flink.checkpoints.interval_ms"] = "checkpointing is off"
        if metrics.checkpoints.last_duration_ms is None:
            reasons["flink.checkpoints.last_duration_ms"] = "no checkpoint has completed yet"
            reasons["flink.checkpoints.last_size_bytes"] = "no checkpoint has completed yet"
    return metrics


_FLINK_FIGURES = (
    "rate",
    "records_in_total",
    "records_out_total",
    "out_rate_per_s",
    "pending_records",
    "source_emit_lag_ms",
    "busy_ratio",
    "backpressure_ratio",
    "restarts",
    "checkpoints",
)


def registry(
    reading: Reading[RegistryReading], url: str | None, names: RunNames, reasons: dict[str, str]
) -> RegistryMetrics:
    """The schema registry."""
    value = reading.value
    status, why = _status(reading)
    if value is None:
        reasons["registry"] = why or _NOT_ASKED
    else:
        if value.input_version is None:
            reasons["registry.input_version"] = "the subject is not there"
        if value.output_version is None:
            reasons["registry.output_version"] = "Flink registers it with the first record it writes"
    _explain_age("registry", reading, reasons)
    return RegistryMetrics(
        status=status,
        status_reason=why,
        source="schema registry API",
        age_ms=reading.age_ms(),
        url=url,
        response_ms=round(value.response_ms, 3) if value else None,
        subjects=sum(v is not None for v in (value.input_version, value.output_version)) if value else None,
        input_subject=names.input_subject,
        input_version=_get(value, "input_version"),
        output_subject=names.output_subject,
        output_version=_get(value, "output_version"),
        compatibility=_get(value, "compatibility"),
    )


def system(reading: Reading[SystemReading], reasons: dict[str, str]) -> SystemMetrics:
    """PipeGen itself and the machine."""
    value = reading.value
    status, why = _status(reading)
    if value is None:
        reasons["system"] = why or _NOT_ASKED
    elif value.cpu_ratio is None:
        reasons["system.cpu_ratio"] = reasons["system.machine_cpu_ratio"] = _NO_INTERVAL
    _explain_age("system", reading, reasons)
    return SystemMetrics(
        status=status,
        status_reason=why,
        source="operating system (psutil)",
        age_ms=reading.age_ms(),
        cpu_ratio=_get(value, "cpu_ratio"),
        rss_bytes=_get(value, "rss_bytes"),
        machine_cpu_ratio=_get(value, "machine_cpu_ratio"),
        machine_memory_ratio=_get(value, "machine_memory_ratio"),
        cores=_get(value, "cores"),
    )


def _status(reading: Reading[Any]) -> tuple[Status, str | None]:
    if reading.failure is not None:
        return "error", reading.failure
    if reading.value is None:
        return "unknown", None
    return "running", None


def _explain_age(section: str, reading: Reading[Any], reasons: dict[str, str]) -> None:
    if reading.measured_ns is None:
        reasons.setdefault(f"{section}.age_ms", reading.failure or _NOT_ASKED)


def _get(value: Any, name: str) -> Any:
    return None if value is None else getattr(value, name)
