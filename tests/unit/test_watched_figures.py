"""How far a figure may stray by chance before it is an anomaly."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from pipegen.quality.watched_figures import watched_figures
from tests.dashboard.invented import snapshot
from tests.dashboard.states import STATES


def floors(*, present: int, nulls: int, numbers: tuple[float, float] | None = None) -> dict[str, tuple[Any, float]]:
    """Figure → its value and how far it may stray."""
    field: Any = SimpleNamespace(path="price", present=present, nulls=nulls, numbers=numbers)
    found = watched_figures(snapshot(STATES["calm"]()), {None: [field]}, interval_s=1.0)
    return {each.figure: (each.value, each.floor) for each in found if "price" in each.figure}


def test_a_share_of_nulls_may_stray_by_chance_by_one_value_or_by_half_a_percent() -> None:
    """The largest of the three counts."""
    assert floors(present=75, nulls=25) == {"null share of price": (0.25, pytest.approx(math.sqrt(0.25 * 0.75 / 100)))}
    assert floors(present=100, nulls=0) == {"null share of price": (0.0, 0.01)}
    assert floors(present=100_000, nulls=0) == {"null share of price": (0.0, 0.005)}


def test_a_mean_may_stray_by_its_standard_error_or_by_a_hundredth() -> None:
    assert floors(present=100, nulls=0, numbers=(50.0, 20.0))["mean of price"] == (50.0, 2.0)
    assert floors(present=100, nulls=0, numbers=(-500.0, 20.0))["mean of price"] == (-500.0, 5.0)
    assert "mean of price" not in floors(present=19, nulls=81, numbers=(50.0, 20.0))


def test_a_field_of_few_values_is_not_watched() -> None:
    assert floors(present=19, nulls=0) == {}
    assert len(floors(present=10, nulls=10)) == 1


def test_a_field_of_one_of_several_outputs_is_called_after_it() -> None:
    field: Any = SimpleNamespace(path="price", present=100, nulls=0, numbers=None)
    found = watched_figures(snapshot(STATES["calm"]()), {"copies": [field], "kept": [field]}, interval_s=1.0)
    named = [each.figure for each in found if "price" in each.figure]
    assert named == ["null share of copies: price", "null share of kept: price"]
