"""What was counted of a topic's values, at any moment."""

from __future__ import annotations

from pipegen.quality.tally import TopicTally


def test_values_are_counted_by_what_came_of_them_and_the_share_of_valid_is_of_those_checked() -> None:
    tally = TopicTally("orders")
    assert tally.view().valid_ratio is None
    tally.add(valid=3, invalid=0, unchecked=5, tombstones=2, faults={})
    tally.add(valid=0, invalid=1, unchecked=0, tombstones=0, faults={"cut_off": (1, "it ends early")})
    seen = tally.view()
    assert (seen.valid_total, seen.invalid_total, seen.unchecked_total, seen.tombstones_total) == (3, 1, 5, 2)
    assert (seen.valid_ratio, tally.valid) == (0.75, 3)


def test_reasons_come_by_their_number_each_with_its_first_example_cut_to_300_characters() -> None:
    tally = TopicTally("orders")
    tally.add(valid=0, invalid=1, unchecked=0, tombstones=0, faults={"rare": (1, "x" * 301)})
    tally.add(valid=0, invalid=2, unchecked=0, tombstones=0, faults={"often": (2, "first")})
    tally.add(valid=0, invalid=2, unchecked=0, tombstones=0, faults={"often": (2, "second")})
    told = [(each.reason, each.count, each.example) for each in tally.view().reasons]
    assert told == [("often", 4, "first"), ("rare", 1, "x" * 300)]
