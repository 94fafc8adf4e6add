"""Pacing from Python: waiting, stopping, sharing out, and never lowering the plan."""

import threading
from itertools import pairwise

import pytest

from pipegen.hotpath import Pacer, Schedule, now_ns

SECOND_NS = 1_000_000_000
MS_NS = 1_000_000


def steady(rate_per_s: float, duration_ns: int = SECOND_NS) -> Schedule:
    return Schedule([(0, duration_ns, rate_per_s, rate_per_s)])


def test_a_schedule_plans_steps_ramps_and_pauses() -> None:
    plan = Schedule(
        [
            (0, SECOND_NS, 100.0, 100.0),
            (SECOND_NS, 2 * SECOND_NS, 0.0, 0.0),
            (2 * SECOND_NS, 4 * SECOND_NS, 0.0, 50.0),
        ]
    )
    assert (plan.total_events, plan.duration_ns) == (150, 4 * SECOND_NS)
    assert [plan.rate_at(offset_ns) for offset_ns in (0, SECOND_NS, 3 * SECOND_NS, 4 * SECOND_NS)] == [100, 0, 25, 0]
    assert plan.planned_between(from_ns=SECOND_NS, to_ns=2 * SECOND_NS) == 0
    assert plan.events_before(3 * SECOND_NS) == 112


def test_due_times_are_exact_and_even() -> None:
    plan = steady(1_000.0)
    due_ns = [plan.due_ns(event) for event in range(plan.total_events)]
    assert due_ns[0] == MS_NS // 2
    assert {later - earlier for earlier, later in pairwise(due_ns)} == {MS_NS}


def test_permits_are_never_issued_before_they_are_due() -> None:
    pacer = Pacer(steady(2_000.0, SECOND_NS // 5))
    pacer.start(now_ns())
    events = []
    while (permits := pacer.acquire(max_events=100, timeout_ns=5 * SECOND_NS)) is not None:
        assert permits.issued_ns >= permits.last_due_ns >= permits.first_due_ns
        events += range(permits.first_event, permits.first_event + permits.count * permits.stride, permits.stride)
    assert events == list(range(400))
    assert (pacer.exhausted, pacer.issued_total, pacer.skipped_total, pacer.lateness_ns) == (True, 400, 0, 0)


def test_a_worker_that_starts_late_still_gets_its_whole_share_and_counts_it_late() -> None:
    pacer = Pacer(steady(1_000.0), shard_index=1, shard_count=4)
    pacer.start(now_ns() - 60 * SECOND_NS)
    assert pacer.lateness_ns > 59 * SECOND_NS
    permits = pacer.acquire(max_events=10_000, timeout_ns=0)
    assert permits is not None
    assert (permits.count, permits.worker, permits.first_event, permits.stride) == (250, 1, 1, 4)
    assert permits.due_ns(1) - permits.due_ns(0) == 4 * MS_NS
    assert (pacer.shard_events, pacer.late_total, pacer.exhausted) == (250, 250, True)


def test_without_catching_up_what_is_overdue_is_skipped_and_counted() -> None:
    pacer = Pacer(steady(1_000.0), catch_up=False)
    pacer.start(now_ns() - 60 * SECOND_NS)
    assert pacer.acquire(max_events=10, timeout_ns=0) is None
    assert (pacer.skipped_total, pacer.issued_total, pacer.exhausted) == (1_000, 0, True)


def test_a_look_without_a_timeout_returns_at_once() -> None:
    pacer = Pacer(steady(1.0))
    assert pacer.acquire(max_events=1, timeout_ns=0) is None, "not started"
    pacer.start(now_ns() + 3_600 * SECOND_NS)
    assert pacer.acquire(max_events=1, timeout_ns=0) is None, "not due"
    assert not pacer.exhausted


def test_the_time_to_the_next_event_is_known() -> None:
    pacer = Pacer(steady(10.0))
    assert pacer.next_due_in_ns == 2**63 - 1, "not started"
    pacer.start(now_ns() + 3_600 * SECOND_NS)
    assert 3_500 * SECOND_NS < pacer.next_due_in_ns <= 3_600 * SECOND_NS + SECOND_NS // 20
    pacer.start(now_ns() - 60 * SECOND_NS)
    assert pacer.next_due_in_ns == 0, "overdue"


@pytest.mark.parametrize("started", [False, True], ids=["before the start", "between events"])
def test_stop_wakes_a_waiting_sender(started: bool) -> None:
    pacer = Pacer(steady(1.0))
    if started:
        pacer.start(now_ns() + 3_600 * SECOND_NS)
    waiting, outcome = threading.Event(), []

    def send() -> None:
        waiting.set()
        outcome.append(pacer.acquire(max_events=1, timeout_ns=3_600 * SECOND_NS))

    sender = threading.Thread(target=send)
    sender.start()
    assert waiting.wait(30)
    pacer.stop()
    sender.join(30)
    assert not sender.is_alive()
    assert (outcome, pacer.stopped, pacer.exhausted) == ([None], True, False)


def test_the_start_wakes_a_waiting_sender_and_others_run_meanwhile() -> None:
    pacer = Pacer(steady(10.0))
    outcome: list[int] = []

    def send() -> None:
        permits = pacer.acquire(max_events=100, timeout_ns=3_600 * SECOND_NS)
        outcome.append(permits.count if permits is not None else 0)

    sender = threading.Thread(target=send)
    sender.start()
    pacer.start(now_ns() - 60 * SECOND_NS)
    sender.join(30)
    assert outcome == [10]
