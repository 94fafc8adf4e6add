"""The latencies that have histograms, in the order of a record's way. Measures nothing.

Each of them is recorded, served by ``/api/percentiles``, loaded for comparisons, and may stand in a threshold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

StageName = Literal[
    "generator_delay", "ack", "ack_uncorrected", "append", "end_to_end", "end_to_end_uncorrected", "output_wait"
]


@dataclass(frozen=True, slots=True)
class Stage:
    """One latency.

    Attributes:
        name: Of its histogram: in recordings, thresholds and ``/api/percentiles``.
        title: As a row or a column of a report.
        word: In a sentence, a narrow table or a legend.
        about: What is subtracted from what.
        field: The field of :class:`pipegen.snapshot.Latency` that has it.
        at_sender: Whether it is measured where records are sent; the others are where they are read.
    """

    name: StageName
    title: str
    word: str
    about: str
    field: str
    at_sender: bool = False

    @property
    def is_uncorrected(self) -> bool:
        """Whether it counts from the actual send: the twin of the stage that its field is named after."""
        return self.name != self.field


STAGES: Final = (
    Stage(
        "generator_delay",
        "Generator delay (sent − due)",
        "generator delay",
        "Sent minus due.",
        "generator_delay",
        at_sender=True,
    ),
    Stage("ack", "Acknowledged by Kafka", "acknowledged", "Acknowledged by Kafka minus due.", "ack", at_sender=True),
    Stage(
        "ack_uncorrected",
        "Acknowledged, from the actual send",
        "acknowledged, from the actual send",
        "Acknowledged by Kafka minus sent.",
        "ack",
        at_sender=True,
    ),
    Stage(
        "append",
        "Appended to the output, by the broker’s clock",
        "written by Flink",
        "Appended to the output by Flink's sink, by the broker's clock, minus due.",
        "append",
    ),
    Stage("end_to_end", "End to end", "end to end", "Consumed minus due.", "end_to_end"),
    Stage(
        "end_to_end_uncorrected",
        "End to end, from the actual send",
        "end to end, from the actual send",
        "Consumed minus sent.",
        "end_to_end",
    ),
    Stage(
        "output_wait",
        "Of it: from the append to our reader",
        "fetch",
        "Consumed minus appended: the fetch and, for an exactly-once sink, the wait for its checkpoint.",
        "output_wait",
    ),
)
_OF_OUTPUT: Final = re.compile(r"outputs\.(?P<name>.+)\.end_to_end")


def output_stage(name: str) -> str:
    """The name for the end-to-end latency of one output among the stages."""
    return f"outputs.{name}.end_to_end"


def output_of_stage(stage: str) -> str | None:
    """The output that this name stands for; None for a stage of the whole run."""
    found = _OF_OUTPUT.fullmatch(stage)
    return None if found is None else found["name"]


STAGES_BY_NAME: Final = {stage.name: stage for stage in STAGES}
WORDS: Final[Mapping[StageName, str]] = {stage.name: stage.word for stage in STAGES}
