"""The search for the capacity, against a labelled double: a pipeline whose capacity is known."""

from __future__ import annotations

import pytest

from pipegen.gates import CapacityRange, CapacitySearch, TrialOutcome
from pipegen.outputs import capacity_sentence


class FakePipeline:
    """A double: sustains every rate up to its capacity; PipeGen itself can send up to its own limit."""

    def __init__(self, capacity_per_s: float, *, sender_per_s: float = 1e9, lucky: int = 0) -> None:
        self.capacity_per_s, self.sender_per_s, self.lucky = capacity_per_s, sender_per_s, lucky
        self.tried: list[float] = []

    def trial(self, rate_per_s: float) -> TrialOutcome:
        self.tried.append(rate_per_s)
        if rate_per_s > self.sender_per_s:
            return "invalid"
        if rate_per_s > self.capacity_per_s and self.lucky > 0:
            self.lucky -= 1
            return "sustained"
        return "sustained" if rate_per_s <= self.capacity_per_s else "not_sustained"


def search(pipeline: FakePipeline, *, start: float = 100, most: float = 1e6, precision: float = 0.1) -> CapacityRange:
    found = CapacitySearch(start, most, precision)
    while (rate := found.next_rate()) is not None:
        found.tell(rate, pipeline.trial(rate))
        assert len(pipeline.tried) < 50, "the search does not end"
    return found.answer()


@pytest.mark.parametrize("capacity", [130.0, 999.0, 1234.0, 47_000.0])
def test_the_range_holds_the_capacity_and_is_as_narrow_as_asked(capacity: float) -> None:
    pipeline = FakePipeline(capacity)
    found = search(pipeline)
    assert found.sustained_per_s is not None
    assert found.not_sustained_per_s is not None
    assert found.sustained_per_s <= capacity < found.not_sustained_per_s
    assert found.not_sustained_per_s <= found.sustained_per_s * 1.1
    assert found.limited_by == "pipeline"
    assert pipeline.tried.count(found.sustained_per_s) == 2


def test_a_capacity_below_the_first_rate_is_found_as_well() -> None:
    found = search(FakePipeline(30.0))
    assert found.sustained_per_s is not None
    assert found.sustained_per_s <= 30.0 < (found.not_sustained_per_s or 0)


def test_a_pipeline_that_sustains_nothing_has_no_lower_end_and_the_search_ends() -> None:
    found = search(FakePipeline(0.0))
    assert (found.sustained_per_s, found.limited_by) == (None, "pipeline")
    assert capacity_sentence(found).startswith("No rate was sustained twice")


def test_a_rate_that_is_sustained_once_and_not_again_is_not_the_answer() -> None:
    # 200 is above the capacity and passes once by luck; its repetition does not.
    found = search(FakePipeline(150.0, lucky=1), precision=1.0)
    assert found.sustained_per_s is not None
    assert found.sustained_per_s <= 150.0
    assert found.not_sustained_per_s == 200.0


def test_what_pipegen_itself_cannot_send_is_not_held_against_the_pipeline() -> None:
    found = search(FakePipeline(1e9, sender_per_s=5_000.0))
    assert found.limited_by == "generator"
    assert "PipeGen itself did not keep its plan" in capacity_sentence(found)


def test_no_rate_above_the_highest_is_tried() -> None:
    pipeline = FakePipeline(1e9)
    found = search(pipeline, most=700.0)
    assert found == CapacityRange(700.0, None, "maximum")
    assert pipeline.tried == [100, 200, 400, 700, 700]
    assert "the highest rate that was to be tried" in capacity_sentence(found)
