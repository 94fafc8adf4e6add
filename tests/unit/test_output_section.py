"""What is said of the output topic when there is nothing to say."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import Any

import pytest

from pipegen.observe import KafkaReading, Reading
from pipegen.run.picture.output import output
from pipegen.snapshot import OutputMetrics


def reading(**known: Any) -> Reading[KafkaReading]:
    """An answer of Kafka in which only this is known."""
    value = object.__new__(KafkaReading)
    for field in fields(KafkaReading):
        object.__setattr__(value, field.name, known.get(field.name))
    return Reading(value=value, measured_ns=time.monotonic_ns(), attempts=1)


@pytest.mark.parametrize(
    ("topic", "why"), [(None, "no output topic is known"), ("orders-output", "the output topic is not there")]
)
def test_a_topic_that_is_not_known_differs_from_one_that_is_not_there(topic: str | None, why: str) -> None:
    told = output(reading(), output_topic=topic)
    assert told.section.status == "unknown"
    assert isinstance(told.section, OutputMetrics)
    assert set(told.reasons.values()) == {why}
