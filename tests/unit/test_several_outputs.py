"""Several outputs of a run: each counted and timed on its own, and all of them together."""

from __future__ import annotations

import pytest

from pipegen.hotpath import Meters
from pipegen.project import OutputFacts
from pipegen.run.picture.outputs import OutputSight, output_states
from pipegen.run.read.outputs import AllOutputs, OutputReading
from pipegen.snapshot import OutputState

COPIES = OutputFacts("copies", "copies", "json", "one_to_one", "header", "the header arrives unchanged")
COUNTS = OutputFacts("counts", "counts", "json", "aggregate", None, "not measurable: nothing is carried")


def came(meters: Meters, records: int, header: bytes | None = None) -> None:
    meters.consumed([header] * records, value_bytes=[5] * records, partitions=[0] * records, consumed_ns=10**18)


def sight(facts: OutputFacts, meters: Meters, *, drained: bool = True) -> OutputSight:
    return OutputSight(facts, f"{facts.topic}-abc", 0, meters.totals(), meters.histogram("end_to_end"), drained, "done")


def state(facts: OutputFacts, records: int, *, seconds: float | None = 2.0) -> OutputState:
    meters = Meters()
    came(meters, records)
    (only,) = output_states([sight(facts, meters)], before={facts.name: 4}, seconds=seconds)
    return only


def test_an_output_that_cannot_be_compared_says_why_and_still_counts() -> None:
    counts = state(COUNTS, 10)
    assert (counts.total, counts.rate, counts.topic) == (10, 3.0, "counts-abc")
    assert (counts.lost, counts.duplicated, counts.end_to_end) == (None, None, None)
    assert counts.counts_reason == "an output of shape aggregate does not bring out one record for each that goes in"
    assert counts.traced_reason == "not measurable: nothing is carried"


def test_at_the_first_snapshot_no_rate_is_known() -> None:
    assert state(COUNTS, 10, seconds=None).rate is None


def test_records_without_the_header_that_the_sql_promises_are_not_counted_as_lost() -> None:
    copies = state(COPIES, 3)
    assert (copies.lost, copies.traced_by) == (None, None)
    assert "without PipeGen's header" in (copies.counts_reason or "")


@pytest.mark.parametrize(
    ("drained", "lost", "why"), [(True, 0, None), (False, None, "known once the output is drained")]
)
def test_what_is_lost_is_known_once_an_output_is_drained(drained: bool, lost: int | None, why: str | None) -> None:
    meters = Meters()
    (copies,) = output_states([sight(COPIES, meters, drained=drained)], before={}, seconds=None)
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
