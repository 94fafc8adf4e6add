"""Several outputs of a run: each counted and timed on its own, and all of them together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipegen.hotpath import Meters
from pipegen.observe import Reading
from pipegen.project import OutputFacts, PathFacts
from pipegen.quality import OutputQuality
from pipegen.run.picture.group import groups_together
from pipegen.run.picture.output_sight import OutputSight
from pipegen.run.picture.outputs import output_states
from pipegen.run.picture.pipeline import pipeline
from pipegen.run.progress import RunStatus
from pipegen.run.read.outputs import AllOutputs, OutputReading
from pipegen.snapshot import OutputState
from tests.unit.moments import Chance, group, kafka, run_facts, run_moment

COPIES = OutputFacts("copies", "copies", "json", "one_to_one", "header", "the header arrives unchanged")
COUNTS = OutputFacts("counts", "counts", "json", "aggregate", None, "not measurable: nothing is carried")


def came(meters: Meters, records: int, header: bytes | None = None) -> None:
    meters.consumed([header] * records, value_bytes=[5] * records, partitions=[0] * records, consumed_ns=10**18)


def sight(facts: OutputFacts, meters: Meters, *, drained: bool = True) -> OutputSight:
    seen, quality = meters.totals(), OutputQuality(0, 0, 1.0, "no record was checked yet", 0)
    latency = meters.histogram("end_to_end")
    return OutputSight(facts, f"{facts.topic}-abc", 0, seen, latency, drained, "done", quality)


def state(facts: OutputFacts, records: int, *, seconds: float | None = 2.0) -> OutputState:
    meters = Meters()
    came(meters, records)
    (only,) = output_states([sight(facts, meters)], before={facts.name: 4}, seconds=seconds)
    return only.section


def test_an_output_that_cannot_be_compared_says_why_and_still_counts() -> None:
    counts = state(COUNTS, 10)
    assert (counts.total, counts.rate, counts.topic) == (10, 3.0, "counts-abc")
    assert (counts.lost, counts.duplicated, counts.end_to_end) == (None, None, None)
    assert counts.counts_reason == "an output of shape aggregate does not produce one record per input record"
    assert counts.traced_reason == "not measurable: nothing is carried"


def test_at_the_first_snapshot_no_rate_is_known() -> None:
    assert state(COUNTS, 10, seconds=None).rate is None


def test_records_without_the_header_that_the_sql_promises_are_not_counted_as_lost() -> None:
    copies = state(COPIES, 3)
    assert (copies.lost, copies.traced_by) == (None, None)
    assert "without PipeGen's header" in (copies.counts_reason or "")
    assert copies.traced_reason.startswith("end-to-end latency is not measurable: records come out without")


def test_the_only_way_to_an_output_has_the_figures_of_the_output() -> None:
    meters = Meters()
    facts = replace(COPIES, paths=(PathFacts("orders", "one_to_one"), PathFacts("rates", "join", loaded_before=True)))
    (told,) = output_states([sight(facts, meters)], before={}, seconds=2.0)
    orders, rates = told.section.paths
    assert (orders.lost, orders.duplicated, orders.traced_by, orders.reason) == (0, 0, "header", None)
    assert (orders.total, orders.rate, orders.last_total) == (0, 0.0, 0)
    assert orders.end_to_end == told.section.end_to_end
    assert (rates.lost, rates.end_to_end) == (None, None)
    assert rates.reason == "records of rates are preloaded and not counted"


def test_what_is_known_of_all_outputs_is_summed_and_a_reason_names_the_output() -> None:
    facts = run_facts(Chance(0, missing=0.0))
    moment = run_moment(Chance(0, missing=0.0), facts)
    known, drained = replace(COPIES, name="other"), sight(COPIES, Meters())
    both = [replace(drained, expected=3), replace(drained, facts=known, expected=4)]
    assert pipeline(replace(moment, sights=both)).section.lost == 7
    told = pipeline(replace(moment, sights=[*both, sight(COUNTS, Meters())]))
    assert told.section.lost is None
    assert told.reasons["lost"].startswith("output counts: an output of shape aggregate")


def test_latency_is_that_of_the_outputs_that_are_timed() -> None:
    facts, status = run_facts(Chance(0, missing=0.0)), RunStatus(append_times=True)
    untimed, timed = sight(COUNTS, Meters()), sight(COPIES, Meters())
    assert facts.latency_gaps(status, [untimed, timed]).end_to_end is None
    nothing = facts.latency_gaps(status, [untimed, replace(untimed, facts=replace(COUNTS, name="more"))])
    assert nothing.end_to_end == "output counts: not measurable: nothing is carried"


def test_the_readers_of_all_outputs_have_the_sum_of_their_lags_and_the_worst_verdict() -> None:
    chance = Chance(0, missing=0.0)
    behind = group(chance, "reader-2", "out").model_copy(update={"lag": 5, "lag_s": 9.0, "verdict": "stalled"})
    groups = (group(chance, "reader", "out"), behind)
    reading = Reading(value=replace(kafka(chance), groups=groups), measured_ns=0, attempts=1)
    together = groups_together(reading, ["reader", "reader-2"])
    assert together is not None
    assert (together.lag, together.lag_s, together.verdict) == (6, 9.0, "stalled")
    assert groups_together(reading, ["reader", "reader-3"]) is None


@pytest.mark.parametrize(
    ("drained", "lost", "why"), [(True, 0, None), (False, None, "known once the output is drained")]
)
def test_what_is_lost_is_known_once_an_output_is_drained(drained: bool, lost: int | None, why: str | None) -> None:
    meters = Meters()
    (told,) = output_states([sight(COPIES, meters, drained=drained)], before={}, seconds=None)
    copies = told.section
    assert told.reasons.get("lost") == why
    assert (copies.lost, copies.counts_reason, copies.traced_by) == (lost, why, "header")


def test_what_all_outputs_brought_is_summed_and_the_rest_is_what_was_sent() -> None:
    first, second = Meters(), Meters()
    came(first, 3)
    came(second, 4)
    one = OutputReading(COPIES, "copies-abc", "group", first)
    other = OutputReading(COUNTS, "counts-abc", "group-2", second)
    both = AllOutputs(first, [one, other])
    assert both.totals().consumed == 7
    assert both.totals().consumed_bytes == 35
    assert both.totals().sent == first.totals().sent
    assert AllOutputs(first, [one]).totals().consumed == 3
