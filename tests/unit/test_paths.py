"""Each path to an output of several inputs: told apart by the input in the header, or else null with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipegen.hotpath import Meters
from pipegen.project import OutputFacts, PathFacts
from pipegen.quality import OutputQuality
from pipegen.run.picture.output_sight import OutputSight, PathSight
from pipegen.run.picture.outputs import output_states
from pipegen.run.picture.paths import path_key
from pipegen.snapshot import OutputPath, OutputState
from tests.unit.record_headers import record_header

RUN = 7
START_MS = 1_780_000_000_000
NOW_MS = START_MS + 5_000
BOTH = OutputFacts(
    "copies",
    "copies",
    "json",
    "one_to_one",
    "header",
    "the header arrives unchanged",
    inputs=("orders", "payments"),
    paths=(PathFacts("orders", "one_to_one"), PathFacts("payments", "one_to_one", number=1)),
)
MET = replace(
    BOTH,
    shape="aggregate",
    latency_source="timestamp",
    joint=True,
    paths=(
        PathFacts("orders", "join", meets=frozenset({"payments"})),
        PathFacts("payments", "join", number=1, latency_source="timestamp", meets=frozenset({"orders"})),
    ),
)


def header(source: int, number: int, due_ms: int) -> bytes:
    return record_header((START_MS + due_ms) * 1_000, number, run=RUN, source=source)


def read(headers: Sequence[bytes | None], *, latest_ms: Sequence[int] | None = None, joint: bool = False) -> Meters:
    """The meters of a reader of two inputs that consumed these records."""
    meters = Meters(run=RUN, inputs=2)
    meters.start(START_MS * 1_000_000)
    meters.consumed(
        headers,
        value_bytes=[1] * len(headers),
        partitions=[0] * len(headers),
        consumed_ns=NOW_MS * 1_000_000,
        timestamps_ms=None if latest_ms is None else [START_MS + each for each in latest_ms],
        joint=joint,
    )
    return meters


def told(facts: OutputFacts, meters: Meters, *, drained: bool = True, expected: int = 3) -> OutputState:
    sight = OutputSight(
        facts,
        "copies-abc",
        2 * expected,
        meters.totals(),
        meters.histogram("end_to_end"),
        drained,
        "done",
        OutputQuality(0, 0, 1.0, None, 0),
        by_input={path.input: PathSight(expected, meters.arrivals(path.number)) for path in facts.counted},
    )
    before = {"copies": 0, path_key("copies", "payments"): 1}
    (only,) = output_states([sight], before=before, seconds=2.0)
    return only.section


def paths(facts: OutputFacts, meters: Meters, *, drained: bool = True) -> tuple[OutputPath, OutputPath]:
    orders, payments = told(facts, meters, drained=drained).paths
    return orders, payments


UNION = [header(0, 0, 0), header(1, 0, 1_000), header(1, 1, 2_000), header(1, 1, 2_000), header(1, 2, 4_000)]


def test_each_path_of_a_union_has_its_own_counts_and_latency() -> None:
    orders, payments = paths(BOTH, read(UNION))
    assert (orders.total, orders.lost, orders.duplicated, orders.reason) == (1, 2, 0, None)
    assert (payments.total, payments.lost, payments.duplicated, payments.reason) == (4, 0, 1, None)
    assert (orders.rate, payments.rate) == (0.5, 1.5)
    assert orders.end_to_end is not None
    assert payments.end_to_end is not None
    assert (orders.end_to_end.count, orders.end_to_end.max_ms) == (1, 5_000.0)
    assert (payments.end_to_end.count, payments.end_to_end.min_ms, payments.end_to_end.max_ms) == (3, 1_000.0, 4_000.0)
    assert (orders.last_total, payments.last_total) == (1, 4), "a record of one input is always due last"


def test_what_is_lost_on_a_path_is_known_once_the_output_is_drained() -> None:
    orders, _ = paths(BOTH, read(UNION), drained=False)
    assert (orders.lost, orders.duplicated, orders.reason) == (None, 0, "known once the output is drained")


def test_a_filtering_path_has_duplicates_but_no_known_losses() -> None:
    facts = replace(BOTH, shape="filter", paths=(BOTH.paths[0], PathFacts("payments", "filter", number=1)))
    orders, payments = paths(facts, read(UNION))
    assert (orders.lost, payments.lost, payments.duplicated) == (2, None, 1)
    assert payments.reason == "a path of shape filter does not produce one record per input record"


def test_a_path_without_the_header_has_a_reason_and_the_other_has_figures() -> None:
    silent = PathFacts("payments", "one_to_one", number=1, latency_source=None, latency_reason="nothing is carried")
    orders, payments = paths(replace(BOTH, paths=(BOTH.paths[0], silent)), read([header(0, 0, 0), None]))
    assert (orders.total, orders.reason) == (1, None)
    assert (payments.total, payments.end_to_end, payments.reason) == (None, None, "nothing is carried")


def test_a_due_time_alone_does_not_identify_its_input() -> None:
    timed = tuple(replace(path, latency_source="timestamp") for path in BOTH.paths)
    orders, _ = paths(replace(BOTH, latency_source="timestamp", paths=timed), read([None], latest_ms=[0]))
    assert orders.total is None
    assert "without the header of orders: their due times do not show which ones are its own" in (orders.reason or "")


def test_a_joined_record_counts_from_the_later_due_time_and_the_path_says_which_that_was() -> None:
    # The payment came last twice, the order once.
    meters = read([header(0, n, 1_000) for n in range(3)], latest_ms=[3_000, 4_000, 1_000], joint=True)
    output = told(MET, meters)
    assert output.end_to_end is not None
    assert (output.end_to_end.count, output.end_to_end.min_ms, output.end_to_end.max_ms) == (3, 1_000.0, 4_000.0)
    orders, payments = output.paths
    assert (orders.last_total, payments.last_total) == (1, 2)
    assert orders.end_to_end is not None
    assert (orders.traced_by, orders.end_to_end.min_ms) == ("header", 4_000.0)
    assert (output.joined, output.bound, output.bound_reason is not None) == (True, "upper", True)


def test_with_the_due_time_of_one_side_the_latency_is_a_bound_and_the_last_is_unknown() -> None:
    facts = replace(MET, latency_source="header", bound="it counts from the due time of orders")
    output = told(facts, read([header(0, 0, 1_000), header(0, 0, 1_000)], latest_ms=[500, 500], joint=True))
    assert output.end_to_end is not None
    assert (output.end_to_end.count, output.bound_reason) == (2, "it counts from the due time of orders")
    orders, payments = output.paths
    assert (orders.last_total, payments.last_total) == (None, None)
    assert "which record was due last is known only if" in (orders.reason or "")


@pytest.mark.parametrize("joint", [True, False])
def test_every_null_figure_of_a_path_has_its_reason(joint: bool) -> None:
    for path in told(MET if joint else BOTH, read([]), drained=False).paths:
        unknown = [
            name for name in ("total", "rate", "lost", "duplicated", "last_total") if getattr(path, name) is None
        ]
        assert not unknown or path.reason
