"""The lists inside invented snapshots: brokers, topics, groups, jobs, processes, subjects. Never shipped."""

from __future__ import annotations

from typing import Any


def kafka_details(
    name: str, sent: int, consumed: int, sent_rate: float, consumed_rate: float, behind: float
) -> dict[str, Any]:
    """What the Kafka section holds beside its totals."""
    roles = {"input": (sent, sent_rate), "output": (consumed, consumed_rate)}
    return {
        "controller_id": 1,
        "unreachable_brokers": 0,
        "groups_total": 2,
        "broker_list": [
            {"id": 1, "address": "127.0.0.1:9092", "rack": None, "controller": True, "reachable": True, "leaders": 12}
        ],
        "topic_list": [topic(name, role, total, rate) for role, (total, rate) in roles.items()],
        "groups": [
            group(f"pipegen-{name}-7f3a-flink", "flink", consumed, int(behind * 24_000), consumed_rate),
            group(f"pipegen-{name}-7f3a", "pipegen", consumed, 20, consumed_rate),
        ],
    }


def topic(name: str, role: str, total: int, rate: float) -> dict[str, Any]:
    """One topic of four partitions."""
    return {
        "name": f"{name}-{role}-7f3a",
        "role": role,
        "partitions": 4,
        "replication_factor": 1,
        "under_replicated_partitions": 0,
        "leaderless_partitions": 0,
        "begin_total": 0,
        "end_total": total,
        "rate": rate,
        "partition_list": [
            {
                "partition": number,
                "leader": 1,
                "replicas": [1],
                "in_sync": [1],
                "begin_offset": 0,
                "end_offset": total // 4,
                "rate": rate / 4,
            }
            for number in range(4)
        ],
    }


def group(name: str, kind: str, committed: int, lag: int, rate: float) -> dict[str, Any]:
    """One consumer group."""
    return {
        "id": name,
        "kind": kind,
        "state": "empty" if kind == "flink" else "stable",
        "members": 0 if kind == "flink" else 1,
        "as_of_checkpoint": kind == "flink",
        "committed_total": committed,
        "commit_rate_per_s": rate,
        "lag": lag,
        "lag_s": 0.4,
        "lag_s_reason": None,
        "lag_trend_per_s": 0.0,
        "verdict": "ok",
        "partitions": [],
    }


def flink_details(name: str, second: float, behind: float, rate: float) -> dict[str, Any]:
    """What the Flink section holds beside its totals."""
    states = ("CREATED", "RUNNING")
    process = {"cpu_ratio": 0.31, "heap_used_bytes": 180_000_000, "heap_max_bytes": 536_870_912}
    return {
        "jobs": [
            {
                "id": "5b1f0d8e3c4a",
                "name": f"insert-into_{name}",
                "state": "RUNNING",
                "transitions": [{"state": state, "at": "2026-11-24T07:59:58.000Z"} for state in states],
            }
        ],
        "watermark_lag_ms": 1020.0,
        "late_records_dropped": 0,
        "group_lag": int(behind * 24_000 + rate * (second % 10)),
        "group_lag_s": second % 10,
        "group_lag_trend_per_s": 0.0,
        "group_commit_rate_per_s": rate,
        "group_verdict": "ok",
        "job_manager": {
            "id": "jobmanager",
            "address": None,
            **process,
            "non_heap_used_bytes": 90_000_000,
            "slots_total": None,
            "slots_free": None,
            "heartbeat_age_ms": None,
        },
        "task_manager_list": [
            {
                "id": "taskmanager-1",
                "address": "127.0.0.1",
                **process,
                "non_heap_used_bytes": 90_000_000,
                "slots_total": 8,
                "slots_free": 6,
                "heartbeat_age_ms": 900.0,
            }
        ],
        "task_manager_cpu_ratio": 0.31,
        "metrics_interval_ms": 1000.0,
    }


def subject(name: str, role: str) -> dict[str, Any]:
    """One subject of the pipeline."""
    return {
        "subject": f"{name}-{role}-7f3a-value",
        "role": role,
        "versions": [1],
        "schema_id": 1 if role == "input" else 2,
        "compatibility": "BACKWARD",
        "own_compatibility": False,
    }
