"""Several inputs of a run: each counted on its own, and all of them together; no service is needed."""

from __future__ import annotations

from pathlib import Path

from pipegen.hotpath import Meters, Pacer, Schedule, is_of_load, now_ns
from pipegen.run.feed.generated import record_plan
from pipegen.run.picture.inputs import InputSight, input_states
from pipegen.run.send.all_inputs import sent_to
from pipegen.run.send.all_paces import AllPaces
from pipegen.run.send.single import SingleSender
from pipegen.run.spec import RunSpec
from tests.unit.run_spec import spec_in

SECOND_NS = 1_000_000_000
RUN = 77


def schedule(rate: float) -> Schedule:
    return Schedule([(0, SECOND_NS, rate, rate)])


def sender(*rates: float) -> SingleSender:
    return SingleSender(list(map(schedule, rates)), run_mark=RUN, catch_up=True, on_crash=print)


def headers(meters: Meters, rate: float, spec: RunSpec) -> list[bytes]:
    """The headers of all records of a second, which count as sent and delivered."""
    pacer = Pacer(schedule(rate))
    pacer.start(now_ns() - 2 * SECOND_NS)
    plan = record_plan(spec.project.input_schema, spec.settings, schema_id=None)
    found = []
    while (permits := pacer.acquire(max_events=500, timeout_ns=0)) is not None:
        for _, _, _, told, delivered in plan.batch(permits, meters):
            delivered(None, None)
            found.append(told[0][1])
    return found


def read(meters: Meters, told: list[bytes]) -> None:
    meters.consumed(list(told), value_bytes=[1] * len(told), partitions=[0] * len(told), consumed_ns=now_ns())


def test_equal_numbers_of_two_inputs_are_two_records(tmp_path: Path) -> None:
    spec = spec_in(tmp_path)
    both = sender(10, 20)
    both.meters.start(now_ns() - 3 * SECOND_NS)
    first, second = both.by_input
    told = [*headers(first, 10, spec), *headers(second, 20, spec)]  # type: ignore[arg-type]
    read(both.own_meters, told)
    totals = both.meters.totals()
    assert (totals.sent, totals.delivered, totals.distinct, totals.duplicated) == (30, 30, 30, 0)
    assert sent_to([second]).delivered == 20
    assert both.meters.histogram("ack").count == 30
    assert sum(both.meters.sent_per_second()) == 30


def test_what_a_table_is_loaded_with_is_no_part_of_the_load(tmp_path: Path) -> None:
    loading, reading = Meters(run=RUN, input_index=1, before_load=True), Meters(run=RUN)
    told = headers(loading, 5, spec_in(tmp_path))
    read(reading, told)
    totals = reading.totals()
    assert (loading.totals().delivered, totals.probes, totals.consumed, totals.distinct) == (5, 5, 0, 0)
    assert not any(is_of_load(header, run=RUN) for header in told)


def test_all_paces_are_through_when_each_is() -> None:
    first, second = Pacer(schedule(10)), Pacer(schedule(20))
    pace = AllPaces([first, second])
    pace.start(now_ns() - 2 * SECOND_NS)
    assert (pace.shard_events, pace.exhausted) == (30, False)
    first.acquire(max_events=100, timeout_ns=0)
    assert not pace.exhausted
    second.acquire(max_events=100, timeout_ns=0)
    assert (pace.exhausted, pace.late_total, pace.stopped) == (True, 30, False)


def test_each_input_is_told_with_its_own_plan_and_counts(tmp_path: Path) -> None:
    spec = spec_in(tmp_path)
    meters = Meters(run=RUN)
    headers(meters, 5, spec)
    facts = spec.project.inputs[0]
    late, ack = meters.histogram("generator_delay"), meters.histogram("ack")
    sight = InputSight(facts, "orders-abc", 10, 7, meters.totals(), None, late, ack)
    (told,) = input_states([sight], before={facts.name: 1}, seconds=2.0)
    state = told.section
    assert state.generator_delay is not None
    assert state.ack is not None
    assert (state.generator_delay.count, state.ack.count) == (late.count, 5)
    assert told.reasons == {"loaded_total": "it is not preloaded"}
    assert (state.topic, state.planned_total, state.total, state.rate, state.errors) == ("orders-abc", 10, 5, 2.0, 0)
    assert (state.due_total, state.loaded_total, state.follows) == (7, None, None)
