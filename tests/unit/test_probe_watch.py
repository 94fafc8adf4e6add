"""What it means that a probe does not come out, and what it says of a run that no record carries the header."""

from __future__ import annotations

import pytest

from pipegen.hotpath import Meters, now_ns, probe_header
from pipegen.run.read.header import comes_unknown
from pipegen.run.send.probe_watch import ProbeSight, ProbeWatch


def sight(*, arrived: int = 0, without: int = 0, read: bool = True, interval_s: float | None = None) -> ProbeSight:
    return ProbeSight(arrived, without, read, interval_s)


def test_a_probe_that_comes_out_ends_the_wait_at_once() -> None:
    assert ProbeWatch(longest_s=60).see(sight(arrived=1, read=False), now_s=0.0) == "arrived"


def test_a_probe_that_nobody_has_read_is_waited_for() -> None:
    watch = ProbeWatch(longest_s=60)
    assert all(watch.see(sight(read=False, without=1), now_s=float(second)) is None for second in range(1000))


@pytest.mark.parametrize(("without", "end"), [(0, "held"), (2, "without_header")])
def test_a_probe_that_was_read_and_does_not_come_out_is_given_three_seconds(without: int, end: str) -> None:
    watch = ProbeWatch(longest_s=60)
    assert watch.see(sight(), now_s=10.0) is None
    assert watch.see(sight(without=without), now_s=12.9) is None
    assert watch.see(sight(without=without), now_s=13.0) == end


def test_a_job_that_stops_running_meanwhile_starts_the_wait_again() -> None:
    watch = ProbeWatch(longest_s=60)
    assert watch.see(sight(), now_s=0.0) is None
    assert watch.see(sight(read=False), now_s=2.0) is None
    assert watch.see(sight(), now_s=4.0) is None
    assert watch.see(sight(), now_s=6.9) is None
    assert watch.see(sight(), now_s=7.0) == "held"


def test_an_exactly_once_sink_is_given_two_checkpoints_but_not_all_of_the_time() -> None:
    watch = ProbeWatch(longest_s=60)
    assert watch.see(sight(interval_s=10), now_s=0.0) is None
    assert watch.see(sight(interval_s=10), now_s=19.9) is None
    assert watch.see(sight(interval_s=10), now_s=20.0) == "held"
    rare = ProbeWatch(longest_s=60)
    assert rare.see(sight(interval_s=600), now_s=0.0) is None
    assert rare.see(sight(interval_s=600), now_s=60.0) == "held"


def consumed(*headers: bytes | None) -> Meters:
    meters = Meters()
    meters.consumed(list(headers), value_bytes=[1] * len(headers), partitions=[0] * len(headers), consumed_ns=now_ns())
    return meters


def test_records_without_the_header_are_noticed_only_where_it_should_be_and_none_has_it() -> None:
    probe = probe_header(due_ns=now_ns(), number=0, run=0)
    assert comes_unknown("header", consumed(None, None).totals())
    assert not comes_unknown("header", consumed().totals())
    assert not comes_unknown("header", consumed(None, probe).totals())
    assert not comes_unknown("timestamp", consumed(None).totals())
    assert not comes_unknown(None, consumed(None).totals())
