"""When a pipeline is drained, and what it says while it waits: by shape, positions, job state and other sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from pipegen.run.drain.decision import Drain, DrainSight, DrainState

READ = DrainSight(arrived=60, consumed=60, written=60, pending=0, lag=0, open=0, checkpoint_interval_s=10.0)


def sight(**changes: Any) -> DrainSight:
    """An input and an output that are read to their ends, but for the changes."""
    return replace(READ, **changes)


def last(drain: Drain, looks: Iterable[tuple[float, DrainSight]]) -> DrainState:
    """How the drain stands after the looks, none of which but the last may end it."""
    state: DrainState | None = None
    for now_s, seen in looks:
        assert state is None or state.end is None, state
        state = drain.see(seen, now_s=now_s)
    assert state is not None
    return state


def always(seen: DrainSight, seconds: int = 100) -> list[tuple[float, DrainSight]]:
    """The same look every second."""
    return [(float(second), seen) for second in range(seconds)]


def test_it_waits_for_everything_expected_and_a_moment_longer_for_what_comes_twice() -> None:
    drain = Drain(expected=100)
    assert last(drain, [(0.0, sight(arrived=99)), (1.0, sight(arrived=100)), (1.9, sight(arrived=100))]).end is None
    ended = drain.see(sight(arrived=100), now_s=2.0)
    assert (ended.end, ended.sentence) == ("complete", "all 100 expected records came out")


def test_what_is_expected_is_waited_for_however_quiet_it_is() -> None:
    state = last(Drain(expected=100), always(sight(arrived=99), 1000))
    assert (state.end, state.sentence) == (None, "99 of 100 expected records have come out")


def test_what_event_time_holds_is_not_waited_for_once_nothing_more_comes() -> None:
    held = sight(arrived=96, held="the last rows wait for a watermark past 12:00:05.000 UTC (TemporalJoin)")
    drain = Drain(expected=100)
    assert last(drain, [(0.0, sight(arrived=90)), (1.0, held), (3.9, held)]).end is None
    ended = drain.see(held, now_s=4.0)
    assert ended.end == "held"
    assert ended.sentence == (
        "96 of 100 expected records have come out; "
        "the last rows wait for a watermark past 12:00:05.000 UTC (TemporalJoin)"
    )


def test_a_job_that_has_failed_is_waited_for_however_quiet_it_is() -> None:
    drain = Drain(expected=None)
    state = last(drain, always(sight(failing=True)))
    assert (state.end, state.sentence) == (None, "the Flink job has failed and is not back for good")
    assert drain.see(sight(), now_s=100.0).end == "quiet"


def test_without_a_number_it_ends_when_the_input_is_read_and_the_output_is_quiet() -> None:
    drain = Drain(expected=None)
    assert last(drain, [(0.0, sight(arrived=50)), (2.0, sight()), (4.9, sight())]).end is None
    ended = drain.see(sight(), now_s=5.0)
    assert (ended.end, ended.sentence) == (
        "quiet",
        "the input is read to its end, and nothing more came out for 3 s",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pending": 1}, "1 record is pending in Flink's source"),
        ({"pending": 250}, "250 records are pending in Flink's source"),
        ({"pending": None}, "Flink has not said yet what its source has left to read"),
        ({"lag": 7}, "7 records are to be read from the output topic"),
        ({"open": 14}, "14 records are in a transaction that ends with a checkpoint (every 10 s)"),
        (
            {"open": 14, "checkpoint_interval_s": None},
            "14 records are in a transaction that never ends, because checkpointing is off",
        ),
    ],
)
def test_it_does_not_end_while_something_is_left_and_says_what(changes: dict[str, Any], sentence: str) -> None:
    state = last(Drain(expected=None), always(sight(**changes)))
    assert (state.end, state.sentence) == (None, sentence)


def test_what_stands_in_the_way_of_expected_records_is_told_with_their_number() -> None:
    state = last(Drain(expected=100), [(0.0, sight(open=40))])
    assert state.sentence.startswith("60 of 100 expected records have come out; 40 records are in a transaction")
    held = last(Drain(expected=100), [(0.0, sight(held="40 rows wait for a watermark past 12:00:05.000 UTC"))])
    assert held.sentence.endswith("; 40 rows wait for a watermark past 12:00:05.000 UTC")


def test_records_that_nobody_can_read_yet_are_no_quiet_output() -> None:
    # They lie in an open transaction and then come out together.
    looks = [(float(second), sight(written=60 + second, open=second)) for second in range(9)]
    looks += [(9.0, sight(written=70)), (11.9, sight(written=70))]
    drain = Drain(expected=None)
    assert last(drain, looks).end is None
    assert drain.see(sight(written=70), now_s=12.0).end == "quiet"


def test_a_job_that_has_finished_is_drained_as_soon_as_its_output_is_read() -> None:
    drain = Drain(expected=None, ends="the Flink job that reads the file")
    waits = last(drain, always(sight(pending=None)))
    assert (waits.end, waits.sentence) == (None, "the Flink job that reads the file has not finished")
    assert drain.see(sight(pending=None, finished=True, lag=5), now_s=100.0).end is None
    assert drain.see(sight(pending=None, finished=True, lag=None), now_s=100.1).end is None
    assert drain.see(sight(pending=None, finished=True, open=5), now_s=100.2).end is None
    ended = drain.see(sight(pending=None, finished=True), now_s=100.3)
    assert ended.sentence == "the Flink job has finished, and its output is read to the end"


def test_a_job_that_has_finished_brings_out_nothing_more_however_much_was_expected() -> None:
    assert last(Drain(expected=100), [(0.0, sight(finished=True))]).end == "finished"


BUSY: dict[str, Any] = {"others": ("noise",), "by_header": True}


def busy(second: int, **changes: Any) -> DrainSight:
    """A topic that another source writes ten records a second to, of which five are always still to be read."""
    return sight(**{"consumed": 60 + 10 * second, "written": 65 + 10 * second, "lag": 5, **BUSY, **changes})


def test_what_another_source_writes_does_not_keep_it_open_where_records_of_the_run_are_known() -> None:
    drain = Drain(expected=None)
    assert last(drain, [(float(second), busy(second, arrived=60 + second)) for second in range(10)]).end is None
    assert drain.see(busy(11, arrived=69), now_s=11.9).end is None
    ended = drain.see(busy(12, arrived=69), now_s=12.0)
    assert ended.sentence == "the input is read to its end; what other sources (noise) write was not waited for"


def test_without_a_header_it_waits_longer_where_another_source_writes_and_not_for_ever() -> None:
    drain = Drain(expected=None)
    looks = [busy(second, arrived=60 + 10 * second, by_header=False) for second in range(11)]
    assert last(drain, [(float(second), look) for second, look in enumerate(looks[:10])]).end is None
    assert drain.see(looks[10], now_s=10.0).end == "others"


def test_records_of_the_run_that_wait_behind_those_of_others_are_read_first() -> None:
    drain = Drain(expected=None)
    # A hundred were in the topic when the input was read to its end, whosever they are.
    behind = [(float(second), sight(consumed=60 + 10 * second, lag=100, **BUSY)) for second in range(10)]
    assert last(drain, behind).sentence == "100 records are to be read from the output topic"
    assert drain.see(sight(consumed=160, lag=100, **BUSY), now_s=10.0).end == "others"


def test_it_waits_for_the_input_although_another_source_goes_on() -> None:
    looks = [(float(second), busy(second, pending=3)) for second in range(100)]
    assert last(Drain(expected=None), looks).waits_for == "source"


def test_two_checkpoints_show_that_no_record_of_the_run_is_in_a_transaction_of_others() -> None:
    drain = Drain(expected=None)
    assert last(drain, [(float(second), busy(second, open=9)) for second in range(20)]).end is None
    assert drain.see(busy(20, open=9), now_s=20.0).end == "others"


def test_rows_that_event_time_holds_are_told_and_are_no_reason_to_wait() -> None:
    held = "14 rows wait for a watermark past 12:00:05.000 UTC (OverAggregate)"
    ended = last(Drain(expected=None), [(0.0, sight(held=held)), (3.0, sight(held=held))])
    assert ended.end == "quiet"
    assert ended.sentence.endswith(f"; {held}")


def test_a_single_record_that_has_just_come_is_not_quiet_yet() -> None:
    drain = Drain(expected=None)
    assert drain.see(sight(arrived=1), now_s=100.0).end is None
    assert drain.see(sight(arrived=1), now_s=103.0).end == "quiet"
