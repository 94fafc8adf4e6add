"""The sections of a snapshot about Flink's job and the schema registry, from the newest readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipegen.observe import FlinkReading, KafkaReading, Reading, RegistryReading
from pipegen.run.picture.service_sections import NOT_ASKED, asked, explain_reading, group_of, group_reasons, status_of
from pipegen.snapshot import FlinkMetrics, RegistryMetrics, Status

_NOT_YET: Final = "Flink has not reported it yet"


def flink(
    reading: Reading[FlinkReading],
    kafka: Reading[KafkaReading],
    reasons: dict[str, str],
    *,
    group_id: str | None,
    no_job: str | None,
) -> FlinkMetrics:
    """The job.

    Args:
        reading: The newest reading of Flink.
        kafka: The newest reading of Kafka, for the lag of the source's consumer group.
        reasons: Filled in.
        group_id: Consumer group of the job's source; None when not known.
        no_job: Why there is no job; None where there should be one.
    """
    value = reading.value
    status, why = _job_status(reading)
    vertices = list(value.vertices) if value else []
    cpus = [process.cpu_ratio for process in value.task_managers] if value else []
    worst = max(vertices, key=lambda vertex: vertex.backpressure_ratio or -1.0, default=None)
    group = group_of(kafka, group_id)
    metrics = FlinkMetrics(
        status=status,
        status_reason=why,
        source="Flink REST API; group_…: Kafka admin API",
        age_ms=reading.age_ms(),
        **asked(reading),
        version=value.cluster.version if value else None,
        job_id=value.job_id if value else None,
        job_name=value.job_name if value else None,
        job_state=value.job_state if value else None,
        jobs=list(value.jobs) if value else [],
        rate=value.rate_in_per_s if value else None,
        records_in_total=value.records_in if value else None,
        records_out_total=value.records_out if value else None,
        out_rate_per_s=value.rate_out_per_s if value else None,
        pending_records=value.pending_records if value else None,
        source_emit_lag_ms=value.source_emit_lag_ms if value else None,
        watermark_lag_ms=value.watermark_lag_ms if value else None,
        late_records_dropped=value.late_dropped if value else None,
        group_lag=group.lag if group else None,
        group_lag_s=group.lag_s if group else None,
        group_lag_trend_per_s=group.lag_trend_per_s if group else None,
        group_commit_rate_per_s=group.commit_rate_per_s if group else None,
        group_verdict=group.verdict if group else None,
        busy_ratio=max((vertex.busy_ratio for vertex in vertices if vertex.busy_ratio is not None), default=None),
        backpressure_ratio=worst.backpressure_ratio if worst else None,
        backpressure_level=worst.backpressure_level if worst else None,
        restarts=value.restarts if value else None,
        task_managers=value.cluster.task_managers if value else None,
        slots_total=value.cluster.slots_total if value else None,
        slots_free=value.cluster.slots_free if value else None,
        job_manager=value.job_manager if value else None,
        task_manager_list=list(value.task_managers) if value else [],
        task_manager_cpu_ratio=max((cpu for cpu in cpus if cpu is not None), default=None),
        metrics_interval_ms=value.metrics_interval_ms if value else None,
        root_exception=value.root_exception if value else None,
        vertices=vertices,
        checkpoints=value.checkpoints if value else None,
    )
    explain_reading("flink", metrics, reading, _flink_reasons(value, no_job) | _of_group(kafka, group_id), reasons)
    return metrics


def _job_status(reading: Reading[FlinkReading]) -> tuple[Status, str | None]:
    status, why = status_of(reading)
    value = reading.value
    if value is None or status != "running":
        return status, why
    if value.job_state is None:
        if not value.cluster.task_managers:
            return "error", "no TaskManager is registered"
        return "starting", "there is no job yet"
    if value.job_state in {"FAILING", "FAILED", "RESTARTING"}:
        return "error", value.root_exception or f"the job is {value.job_state}"
    if not value.cluster.task_managers:
        return "error", "no TaskManager is registered"
    if value.job_state == "RUNNING" and value.waiting:
        return "starting", f"{len(value.waiting)} of {len(value.vertices)} vertices wait to be run"
    if value.job_state != "RUNNING":
        return ("stopped" if value.job_state in {"CANCELED", "FINISHED", "CANCELLING"} else "starting"), None
    return status, why


def _flink_reasons(value: FlinkReading | None, no_job: str | None) -> dict[str, str]:
    job = _NOT_YET if value is not None and value.job_state is not None else (no_job or NOT_ASKED)
    names = [name for name in FlinkMetrics.model_fields if not name.startswith("group_")]
    why = dict.fromkeys(names, job)
    why["watermark_lag_ms"] = "no operator has a watermark" if job == _NOT_YET else job
    why["late_records_dropped"] = "no operator drops late records" if job == _NOT_YET else job
    why["job_manager"] = "Flink does not tell it of a JobManager"
    points = value.checkpoints if value else None
    if points is not None:
        none_yet = "no checkpoint has completed yet"
        why["checkpoints"] = none_yet
        why["checkpoints.interval_ms"] = "checkpointing is off"
        why["checkpoints.start_delay_ms"] = none_yet if points.completed == 0 else _NOT_YET
        why["checkpoints.alignment_ms"] = none_yet if points.completed == 0 else "no operator has two inputs to align"
    return why


def _of_group(kafka: Reading[KafkaReading], group_id: str | None) -> dict[str, str]:
    if group_id is None:
        return {f"group_{name}": "the consumer group of the job's source is not known" for name in _GROUP}
    return group_reasons(group_of(kafka, group_id), "group_")


_GROUP: Final = ("lag", "lag_s", "lag_trend_per_s", "commit_rate_per_s")


@dataclass(frozen=True, slots=True)
class RecordChecks:
    """What PipeGen itself counted of records and their schemas; None where it counts nothing.

    Attributes:
        checked: Output records checked against their schema.
        invalid: Of these, those that do not decode.
        made: Input records made.
        broken: Of these, those that were made against their schema on purpose.
        cache_misses: Schemas that the reader had to ask for.
    """

    checked: int | None = None
    invalid: int = 0
    made: int | None = None
    broken: int = 0
    cache_misses: int | None = None

    @property
    def validation_success_ratio(self) -> float | None:
        """Valid share of what was checked."""
        return (self.checked - self.invalid) / self.checked if self.checked else None

    @property
    def serialisation_success_ratio(self) -> float | None:
        """Share of what was made that keeps its schema."""
        return (self.made - self.broken) / self.made if self.made else None


def registry(
    reading: Reading[RegistryReading],
    reasons: dict[str, str],
    *,
    url: str | None,
    input_subject: str | None,
    output_subject: str | None,
    checks: RecordChecks | None = None,
) -> RegistryMetrics:
    """The schema registry."""
    value = reading.value
    status, why = status_of(reading)
    if value is not None and status == "running" and any(change.compatible is False for change in value.changes):
        status, why = "error", "a version that is not compatible was registered during the run"
    counted = checks or RecordChecks()
    metrics = RegistryMetrics(
        status=status,
        status_reason=why,
        source="schema registry API; success ratios: counters of this process",
        age_ms=reading.age_ms(),
        **asked(reading),
        url=url,
        response_ms=round(value.response_ms, 3) if value else None,
        subjects=sum(bool(subject.versions) for subject in value.subjects) if value else None,
        input_subject=input_subject,
        input_version=value.input_version if value else None,
        output_subject=output_subject,
        output_version=value.output_version if value else None,
        compatibility=value.compatibility if value else None,
        subject_list=list(value.subjects) if value else [],
        changes=list(value.changes) if value else [],
        validation_success_ratio=counted.validation_success_ratio,
        serialisation_success_ratio=counted.serialisation_success_ratio,
        cache_misses=counted.cache_misses,
    )
    watched = "PipeGen only watches: it makes and reads no records"
    own = {
        "input_version": "the subject is not there",
        "output_version": "Flink registers it with the first record it writes",
        "validation_success_ratio": watched if checks is None else "no record was checked yet",
        "serialisation_success_ratio": watched if checks is None else "no record was made yet",
        "cache_misses": watched,
    }
    explain_reading("registry", metrics, reading, own, reasons)
    return metrics
