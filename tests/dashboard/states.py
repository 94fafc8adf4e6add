"""Invented snapshots of each state a run can be in, the unhappy ones above all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.dashboard import invented_verdict
from tests.dashboard.invented import DURATION_S, percentiles, running
from tests.dashboard.invented_topology import one_by_one, three_by_two, twenty_by_twenty

Contents = dict[str, Any]
HOSTILE = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"


def _blank(contents: Contents, part: str, keep: dict[str, Any]) -> None:
    """Takes every figure of a part away."""
    kept = {"status", "status_reason", "source", *keep}
    contents[part] = {
        name: keep.get(name, value) if name in kept else [] if isinstance(value, list) else None
        for name, value in contents[part].items()
    }
    contents[part] |= keep


def starting(sequence: int = 3) -> Contents:
    contents = running(0, sequence=sequence)
    contents["run"] |= {"phase": "starting", "step": "Submitting 03_process.sql to Flink", "elapsed_s": None}
    contents["traffic"] |= {"phase": None, "phase_index": None, "next_in_s": None}
    contents["headline"] = {
        "level": "unknown",
        "text": "Starting: submitting the SQL to Flink.",
        "detail": "Kafka and the registry are ready; the load begins when the job runs.",
    }
    reasons = {}
    for part, keep in {
        "producer": {"total": 0, "errors": 0},
        "kafka": {"topics": 3, "partitions": 12, "brokers": 1, "input_topic": "orders-input-7f3a", "input_total": 0},
        "flink": {"version": "2.3.0", "task_managers": 1, "slots_total": 8, "slots_free": 8},
        "output": {"topic": "orders-output-7f3a", "partitions": 4},
        "consumer": {"total": 0, "errors": 0, "unchecked": 0},
    }.items():
        _blank(contents, part, keep)
        reasons[part] = "The load has not begun."
    contents["producer"] |= {"status": "starting"}
    contents["flink"] |= {"status": "starting", "status_reason": "no job yet"}
    contents["output"] |= {"status": "starting"}
    contents["consumer"] |= {"status": "starting"}
    contents["pipeline"] = dict.fromkeys(contents["pipeline"])
    reasons["pipeline"] = "The load has not begun."
    _no_latency(contents)
    contents["sql"][2] |= {"state": "waiting", "job_id": None}
    contents["reasons"] = reasons
    return contents


def _no_latency(contents: Contents) -> None:
    for name in ("generator_delay", "ack", "end_to_end"):
        empty = percentiles(0, 0)
        contents["latency"][name] = {
            "interval": empty,
            "total": empty,
            "uncorrected_interval": empty,
            "uncorrected_total": empty,
            "negative_count": 0,
        }
    for name in ("append", "output_wait"):
        contents["latency"][name] = {"interval": percentiles(0, 0), "total": percentiles(0, 0), "negative_count": 0}


def probing(sequence: int = 6) -> Contents:
    contents = starting(sequence)
    contents["run"] |= {"phase": "probing", "step": "Waiting for the probe record at the far end"}
    contents["headline"] = {
        "level": "unknown",
        "text": "Probing: one record is on its way through the pipeline.",
        "detail": "The load begins when it has arrived.",
    }
    contents["flink"] |= {"status": "running", "status_reason": None, "job_state": "RUNNING"}
    contents["sql"][2] |= {"state": "running"}
    return contents


def draining(sequence: int = 604) -> Contents:
    contents = running(DURATION_S + 4, sequence=sequence)
    contents["run"] |= {"phase": "draining", "step": "Waiting for 2 310 records", "elapsed_s": DURATION_S}
    contents["producer"] |= {"status": "stopped", "rate": 0.0, "sent_rate_per_s": 0.0, "planned_rate_per_s": 0.0}
    contents["headline"] = {
        "level": "ok",
        "text": "Draining: everything is sent, 2 310 records are still on their way.",
        "detail": "The run ends when they have arrived, or after 5 minutes.",
    }
    contents["pipeline"] |= {"lag": 2310}
    return contents


def finished(sequence: int = 608) -> Contents:
    contents = running(DURATION_S + 8, sequence=sequence)
    contents["run"] |= {"phase": "finished", "step": "done", "elapsed_s": DURATION_S, "exit_code": 0}
    for part in ("producer", "consumer"):
        contents[part] |= {"status": "stopped", "rate": 0.0, "total": 10_200_000}
    contents["kafka"] |= {"rate": 0.0, "input_total": 10_200_000}
    contents["output"] |= {"rate": 0.0, "total": 10_200_000}
    contents["flink"] |= {"status": "stopped", "rate": 0.0, "out_rate_per_s": 0.0, "job_state": "CANCELED"}
    contents["consumer"] |= {"lag": 0}
    contents["pipeline"] |= {"lag": 0, "lag_s": 0.0, "lost": 0}
    contents["headline"] = {
        "level": "ok",
        "text": "Finished: all 10 200 000 records arrived, none lost, none twice.",
        "detail": "The plan was kept to 0.03 %. End-to-end p99 1.19 s over the whole run.",
    }
    contents["verdict"] = invented_verdict.passed()
    contents["reasons"] = {}
    return contents


def missed(sequence: int = 608) -> Contents:
    """Over, and a threshold was not kept."""
    contents = finished(sequence)
    contents["run"] |= {"exit_code": 99}
    contents["verdict"] = invented_verdict.failed()
    return contents


def invalid(sequence: int = 608) -> Contents:
    """Over, but the generator fell behind its plan."""
    contents = finished(sequence)
    contents["run"] |= {"exit_code": 100}
    contents["verdict"] = invented_verdict.invalid()
    return contents


def failed(sequence: int = 431) -> Contents:
    contents = running(431, sequence=sequence)
    contents["run"] |= {"phase": "failed", "step": "the job is restarting in circles", "exit_code": 3}
    exception = "org.apache.flink.util.SerializationException: Could not find id 17 in the schema registry"
    contents["flink"] |= {
        "status": "error",
        "status_reason": "RESTARTING for 15 s without progress",
        "job_state": "RESTARTING",
        "rate": None,
        "out_rate_per_s": None,
        "busy_ratio": None,
        "age_ms": 15_400.0,
        "restarts": 7,
        "root_exception": exception,
        "vertices": [],
    }
    contents["output"] |= {"rate": 0.0}
    contents["consumer"] |= {"status": "stopped", "rate": 0.0}
    contents["producer"] |= {"status": "stopped", "rate": 0.0, "errors": 14}
    contents["pipeline"] |= {"error_rate": 0.000002, "success_rate": 0.999998}
    contents["headline"] = {
        "level": "error",
        "text": "Failed: Flink's job restarts in circles and nothing comes out.",
        "detail": exception,
    }
    contents["sql"][2] |= {"state": "error", "error": exception}
    contents["errors"] = [
        error(
            "flink",
            "serialisation",
            "critical",
            exception,
            "The registry does not have the id that a record names. Register the writer's schema, then run again.",
            7,
        ),
        error(
            "producer",
            "connection",
            "warning",
            "Local: Message timed out",
            "Records waited longer than the delivery timeout without an acknowledgement.",
            14,
        ),
    ]
    contents["verdict"] = invented_verdict.unjudged("the run failed: the Flink job keeps restarting")
    contents["reasons"] = {"flink": "Flink's job is not running.", "pipeline.lost": "The run failed before its drain."}
    return contents


def error(
    component: str, category: str, severity: str, message: str, suggestion: str | None, count: int
) -> dict[str, Any]:
    return {
        "id": f"{component}.{category}",
        "component": component,
        "category": category,
        "severity": severity,
        "message": message,
        "suggestion": suggestion,
        "remedy": None,
        "evidence": None,
        "rule": None,
        "explained_by": None,
        "count": count,
        "first_at": "2026-11-24T08:06:52Z",
        "last_at": "2026-11-24T08:07:10Z",
    }


def interrupted(sequence: int = 431) -> Contents:
    contents = running(431, sequence=sequence)
    contents["run"] |= {"phase": "interrupted", "step": "stopped by Ctrl-C", "exit_code": 130}
    contents["producer"] |= {"status": "stopped", "rate": 0.0}
    contents["headline"] = {
        "level": "warning",
        "text": "Interrupted at 7:11: the figures below are final, but the plan was not finished.",
        "detail": "6 130 000 of 10 200 000 records were delivered.",
    }
    return contents


def unmeasurable(sequence: int = 426) -> Contents:
    """An aggregation without a due time: end to end cannot be measured, and much else is unknown."""
    contents = running(426, sequence=sequence)
    contents["run"] |= {"shape": "aggregate"}
    contents["latency"] |= dict.fromkeys(("end_to_end", "append", "output_wait"))
    contents["pipeline"] |= {"lag": None, "lag_s": None, "lost": None, "duplicated": None, "expected_total": None}
    contents["flink"] |= {"status": "unknown", "status_reason": "Flink has not answered for 12 s", "age_ms": 12_000.0}
    contents["headline"] = {
        "level": "warning",
        "text": "End-to-end latency is not measurable: the SQL does not carry the due time.",
        "detail": "Carry `timestamp` through to the sink's metadata column, for example with MAX(due).",
    }
    contents["reasons"] = {
        **dict.fromkeys(
            ("latency.end_to_end", "latency.append", "latency.output_wait"),
            "The sink table has no timestamp metadata column.",
        ),
        "pipeline": "An aggregation has no one-to-one account.",
    }
    return contents


def hostile(sequence: int = 426) -> Contents:
    """Names and messages that would do harm if they were taken for HTML."""
    contents = running(426, sequence=sequence, name=f"orders{HOSTILE}")
    contents["headline"] = {"level": "warning", "text": HOSTILE, "detail": HOSTILE}
    contents["kafka"] |= {"input_topic": HOSTILE}
    contents["flink"]["vertices"][0]["name"] = HOSTILE
    contents["errors"] = [error("kafka", "connection", "error", HOSTILE, HOSTILE, 1)]
    contents["sql"][0] |= {"summary": HOSTILE, "error": HOSTILE}
    contents["reasons"]["pipeline.lost"] = HOSTILE
    contents["traffic"]["phases"] = [{**contents["traffic"]["phases"][0], "name": HOSTILE, "end_s": DURATION_S}]
    return contents


STATES: dict[str, Callable[[], Contents]] = {
    "starting": starting,
    "probing": probing,
    "running": lambda: running(426),
    "calm": lambda: running(90),
    "draining": draining,
    "finished": finished,
    "missed": missed,
    "invalid": invalid,
    "failed": failed,
    "interrupted": interrupted,
    "unmeasurable": unmeasurable,
    "hostile": hostile,
    "1x1": one_by_one,
    "3x2": three_by_two,
    "20x20": twenty_by_twenty,
}
