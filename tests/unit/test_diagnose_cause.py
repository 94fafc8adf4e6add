"""The cause line names what is at fault and since when, and nothing where nothing is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from pipegen.diagnose.cause import find_cause
from pipegen.diagnose.observation import Observations
from pipegen.diagnose.onset import find_growth
from pipegen.snapshot import Cause
from tests.unit.cause_figures import CALM, SLOW_CALC, START_S, backlog, healthy, past, vertex


def seconds_in(cause: Cause) -> float:
    assert cause.since is not None
    return datetime.fromisoformat(cause.since).timestamp() - START_S


def test_a_slow_vertex_is_named_with_its_subtasks_its_upstream_and_the_onset() -> None:
    slow = backlog(400, vertices=SLOW_CALC)
    # Flink's counter moves in steps of two seconds.
    cause = find_cause(past(1225, (1200, lambda s: slow(s) | {"read_total": 1_200_000 + 1200 * (round(s) // 2)})))
    assert cause.state == "found"
    assert cause.kind == "bottleneck"
    assert cause.vertex_id == "calc"
    assert cause.text == (
        "Lag grows since 02:10:00 UTC: vertex “Calc” busy 0.97 on 1 of 2 subtasks, upstream back-pressure HIGH."
    )
    assert abs(seconds_in(cause) - 1200) <= 2
    assert any(re.match("Flink reads (5|6)\\d\\d msg/s of 1\u2009000 msg/s planned", fact) for fact in cause.evidence)
    assert any("unevenly" in fact for fact in cause.evidence)


@pytest.mark.parametrize("seconds", [3, 30, 300, 3000])
def test_a_healthy_run_has_no_cause(seconds: int) -> None:
    cause = find_cause(past(seconds))
    assert cause.state == "none"
    assert cause.since is None
    assert "Nothing to explain" in cause.text


def test_a_vertex_that_is_busy_without_a_growing_backlog_is_no_cause() -> None:
    assert find_cause(past(60, (20, lambda _: {"vertices": SLOW_CALC}))).state == "none"


@pytest.mark.parametrize(
    "pending",
    [
        lambda second: 900 * (second % 10) / 10,  # a sawtooth of checkpoints
        lambda _: 400,  # a step, and then nothing more
        lambda second: max(0, 3000 - 100 * second),  # a backlog that is worked off
        lambda second: 5000 if int(second) % 9 == 0 else 50,  # single spikes
    ],
)
@pytest.mark.parametrize("figure", ["unread", "pending", "output_lag"])
def test_a_backlog_that_only_fluctuates_is_no_cause(figure: str, pending: object) -> None:
    assert callable(pending)
    for seconds in range(40, 60):
        history = past(seconds, (20, lambda second: {figure: round(pending(second))}))
        assert find_cause(history).state == "none", seconds


def test_the_first_busy_vertex_downstream_of_pressed_ones_is_named_and_not_one_that_is_held_back_itself() -> None:
    graph = (
        vertex("Source", 0.1, 0.9),
        vertex("Join", 0.9, 0.6, inputs=["Source"]),
        vertex("Window", 0.95, 0.02, inputs=["Join"]),
        vertex("Sink", 0.96, 0.0, inputs=["Window"]),
    )
    assert find_cause(past(40, (10, backlog(500, vertices=graph)))).vertex_id == "window"


def test_of_two_branches_the_one_that_presses_is_named() -> None:
    graph = (
        vertex("Left", 0.4, 0.0),
        vertex("Right", 0.1, 0.95),
        vertex("Busy aside", 0.99, 0.0, inputs=["Left"]),
        vertex("Slow", 0.98, 0.0, inputs=["Right"]),
    )
    assert find_cause(past(40, (10, backlog(500, vertices=graph)))).vertex_id == "slow"


def test_a_single_chained_vertex_is_named_without_an_upstream() -> None:
    cause = find_cause(past(40, (10, backlog(500, vertices=(vertex("Source -> Calc -> Sink", 1.0, 0.0),)))))
    assert cause.vertex_id == "source -> calc -> sink"
    assert "upstream" not in cause.text


def test_a_growing_backlog_without_a_busy_vertex_says_that_no_cause_was_found() -> None:
    cause = find_cause(past(40, (10, backlog(500))))
    assert cause.state == "unknown"
    assert cause.component is None
    assert "no cause found" in cause.text
    assert any("0.30" in fact for fact in cause.evidence)


def test_back_pressure_without_a_busy_vertex_names_no_vertex() -> None:
    waiting = (vertex("Source", 0.1, 0.95), vertex("Sink", 0.05, 0.0, inputs=["Source"]))
    cause = find_cause(past(40, (10, backlog(500, vertices=waiting))))
    assert (cause.state, cause.vertex_id) == ("unknown", None)
    assert any("back-pressured: Source" in fact for fact in cause.evidence)


def test_one_look_at_a_busy_vertex_is_not_enough() -> None:
    history = past(40, (10, backlog(500)))
    history[-1] = replace(history[-1], vertices=SLOW_CALC)
    assert find_cause(history).state == "unknown"


def test_pending_records_decide_where_flinks_counter_cannot_and_never_against_it() -> None:
    grows = lambda second: {"unread": None, "pending": round(400 * second), "vertices": SLOW_CALC}  # noqa: E731
    assert find_cause(past(40, (10, grows))).vertex_id == "calc"
    # Sources that are held back fetch nothing, and then their pending records stand still or even fall.
    assert find_cause(past(40, (10, backlog(400, vertices=SLOW_CALC)))).vertex_id == "calc"
    alone = lambda second: {"pending": round(400 * second), "vertices": SLOW_CALC}  # noqa: E731
    assert find_cause(past(40, (10, alone))).state == "none"


def test_soon_after_the_onset_a_vertex_is_not_fully_busy_in_flinks_minute_average() -> None:
    graph = (
        vertex("Source", 0.1, 0.6),
        vertex("Calc", 0.62, 0.0, inputs=["Source"], subtasks=(1, 2)),
        vertex("Sink", 0.3, 0.0, inputs=["Calc"]),
    )
    assert find_cause(past(40, (10, backlog(400, vertices=graph)))).vertex_id == "calc"


def test_unknown_busy_times_are_not_taken_for_idle_ones() -> None:
    silent = (vertex("Source", None, None), vertex("Calc", None, None, inputs=["Source"]))
    cause = find_cause(past(40, (10, backlog(500, vertices=silent))))
    assert cause.state == "unknown"
    assert "Flink says of no vertex how busy it is" in cause.evidence


def test_where_flink_refreshes_slowly_a_staircase_still_counts_as_growth() -> None:
    def stairs(second: float) -> dict[str, object]:
        return {"unread": round(second // 10 * 4000), "metrics_interval_s": 10.0, "vertices": SLOW_CALC}

    assert find_cause(past(70, (10, stairs))).vertex_id == "calc"


def test_a_broker_that_is_away_comes_before_what_follows_from_it() -> None:
    gone = {"kafka_down": "Kafka at b:9092 cannot be reached", "unsent": 9000.0, "job_state": "RESTARTING"}
    cause = find_cause(past(60, (30, lambda _: gone), (35, backlog(500))))
    assert (cause.kind, cause.component, seconds_in(cause)) == ("kafka_down", "kafka", 30)
    assert cause.evidence == [
        "Kafka at b:9092 cannot be reached",
        "9\u2009000 due records are not sent",
        "the Flink job is RESTARTING",
    ]


def test_a_registry_that_is_away_is_named_but_not_before_a_slow_vertex() -> None:
    gone = lambda _: {"registry_down": "did not answer within 5 s"}  # noqa: E731
    assert find_cause(past(40, (20, gone))).kind == "registry_down"
    assert find_cause(past(40, (20, gone), (10, backlog(400, vertices=SLOW_CALC)))).kind == "bottleneck"
    assert find_cause(past(40, (20, gone), (10, backlog(400)))).kind == "registry_down"


@pytest.mark.parametrize(
    ("figures", "kind", "component", "words"),
    [
        ({"kafka_leaderless": "2 of orders-in"}, "kafka_leaderless", "kafka", "have no leader"),
        ({"kafka_degraded": "3 partitions are under-replicated"}, "kafka_degraded", "kafka", "short of"),
        ({"flink_idle": "no TaskManager is registered"}, "no_task_manager", "flink", "no TaskManager"),
        ({"schema_incompatible": "version 2 of in-value: x"}, "schema_incompatible", "registry", "not compatible"),
    ],
)
def test_a_service_that_answers_but_cannot_work_is_not_said_to_be_silent(
    figures: dict[str, str], kind: str, component: str, words: str
) -> None:
    cause = find_cause(past(40, (20, lambda _: figures)))
    assert (cause.kind, cause.component, seconds_in(cause)) == (kind, component, 20)
    assert words in cause.text
    assert "not answer" not in cause.text
    assert cause.evidence == list(figures.values())


def test_flink_that_does_not_answer_is_named() -> None:
    assert find_cause(past(40, (20, lambda _: {"flink_down": "no answer"}))).kind == "flink_down"


def test_a_job_that_circles_is_one_trouble_since_its_first_restart() -> None:
    def circle(second: float) -> dict[str, object]:
        state = "RESTARTING" if second % 4 < 2 else "RUNNING"
        return {"restarts": int(second // 4) + 1, "job_state": state, "root_exception": "/ by zero"}

    cause = find_cause(past(60, (20, circle)))
    assert (cause.kind, seconds_in(cause)) == ("job_failing", 20)
    assert cause.evidence[0] == "/ by zero"


def test_a_job_that_came_back_long_ago_is_forgiven() -> None:
    assert find_cause(past(60, (20, lambda _: {"restarts": 1}))).state == "none"


def test_a_lost_task_manager_is_said() -> None:
    cause = find_cause(past(40, (30, lambda _: {"job_state": "RESTARTING", "task_managers": 1})))
    assert cause.evidence[0] == "1 of 2 TaskManagers are left"


def test_a_generator_that_is_behind_is_judged_before_the_pipeline() -> None:
    late = {"unsent": 4000.0, "delay_p99_ms": 3800.0, "machine_cpu_ratio": 0.99}
    cause = find_cause(past(60, (40, lambda _: late), (30, backlog(400, vertices=SLOW_CALC))))
    assert (cause.kind, cause.component, seconds_in(cause)) == ("generator_behind", "system", 40)


def test_failing_checkpoints_are_named_but_a_first_failure_is_not() -> None:
    frozen = {"checkpoints_completed": 2, "checkpoints_failed": 2, "checkpoint_failure": "expired"}
    cause = find_cause(past(60, (29, lambda second: frozen | {"checkpoints_failed": int(second // 10)})))
    assert cause.kind == "checkpoints_fail"
    assert cause.evidence[-1] == "expired"
    assert find_cause(past(8, (5, lambda _: {"checkpoints_failed": 1}))).state == "none"


def test_our_own_slow_reader_is_not_blamed_on_flink() -> None:
    cause = find_cause(past(60, (30, lambda second: {"output_lag": round(400 * second)})))
    assert (cause.kind, cause.component) == ("reader_behind", "consumer")


def test_before_and_after_the_load_there_is_nothing_to_judge() -> None:
    assert find_cause([]).state == "none"
    for phase in ("starting", "finished", "interrupted"):
        history = [replace(moment, phase=phase, kafka_down="gone") for moment in past(20)]
        assert find_cause(history).state == "none"


def test_the_past_is_bounded_and_still_knows_the_onset() -> None:
    history = Observations()
    for moment in past(4000, (100, backlog(400, vertices=SLOW_CALC))):
        history.add(moment)
    assert len(history.all()) <= 1000
    assert abs(seconds_in(find_cause(history.all())) - 100) < 120
    assert find_cause(history.all()).vertex_id == "calc"


def test_the_oldest_known_moment_is_not_sold_as_the_onset() -> None:
    history = [replace(healthy(START_S + second), unread=500 * second, vertices=SLOW_CALC) for second in range(10, 30)]
    assert "since before " in find_cause(history).text


def test_the_calm_graph_of_these_tests_is_calm() -> None:
    assert all((known.busy_ratio or 0) < 0.5 and not known.backpressure_ratio for known in CALM)


def test_eight_seconds_show_whether_a_backlog_grows_and_less_do_not() -> None:
    def growing(seconds: float) -> bool:
        points = [(START_S + second, 500.0 * second) for second in (*range(8), seconds)]
        return find_growth(points, rate_per_s=1_000, window_s=60) is not None

    assert (growing(7.9), growing(8)) == (False, True)


def test_a_vertex_that_does_nothing_is_not_the_busiest() -> None:
    idle = (vertex("Source", 0.6, 0.0), vertex("Idle", 0.0, 0.0, inputs=["Source"]))
    facts = find_cause(past(40, (20, lambda second: backlog(500)(second) | {"vertices": idle}))).evidence
    assert "the busiest vertex is “Source” with 0.60" in facts
