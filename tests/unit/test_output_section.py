"""What is said of the output topic when there is nothing to say."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from pipegen.observe import KafkaReading, Reading
from pipegen.run.picture.output import output
from pipegen.run.picture.reading import not_shown
from pipegen.snapshot import OutputMetrics
from tests.unit.moments import Chance, kafka


def reading() -> Reading[KafkaReading]:
    """An answer of Kafka that knows no output topic."""
    value = replace(kafka(Chance(1, 0.0)), output=None)
    return Reading(value=value, measured_ns=time.monotonic_ns(), attempts=1)


@pytest.mark.parametrize(
    ("topic", "why"),
    [
        (None, "no output topic is known"),
        (
            "orders-output",
            not_shown("orders-output"),
        ),
    ],
)
def test_a_topic_that_is_not_known_differs_from_one_that_is_not_there(topic: str | None, why: str) -> None:
    told = output(reading(), output_topic=topic)
    assert told.section.status == "unknown"
    assert isinstance(told.section, OutputMetrics)
    assert set(told.reasons.values()) == {why}
