"""The Flink job, from the newest readings of Flink and, for the lag of its consumer group, of Kafka."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipegen.observe import FlinkReading, KafkaReading, Reading
from pipegen.run.picture.group import GROUP_FIGURES, group_figures, group_of, group_reasons
from pipegen.run.picture.reading import NOT_ASKED, asked, status_of, unread
from pipegen.snapshot import Explained, FlinkMetrics, Status

_SOURCE: Final = "Flink REST API; group_…: Kafka admin API"
_LISTS: Final = frozenset({"vertices"})
_NOT_YET: Final = "Flink has not reported it yet"


def flink(
    reading: Reading[FlinkReading], kafka: Reading[KafkaReading], *, group_id: str | None, no_job: str | None
) -> Explained[FlinkMetrics]:
    """The section.

    Args:
        reading: The newest reading of Flink.
        kafka: The newest reading of Kafka.
        group_id: Consumer group of the job's source; None when not known.
        no_job: Why there is no job; None where there should be one.
    """
    value = reading.value
    group = group_of(kafka, group_id)
    group_why = group_reasons(group, "group_") if group_id is not None else _NO_GROUP
    if value is None:
        status, failure = status_of(reading)
        return Explained.unknown(
            FlinkMetrics,
            unread(reading),
            group_why,
            status=status,
            status_reason=failure,
            source=_SOURCE,
            **asked(reading),
            **group_figures(group, "group_"),
        )
    status, why = _status(reading, value)
    cpus = [process.cpu_ratio for process in value.task_managers if process.cpu_ratio is not None]
    busy = [vertex.busy_ratio for vertex in value.vertices if vertex.busy_ratio is not None]
    worst = max(value.vertices, key=lambda vertex: vertex.backpressure_ratio or -1.0, default=None)
    section = FlinkMetrics(
        status=status,
        status_reason=why,
        source=_SOURCE,
        **asked(reading),
        version=value.cluster.version,
        job_id=value.job_id,
        job_name=value.job_name,
        job_state=value.job_state,
        jobs=list(value.jobs),
        rate=value.rate_in_per_s,
        records_in_total=value.records_in,
        records_out_total=value.records_out,
        out_rate_per_s=value.rate_out_per_s,
        pending_records=value.pending_records,
        source_emit_lag_ms=value.source_emit_lag_ms,
        watermark_lag_ms=value.watermark_lag_ms,
        late_records_dropped=value.late_dropped,
        **group_figures(group, "group_"),
        busy_ratio=max(busy, default=None),
        backpressure_ratio=worst and worst.backpressure_ratio,
        backpressure_level=worst and worst.backpressure_level,
        restarts=value.restarts,
        task_managers=value.cluster.task_managers,
        slots_total=value.cluster.slots_total,
        slots_free=value.cluster.slots_free,
        job_manager=value.job_manager,
        task_manager_list=list(value.task_managers),
        task_manager_cpu_ratio=max(cpus, default=None),
        metrics_interval_ms=value.metrics_interval_ms,
        root_exception=value.root_exception,
        vertices=list(value.vertices),
        checkpoints=value.checkpoints,
    )
    if value.job_state is None:
        own, rest = {}, no_job or NOT_ASKED
    else:
        own, rest = _job_reasons(value), _NOT_YET
    own |= {"job_manager": "Flink does not tell it of a JobManager"} | group_why
    told = Explained.known(section, own | dict(value.odd), rest=rest)
    # All figures within a list share one reason.
    return replace(told, reasons={**told.reasons, **{path: value.odd[path] for path in _LISTS & value.odd.keys()}})


_NO_GROUP: Final = {f"group_{name}": "the consumer group of the job's source is not known" for name in GROUP_FIGURES}


def _status(reading: Reading[FlinkReading], value: FlinkReading) -> tuple[Status, str | None]:
    status, why = status_of(reading)
    if status != "running":
        return status, why
    if value.job_state is None:
        if value.cluster.task_managers == 0:
            return "error", "no TaskManager is registered"
        return "starting", "there is no job yet"
    if value.job_state in {"FAILING", "FAILED", "RESTARTING"}:
        return "error", value.root_exception or f"the job is {value.job_state}"
    if value.cluster.task_managers == 0:
        return "error", "no TaskManager is registered"
    if value.job_state == "RUNNING" and value.waiting:
        return "starting", f"{len(value.waiting)} of {len(value.vertices)} vertices wait to be run"
    if value.job_state != "RUNNING":
        return ("stopped" if value.job_state in {"CANCELED", "FINISHED", "CANCELLING"} else "starting"), None
    return status, why


def _job_reasons(value: FlinkReading) -> dict[str, str]:
    """Reasons that say more than that Flink has not reported a figure yet."""
    why = {
        "watermark_lag_ms": "no operator has a watermark",
        "late_records_dropped": "no operator drops late records",
    }
    points = value.checkpoints
    if points is None:
        return why | {"checkpoints": "the job takes no checkpoints"}
    none_yet = "no checkpoint has completed yet"
    return why | {
        "checkpoints": none_yet,
        "checkpoints.interval_ms": "checkpointing is off",
        "checkpoints.start_delay_ms": none_yet if points.completed == 0 else _NOT_YET,
        "checkpoints.alignment_ms": none_yet if points.completed == 0 else "no operator has two inputs to align",
    }
