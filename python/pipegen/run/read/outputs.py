"""The outputs of a run beside its first one: each has meters of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pipegen.hotpath import HistogramSnapshot, Meters, Totals
from pipegen.project import OutputFacts, Project
from pipegen.run.names import RunNames
from pipegen.run.send.interfaces import MeterView
from pipegen.snapshot.stages import StageName

_OF_SENDING: Final = frozenset({"generator_delay", "ack", "ack_uncorrected"})
_SUMMED: Final = ("consumed", "consumed_bytes", "undecodable", "other_runs", "unmeasured")


@dataclass(slots=True)
class OutputReading:
    """What is read of one output.

    Attributes:
        facts: What is known of it beforehand.
        topic: Its topic in this run.
        group: The consumer group of its reader.
        meters: Its figures.
        drain: What its drain waits for, or how it ended.
        drained: Whether all that can come out has come out.
    """

    facts: OutputFacts
    topic: str
    group: str
    meters: Meters
    drain: str | None = None
    drained: bool = field(default=False)


def further_outputs(project: Project, names: RunNames) -> tuple[OutputReading, ...]:
    """Those beside the first."""
    return tuple(
        OutputReading(
            facts,
            names.topic_of(facts.topic),
            f"{names.consumer_group}-{number}",
            Meters(run=names.run_mark),
        )
        for number, facts in enumerate(project.outputs[1:], 2)
    )


class AllOutputs:
    """The meters of a run with what all outputs brought: counts summed, histograms merged.

    Args:
        meters: Those of what is sent and of the first output.
        further: The other outputs.
    """

    def __init__(self, meters: MeterView, further: Sequence[OutputReading]) -> None:
        self._meters = meters
        self._further = further

    def start(self, start_ns: int) -> None:
        """Sets where second 0 begins, for each."""
        self._meters.start(start_ns)
        for output in self._further:
            output.meters.start(start_ns)

    def totals(self) -> Totals:
        """All totals now; what tells one record from another is the first output's."""
        first = self._meters.totals()
        return (
            cast("Totals", _Summed(first, [each.meters.totals() for each in self._further])) if self._further else first
        )

    def histogram(self, name: StageName) -> HistogramSnapshot:
        """The cumulative histogram of a latency."""
        merged = self._meters.histogram(name)
        if name not in _OF_SENDING:
            for output in self._further:
                merged = merged.merge(output.meters.histogram(name))
        return merged

    def sent_per_second(self) -> list[int]:
        """Records sent in each second since the start."""
        return self._meters.sent_per_second()


class _Summed:
    def __init__(self, first: Totals, further: Sequence[Totals]) -> None:
        self._first = first
        for name in _SUMMED:
            setattr(self, name, getattr(first, name) + sum(getattr(each, name) for each in further))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._first, name)
