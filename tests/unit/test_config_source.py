"""An error about a setting begins with the place it was written at, or that of what holds it."""

from __future__ import annotations

import pytest

from pipegen.config.source import source_of

SOURCES = {
    "thresholds": "a.yaml:3",
    "thresholds[0]": "a.yaml:4",
    "thresholds[0].expression": "a.yaml:5",
    "faults.late": "flag --fault-late",
}


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("thresholds[0].expression", "a.yaml:5"),
        ("thresholds[0].delay", "a.yaml:4"),
        ("thresholds[0].a.b[2]", "a.yaml:4"),
        ("thresholds[1].expression", "a.yaml:3"),
        ("faults", "flag --fault-late"),
        ("faults.duplicates", "settings"),
        ("fault", "settings"),
        ("", "settings"),
    ],
)
def test_the_nearest_whole_that_has_a_place_counts(key: str, place: str) -> None:
    assert source_of(SOURCES, key) == place
