"""Checkpoint statistics as Flink's REST API gives them, one that failed among them."""

from __future__ import annotations

from pipegen.observe.flink_jobs import checkpoints
from pipegen.observe.flink_vertex import JobTotals
from pipegen.services.flink_answers import CheckpointsAnswer

ANSWER = {
    "counts": {"restored": 1, "total": 9, "in_progress": 1, "completed": 6, "failed": 2},
    "latest": {
        "completed": {
            "end_to_end_duration": 41,
            "state_size": 9000,
            "checkpointed_size": 700,
            "latest_ack_timestamp": 1_795_485_000_123,
        },
        "failed": {
            "failure_timestamp": 1_795_485_060_000,
            "failure_message": "org.apache.flink.util.FlinkException: Checkpoint failed\n"
            "Caused by: java.io.IOException: No space left on device\n\tat java.base/x.y.Z",
        },
    },
}


def test_the_cause_and_the_time_of_a_failed_checkpoint_are_shown_beside_the_counts() -> None:
    seen = checkpoints(
        CheckpointsAnswer.model_validate(ANSWER), JobTotals(start_delay_ms=3.0, alignment_ms=4.0), 2000.0
    )
    assert (seen.completed, seen.failed, seen.in_progress, seen.restored) == (6, 2, 1, 1)
    assert (seen.last_duration_ms, seen.last_size_bytes, seen.last_persisted_bytes) == (41, 9000, 700)
    assert seen.last_completed_at == "2026-11-24T01:50:00.123Z"
    assert seen.last_failure is not None
    assert "No space left on device" in seen.last_failure
    assert "at java.base" not in seen.last_failure
    assert seen.last_failure_at == "2026-11-24T01:51:00.000Z"
    assert (seen.start_delay_ms, seen.alignment_ms, seen.interval_ms) == (3.0, 4.0, 2000.0)


def test_a_job_without_a_checkpoint_yet_has_counts_alone() -> None:
    counts = {"restored": 0, "total": 0, "in_progress": 0, "completed": 0, "failed": 0}
    seen = checkpoints(CheckpointsAnswer.model_validate({"counts": counts, "latest": None}), JobTotals(), None)
    assert (seen.completed, seen.last_duration_ms, seen.last_failure, seen.last_failure_at) == (0, None, None, None)
