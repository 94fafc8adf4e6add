"""The sentence about services that PipeGen only watches."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.run.standalone.headline import watch_headline
from pipegen.snapshot import Headline
from tests.dashboard.invented import running, snapshot
from tests.dashboard.invented_details import group

PARTS = ("kafka", "flink", "registry")


def told(**parts: dict[str, Any]) -> Headline:
    contents = running(90)
    contents["kafka"] |= {"groups": []}
    for part, changes in parts.items():
        contents[part] |= changes
    shown = snapshot(contents)
    return watch_headline(shown.kafka, shown.flink, shown.registry)


@pytest.mark.parametrize(("part", "name"), [("kafka", "Kafka"), ("flink", "Flink"), ("registry", "Schema registry")])
def test_a_service_that_does_not_answer_comes_first(part: str, name: str) -> None:
    gone = {"status": "error", "status_reason": "it is gone"}
    bad = group("readers", "other", 10, 5, 1.0) | {"verdict": "stalled"}
    found = told(**{part: gone} | ({} if part == "kafka" else {"kafka": {"groups": [bad]}}))
    assert (found.level, found.text) == ("error", f"{name}: it is gone.")


@pytest.mark.parametrize(
    ("verdict", "word"),
    [("warning", "falling behind"), ("stalled", "stalled"), ("rewound", "going back"), ("stopped", "stopped")],
)
def test_a_group_in_trouble_is_named_with_its_lag(verdict: str, word: str) -> None:
    well = group("well", "other", 10, 0, 1.0) | {"verdict": "ok"}
    unknown = group("new", "other", 10, 0, 1.0) | {"verdict": None}
    bad = group("readers", "other", 10, 1_500, 1.0) | {"verdict": verdict, "lag": 1_500}
    found = told(kafka={"groups": [well, unknown, bad]})
    assert (found.level, found.text) == ("warning", f"Consumer group readers is {word}.")
    assert found.detail == "1\u2009500 records behind"


def test_before_the_first_answers_nothing_is_said_of_them() -> None:
    unknown = {"status": "unknown", "status_reason": None}
    assert told(**dict.fromkeys(PARTS, unknown)).text == "Waiting for the first answers of the services."
    assert told(kafka=unknown, flink=unknown).level == "ok"


def test_where_all_is_well_the_rates_that_are_known_stand_behind_it() -> None:
    found = told(kafka={"rate": 100.0}, flink={"pending_records": 7})
    assert (found.level, found.text) == ("ok", "Every watched service answers.")
    assert found.detail == "100 msg/s into the input, 7 pending in Flink"
    assert told(kafka={"rate": None}, flink={"pending_records": None}).detail is None
