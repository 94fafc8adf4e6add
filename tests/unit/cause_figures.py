"""Invented moments for the tests of the cause line: a healthy past that a test then spoils."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from pipegen.diagnose.observation import Observation
from pipegen.snapshot import VertexMetrics

START_S = 1_795_485_000.0  # 2026-11-24 01:50:00 UTC
RATE_PER_S = 1000.0


def vertex(
    name: str,
    busy: float | None,
    pressed: float | None,
    *,
    inputs: Iterable[str] = (),
    subtasks: tuple[int, int] = (1, 1),
) -> VertexMetrics:
    """A vertex; ``subtasks`` is how many of how many are busy."""
    busy_subtasks, parallelism = subtasks
    return VertexMetrics(
        id=name.lower(),
        name=name,
        state="RUNNING",
        parallelism=parallelism,
        inputs=[one.lower() for one in inputs],
        records_in_total=None,
        records_out_total=None,
        records_in_per_s=None,
        records_out_per_s=None,
        busy_ratio=busy,
        busy_subtasks=busy_subtasks,
        backpressure_ratio=pressed,
        backpressure_level=None,
        watermark_lag_ms=None,
    )


CALM = (
    vertex("Source", 0.2, 0.0),
    vertex("Calc", 0.3, 0.0, inputs=["Source"], subtasks=(0, 2)),
    vertex("Sink", 0.1, 0.0, inputs=["Calc"]),
)
SLOW_CALC = (
    vertex("Source", 0.1, 0.92),
    vertex("Calc", 0.97, 0.0, inputs=["Source"], subtasks=(1, 2)),
    vertex("Sink", 0.1, 0.0, inputs=["Calc"]),
)


def healthy(at_s: float) -> Observation:
    """A moment in which nothing is wrong."""
    return Observation(
        at_s=at_s,
        phase="running",
        rate_per_s=RATE_PER_S,
        unsent=3.0,
        delay_p99_ms=0.4,
        machine_cpu_ratio=0.6,
        job_state="RUNNING",
        restarts=0,
        task_managers=2,
        read_total=round(RATE_PER_S * (at_s - START_S)),
        unread=round(90 + 35 * ((at_s * 5) % 4 - 2)),
        pending=round(40 + 35 * ((at_s * 7) % 3 - 1)),
        under_way=80,
        output_lag=10,
        checkpoints_completed=int(at_s - START_S) // 10,
        checkpoints_failed=0,
        vertices=CALM,
    )


def past(seconds: int, *changes: tuple[int, Callable[[float], dict[str, Any]]]) -> list[Observation]:
    """One moment a second. From the second given on each change adds its figures; it is told the seconds since then."""
    history = []
    for second in range(seconds + 1):
        moment = healthy(START_S + second)
        for begins, figures in changes:
            if second >= begins:
                moment = replace(moment, **figures(float(second - begins)))
        history.append(moment)
    return history


def backlog(per_s: float, **figures: Any) -> Callable[[float], dict[str, Any]]:
    """A backlog that grows, with other figures beside it."""
    return lambda second: {"unread": round(60 + per_s * second), "pending": 50} | figures
