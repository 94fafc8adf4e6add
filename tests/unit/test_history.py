"""The table of figures that late joiners read: whole when new, halved when old, never more than its bounds."""

from __future__ import annotations

from pipegen.outputs import History
from tests.dashboard.invented import STARTED_AT, running, snapshot


def filled(history: History, sequences: range, *, slow: frozenset[int] = frozenset()) -> History:
    """A history of so many seconds; those named are slow."""
    for sequence in sequences:
        contents = running(60, sequence=sequence)
        contents["latency"]["end_to_end"]["interval"] |= {"p99_ms": 900.0 if sequence in slow else 20.0}
        history.add(snapshot(contents))
    return history


def sequences(history: History, since: int = -1) -> list[object]:
    past = history.since(since)
    return [row[past.fields.index("sequence")] for row in past.rows]


def test_rows_are_whole_until_a_quarter_more_than_the_bound_has_come() -> None:
    assert sequences(filled(History(full_rows=8, thinned_rows=4), range(9))) == list(range(9))


def test_old_rows_are_halved_from_the_front_and_of_two_the_slower_stays() -> None:
    history = filled(History(full_rows=8, thinned_rows=2), range(10), slow=frozenset({1}))
    assert sequences(history) == list(range(10)), "two old rows are not too many"
    filled(history, range(10, 12))
    assert sequences(history) == [1, 2, *range(4, 12)]


def test_an_odd_old_row_stays() -> None:
    history = filled(History(full_rows=4, thinned_rows=2), range(7), slow=frozenset({1, 2}))
    assert sequences(history) == [1, 2, 3, 4, 5, 6]


def test_a_snapshot_comes_once_and_an_older_one_never() -> None:
    history = filled(History(), range(3))
    filled(history, range(3))
    assert sequences(history) == [0, 1, 2]


def test_only_what_is_newer_is_returned() -> None:
    history = filled(History(full_rows=4, thinned_rows=8), range(8))
    assert sequences(history, since=-1) == list(range(8))
    assert sequences(history, since=0) == list(range(1, 8))
    assert sequences(history, since=5) == [6, 7]
    assert sequences(history, since=7) == []


def test_each_row_has_the_moment_of_its_snapshot_in_milliseconds() -> None:
    history = filled(History(), range(1))
    past = history.since(-1)
    assert past.fields[0] == "timestamp_ms"
    assert past.rows[0][0] == (STARTED_AT.timestamp() + 60) * 1000
    assert len(past.rows[0]) == len(past.fields)


def test_no_row_is_kept_twice_when_old_rows_are_halved() -> None:
    history = filled(History(full_rows=4, thinned_rows=3), range(9), slow=frozenset({2}))
    kept = sequences(history)
    assert kept == sorted(set(kept))
