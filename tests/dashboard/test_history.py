"""The past that late joiners read: bounded, real, spikes kept."""

from __future__ import annotations

from pipegen.dashboard.branch_history import BranchHistory
from pipegen.outputs import History
from tests.dashboard.invented import running, snapshot
from tests.dashboard.invented_topology import one_by_one
from tests.dashboard.states import unmeasurable


def add(history: History, sequence: int, p99_ms: float = 20.0, run_id: str = "7f3a") -> None:
    contents = running(60, sequence=sequence)
    contents["run"] |= {"id": run_id}
    contents["latency"]["end_to_end"]["interval"] |= {"p99_ms": p99_ms}
    history.add(snapshot(contents))


def sequences(history: History, since: int = -1) -> list[object]:
    past = history.since(since)
    return [row[past.fields.index("sequence")] for row in past.rows]


def test_the_newest_rows_stay_whole_and_memory_is_bounded() -> None:
    history = History(full_rows=40, thinned_rows=40)
    for sequence in range(1000):
        add(history, sequence)
    kept = sequences(history)
    assert kept[-40:] == list(range(960, 1000))
    assert len(kept) <= 90


def test_a_spike_is_never_thinned_away() -> None:
    history = History(full_rows=10, thinned_rows=10)
    for sequence in range(200):
        add(history, sequence, p99_ms=5000.0 if sequence == 17 else 20.0)
    assert 17 in sequences(history)


def test_only_what_is_newer_is_returned() -> None:
    history = History()
    for sequence in (1, 2, 2, 1, 3):
        add(history, sequence)
    assert sequences(history, since=1) == [2, 3]


def test_another_run_starts_the_past_anew() -> None:
    history = History()
    add(history, 50)
    add(history, 0, run_id="beef")
    assert history.since(-1).run_id == "beef"
    assert sequences(history) == [0]


def test_a_figure_that_cannot_be_measured_is_null_in_the_past_too() -> None:
    history = History()
    history.add(snapshot(unmeasurable()))
    past = history.since(-1)
    assert past.rows[0][past.fields.index("latency.end_to_end.total.p99_ms")] is None


def test_the_past_of_inputs_and_outputs_is_bounded_too_and_its_newest_rows_stay_whole() -> None:
    history = BranchHistory(full_rows=10)
    for second in range(100):
        history.add(snapshot(one_by_one(second)))
    history.add(snapshot(one_by_one(99)))
    kept = [row[1] for row in history.since(-1).rows]
    assert kept[-10:] == list(range(90, 100))
    assert len(kept) <= 23
    assert kept[0] is not None
    assert kept[0] < 30
