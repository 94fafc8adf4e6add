"""When a pipeline is drained: everything expected has come, or nothing is pending and the output is quiet."""

from __future__ import annotations

from pipegen.run.drain.decision import Drain, DrainSight


def sight(arrived: int, *, pending: int | None = 0, lag: int | None = 0, interval_s: float | None = 10.0) -> DrainSight:
    return DrainSight(arrived=arrived, pending=pending, lag=lag, checkpoint_interval_s=interval_s)


def test_it_waits_for_everything_expected_and_a_moment_longer_for_what_comes_twice() -> None:
    drain = Drain(expected=100, exactly_once=False)
    assert drain.see(sight(99), now_s=0.0) is None
    assert drain.see(sight(100), now_s=1.0) is None
    assert drain.see(sight(100), now_s=1.9) is None
    assert drain.see(sight(100), now_s=2.0) == "complete"


def test_what_is_expected_is_waited_for_however_quiet_it_is() -> None:
    drain = Drain(expected=100, exactly_once=False)
    assert all(drain.see(sight(99), now_s=float(second)) is None for second in range(1000))


def test_without_a_number_it_ends_when_nothing_is_pending_and_the_output_is_quiet() -> None:
    drain = Drain(expected=None, exactly_once=False)
    assert drain.see(sight(50), now_s=0.0) is None
    assert drain.see(sight(60), now_s=2.0) is None
    assert drain.see(sight(60), now_s=4.9) is None
    assert drain.see(sight(60), now_s=5.0) == "quiet"


def test_records_that_flink_has_not_read_keep_it_open() -> None:
    drain = Drain(expected=None, exactly_once=False)
    assert all(drain.see(sight(60, pending=5), now_s=float(second)) is None for second in range(100))


def test_it_does_not_end_on_figures_that_are_not_known() -> None:
    drain = Drain(expected=None, exactly_once=False)
    assert all(drain.see(sight(60, pending=None), now_s=float(second)) is None for second in range(100))


def test_an_exactly_once_sink_is_given_two_checkpoints() -> None:
    drain = Drain(expected=None, exactly_once=True)
    assert drain.see(sight(60), now_s=0.0) is None
    assert drain.see(sight(60), now_s=19.0) is None
    assert drain.see(sight(60), now_s=20.0) == "quiet"


def test_a_single_record_that_has_just_come_is_not_quiet_yet() -> None:
    drain = Drain(expected=None, exactly_once=False)
    assert drain.see(sight(1), now_s=100.0) is None
    assert drain.see(sight(1), now_s=103.0) == "quiet"
