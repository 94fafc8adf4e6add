"""Snapshots for tests and for work on the page. Their figures are invented: none of this is ever shipped."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from pipegen.snapshot import Snapshot
from tests.dashboard.invented_details import flink_details, kafka_details, subject
from tests.dashboard.invented_quality import quality
from tests.dashboard.invented_verdict import standing
from tests.dashboard.rest import fill

STARTED_AT = datetime(2026, 11, 24, 8, 0, 0, tzinfo=UTC)
PHASES: list[dict[str, Any]] = [
    {
        "name": name,
        "shape": "hold",
        "start_s": start,
        "end_s": end,
        "start_rate_per_s": rate,
        "end_rate_per_s": rate,
        "min_rate_per_s": rate,
        "max_rate_per_s": rate,
        "percent": percent,
        "points": [[start, rate], [end, rate]],
    }
    for name, start, end, rate, percent in (
        ("steady", 0, 120, 10_000, 100),
        ("peak1", 120, 240, 40_000, 400),
        ("steady", 240, 360, 10_000, 100),
        ("peak2", 360, 480, 30_000, 300),
        ("steady", 480, 600, 10_000, 100),
    )
]
DURATION_S = 600.0


def wobble(second: float, salt: float) -> float:
    """Between -1 and 1, the same for the same arguments."""
    return math.sin(second * 1.7 + salt) * 0.6 + math.sin(second * 0.61 + salt * 3) * 0.4


def plan_rate(second: float) -> float:
    for phase in PHASES:
        if phase["start_s"] <= second < phase["end_s"]:
            return float(phase["start_rate_per_s"])
    return 0.0


def planned_total(second: float) -> float:
    return sum(
        (min(max(second, phase["start_s"]), phase["end_s"]) - phase["start_s"]) * phase["start_rate_per_s"]
        for phase in PHASES
    )


def backlog(second: float) -> float:
    """How far the invented job is behind, 0 to 1."""
    into = second - 120
    if into < 0:
        return 0.0
    return 1 - math.exp(-into / 15) if into < 120 else math.exp(-(into - 120) / 9)


def percentiles(count: int, p50_ms: float) -> dict[str, Any]:
    if count == 0:
        return {"count": 0, **dict.fromkeys(("p50_ms", "p95_ms", "p99_ms", "p999_ms", "min_ms", "mean_ms", "max_ms"))}
    factors = {"p50_ms": 1, "p95_ms": 2.1, "p99_ms": 3.4, "p999_ms": 5.2, "min_ms": 0.3, "mean_ms": 1.2, "max_ms": 8.8}
    return {"count": count, **{name: p50_ms * factor for name, factor in factors.items()}}


def stage(count: int, p50_ms: float, uncorrected_p50_ms: float | None = None) -> dict[str, Any]:
    uncorrected = None if uncorrected_p50_ms is None else percentiles(count, uncorrected_p50_ms)
    return {
        "interval": percentiles(min(count, 9_990), p50_ms),
        "total": percentiles(count, p50_ms * 1.1),
        "uncorrected_interval": uncorrected,
        "uncorrected_total": uncorrected,
        "negative_count": 0,
    }


def part(count: int, p50_ms: float) -> dict[str, Any]:
    return {name: stage(count, p50_ms)[name] for name in ("interval", "total", "negative_count")}


def section(status: str = "running", source: str = "invented", reason: str | None = None) -> dict[str, Any]:
    return {"status": status, "status_reason": reason, "source": source, "age_ms": 240.0}


def observed(source: str) -> dict[str, Any]:
    return {**section(source=source), "answers": True, "interval_ms": 1000.0, "call_ms": 6.0}


def running(second: float, *, sequence: int | None = None, name: str = "orders") -> dict[str, Any]:
    """The contents of a snapshot in the middle of a run, as a dictionary to change and validate."""
    plan = plan_rate(second)
    behind = backlog(second)
    sent = int(planned_total(second))
    consumed = max(0, sent - int(60 + behind * 28_000))
    producer_rate = plan * (1 + 0.004 * wobble(second, 1))
    consumer_rate = min(producer_rate, 36_000) * (1 + 0.006 * wobble(second, 2))
    p50_ms = 16 + 1.4 * wobble(second, 3) + behind * 340
    busy = min(0.98, 0.22 + plan / 52_000)
    pressure = 0.62 if plan > 35_000 else 0.31 if plan > 25_000 else 0.02
    level = "high" if pressure > 0.5 else "low" if pressure > 0.1 else "ok"
    index = next((i for i, phase in enumerate(PHASES) if phase["start_s"] <= second < phase["end_s"]), None)
    now = STARTED_AT + timedelta(seconds=second)
    vertices = [
        vertex("a", "Source: orders[1]", consumed, producer_rate, busy * 0.3, pressure, level),
        vertex("b", "Calc[2] -> Sink: revenue[3]", consumed, consumer_rate, busy, 0.0, "ok"),
    ]
    return {
        "sequence": int(second) if sequence is None else sequence,
        "timestamp": now.isoformat().replace("+00:00", "Z"),
        "run": {
            "id": "7f3a",
            "pipeline": name,
            "phase": "running",
            "step": "sending",
            "shape": "one_to_one",
            "started_at": STARTED_AT.isoformat().replace("+00:00", "Z"),
            "elapsed_s": second,
            "duration_s": DURATION_S,
            "worker": 0,
            "workers": 1,
            "update_interval_ms": 1000.0,
            "exit_code": None,
        },
        "traffic": {
            "base_rate_per_s": 10_000.0,
            "pattern": "2m-4m:400%,6m-8m:300%",
            "arrivals": "uniform",
            "planned_total": 10_200_000,
            "phases": PHASES,
            "phase": None if index is None else PHASES[index]["name"],
            "phase_index": index,
            "next_in_s": None if index is None else PHASES[index]["end_s"] - second,
        },
        "headline": headline(pressure, level, p50_ms),
        "producer": {
            **section(source="PipeGen's own counters"),
            "rate": producer_rate,
            "total": sent,
            "errors": 0,
            "sent_total": sent + 40,
            "sent_rate_per_s": producer_rate,
            "planned_total": planned_total(second),
            "planned_rate_per_s": plan,
            "late_total": 3,
            "skipped_total": 0,
            "bytes_total": sent * 118,
            "bytes_per_s": producer_rate * 118,
            "sender": "native",
            "sender_reason": "librdkafka 2.16.0, the one that confluent-kafka has loaded",
        },
        "kafka": {
            **observed(source="Kafka admin client"),
            "topics": 3,
            "partitions": 12,
            "brokers": 1,
            "input_topic": f"{name}-input-7f3a",
            "input_total": sent,
            "rate": producer_rate,
            "under_replicated_partitions": 0,
            "leaderless_partitions": 0,
            **kafka_details(name, sent, consumed, producer_rate, consumer_rate, behind),
        },
        "flink": {
            **observed(source="Flink REST"),
            "version": "2.3.0",
            "job_id": "5b1f0d8e3c4a",
            "job_name": f"insert-into_{name}",
            "job_state": "RUNNING",
            "rate": consumer_rate,
            "records_in_total": consumed,
            "records_out_total": consumed,
            "out_rate_per_s": consumer_rate,
            "pending_records": int(behind * 24_000),
            "source_emit_lag_ms": 12 + behind * 700,
            **flink_details(name, second, behind, consumer_rate),
            "busy_ratio": busy,
            "backpressure_ratio": pressure,
            "backpressure_level": level,
            "restarts": 0,
            "task_managers": 1,
            "slots_total": 8,
            "slots_free": 6,
            "root_exception": None,
            "vertices": vertices,
            "checkpoints": {
                "completed": int(second // 10),
                "failed": 0,
                "in_progress": 0,
                "last_duration_ms": 84.0,
                "last_size_bytes": 48_200,
                "interval_ms": 10_000.0,
                "restored": 0,
                "last_persisted_bytes": 48_200,
                "last_completed_at": "2026-11-24T08:07:00.084Z",
                "start_delay_ms": 3.0 + behind * 900,
                "alignment_ms": 1.0,
                "last_failure": None,
                "last_failure_at": None,
            },
        },
        "output": {
            **section(source="Kafka admin client"),
            "topic": f"{name}-output-7f3a",
            "partitions": 4,
            "total": consumed + 20,
            "rate": consumer_rate,
        },
        "consumer": {
            **section(source="PipeGen's own reader"),
            "rate": consumer_rate,
            "lag": 20 + int(behind * 400),
            "lag_s": 0.4,
            "lag_trend_per_s": 0.0,
            "commit_rate_per_s": consumer_rate,
            "verdict": "ok",
            "total": consumed,
            "other_runs_total": 0,
            "errors": 0,
            "unchecked": 0,
            "bytes_total": consumed * 96,
        },
        "registry": {
            **observed(source="Schema registry"),
            "url": "http://127.0.0.1:8082/apis/ccompat/v7",
            "response_ms": 4.2,
            "subjects": 2,
            "input_subject": f"{name}-input-7f3a-value",
            "input_version": 1,
            "output_subject": f"{name}-output-7f3a-value",
            "output_version": 1,
            "compatibility": "BACKWARD",
            "subject_list": [subject(name, role) for role in ("input", "output")],
            "changes": [],
            "validation_success_ratio": 1.0,
            "serialisation_success_ratio": 1.0,
            "cache_misses": 1,
        },
        "system": {
            **observed(source="psutil"),
            "cpu_ratio": 0.14 + 0.02 * wobble(second, 5),
            "rss_bytes": 61_400_000,
            "processes": 1,
            "machine_cpu_ratio": 0.71 + 0.05 * wobble(second, 6),
            "machine_memory_ratio": 0.42,
            "cores": 2,
            "stack_disk_bytes": 412_000_000,
            "stack_disk_free_bytes": 61_000_000_000,
            "kafka_cpu_ratio": 0.22 + 0.03 * wobble(second, 8),
            "registry_cpu_ratio": 0.01,
        },
        "pipeline": {
            "expected_total": 10_200_000,
            "lost": None,
            "duplicated": 0,
            "out_of_order": 0,
            "lag": sent - consumed,
            "lag_s": 0.02 + 0.01 * (1 + wobble(second, 7)) + behind * 0.8,
            "error_rate": 0.0,
            "success_rate": 1.0,
        },
        "data_quality": quality(name, consumed),
        "faults": {"injected_total": 0, "excluded_total": 0, "excluded_consumed_total": 0, "kinds": []},
        "latency": {
            "generator_delay": stage(sent, 0.35 + 0.05 * wobble(second, 8)),
            "ack": stage(sent, 4.1 + 0.4 * wobble(second, 9), 3.8),
            "end_to_end": stage(consumed, p50_ms, p50_ms * 0.97),
            "append": part(consumed, p50_ms * 0.9),
            "output_wait": part(consumed, p50_ms * 0.1),
            "exactly_once": False,
        },
        "errors": [],
        "sql": [
            statement("sql/01_source.sql:1", "CREATE TABLE", "CREATE TABLE orders (", "done"),
            statement("sql/02_sink.sql:1", "CREATE TABLE", "CREATE TABLE revenue (", "done"),
            statement("sql/03_process.sql:1", "INSERT", "INSERT INTO revenue SELECT", "running", "5b1f0d8e3c4a"),
        ],
        "verdict": standing(),
        "reasons": {"pipeline.lost": "Known when the drain has ended: records are still on their way."},
    }


def headline(pressure: float, level: str, p50_ms: float) -> dict[str, Any]:
    evidence = f"Back-pressure {pressure:.2f} ({level.upper()}), end-to-end p99 {p50_ms * 3.4:.0f} ms."
    if level == "ok":
        return {"level": "ok", "text": "Keeping up: every record arrives within its plan.", "detail": evidence}
    text = "Keeping up, but Flink vertex “Calc” is busy and holds back its source."
    return {"level": "warning", "text": text, "detail": evidence}


def vertex(key: str, name: str, records: int, rate: float, busy: float, pressure: float, level: str) -> dict[str, Any]:
    return {
        "id": key,
        "name": name,
        "state": "RUNNING",
        "parallelism": 4,
        "inputs": [] if key == "a" else ["a"],
        "records_in_total": records,
        "records_out_total": records,
        "records_in_per_s": rate,
        "records_out_per_s": rate,
        "bytes_in_total": records * 90,
        "bytes_out_total": records * 90,
        "bytes_in_per_s": rate * 90,
        "bytes_out_per_s": rate * 90,
        "busy_ratio": busy,
        "busy_mean_ratio": busy * 0.9,
        "idle_ratio": max(0.0, 1 - busy - pressure),
        "idle_mean_ratio": max(0.0, 1 - busy - pressure),
        "backpressure_ratio": pressure,
        "backpressure_mean_ratio": pressure * 0.9,
        "backpressure_level": level,
        "watermark_ms": None if key == "b" else int(STARTED_AT.timestamp() * 1000),
        "watermark_lag_ms": None if key == "b" else 1020.0,
        "late_records_dropped": 0,
    }


def statement(file: str, kind: str, summary: str, state: str, job_id: str | None = None) -> dict[str, Any]:
    return {"file": file, "kind": kind, "summary": summary, "state": state, "error": None, "job_id": job_id}


REASONS = {
    "run.exit_code": "The run goes on.",
    "run.elapsed_s": "The load has not begun.",
    "traffic": "There is no load at this moment.",
    "data_quality": "No record was checked yet.",
    "flink.job_manager": "A JobManager has no slots.",
    "latency.generator_delay.uncorrected_interval": "A generator delay has no uncorrected twin.",
    "latency.generator_delay.uncorrected_total": "A generator delay has no uncorrected twin.",
}


TREND = {"total": 0, "counts": [0] * 30}
CALM: dict[str, Any] = {
    "cause": {
        "state": "none",
        "kind": None,
        "component": None,
        "vertex_id": None,
        "text": "Nothing to explain.",
        "evidence": [],
        "since": None,
    },
    "error_trends": {
        "interval_s": 10.0,
        **dict.fromkeys(("connection", "serialisation", "processing", "data_quality"), TREND),
    },
}


def snapshot(contents: dict[str, Any]) -> Snapshot:
    """Validates; what a state does not speak of is calm."""
    calm = {name: value for name, value in CALM.items() if name in Snapshot.model_fields}
    filled = fill(Snapshot, {**calm, **contents})
    return Snapshot.model_validate({**filled, "reasons": REASONS | contents["reasons"]})
