"""The score: a product of measured shares, shown with its figures; nothing where no record was checked."""

from __future__ import annotations

import pytest

from pipegen.quality.score import Share, score_of


def shares(**ratios: float | None) -> list[Share]:
    return [Share(name, ratio) for name, ratio in ratios.items()]


def test_the_score_is_the_product_and_the_formula_shows_it() -> None:
    score, formula = score_of(shares(valid=0.99, complete=0.95, intact=1.0))
    assert score == pytest.approx(94.05)
    assert formula == "94.05 = 100 × 0.9900 valid × 0.9500 complete × 1.0000 intact"


def test_a_share_that_was_not_measured_is_left_out_and_named() -> None:
    score, formula = score_of(shares(valid=1.0, complete=None, intact=0.5))
    assert score == 50
    assert formula.endswith("; not measured: complete")


def test_without_a_checked_record_there_is_no_score() -> None:
    score, formula = score_of(shares(valid=None, complete=None, intact=1.0))
    assert score is None
    assert "no record was checked" in formula


@pytest.mark.parametrize(("ratio", "shown"), [(1.0, 100.0), (0.9999999, 99.99), (0.9999, 99.99), (0.0, 0.0)])
def test_a_hundred_is_only_for_records_without_a_fault(ratio: float, shown: float) -> None:
    assert score_of(shares(valid=ratio))[0] == shown
