"""The outputs of a run: each has a reader, meters and a drain of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pipegen.config import Settings
from pipegen.config.topics import OutputSettings
from pipegen.hotpath import HistogramSnapshot, Meters, TableMeter, Totals
from pipegen.project import OutputFacts, Project
from pipegen.run.names import RunNames
from pipegen.run.read.output_settings import output_settings
from pipegen.run.read.table import table_meter
from pipegen.run.send.interfaces import MeterView
from pipegen.snapshot.stages import StageName

_OF_SENDING: Final = frozenset({"generator_delay", "ack", "ack_uncorrected"})
_SUMMED: Final = (
    "consumed",
    "consumed_bytes",
    "distinct",
    "duplicated",
    "excluded_consumed",
    "foreign",
    "other_runs",
    "out_of_order",
    "probes",
    "repeated",
    "undecodable",
    "unmeasured",
)


@dataclass(slots=True)
class OutputReading:
    """What is read of one output.

    Attributes:
        facts: What is known of it beforehand.
        topic: Its topic in this run.
        group: The consumer group of its reader.
        meters: Its figures.
        told: What the settings say of it.
        key: Its name where there are several; None for the only one.
        drain: What its drain waits for, or how it ended.
        drained: Whether all that can come out has come out, so that what is missing is lost.
        held: Why what is missing may still wait in Flink; None where nothing does.
        table: Judges its records as a table; None where they only add rows, or are not read as rows.
    """

    facts: OutputFacts
    topic: str
    group: str
    meters: Meters
    told: OutputSettings = field(default_factory=OutputSettings)
    key: str | None = None
    drain: str | None = None
    drained: bool = False
    held: str | None = None
    table: TableMeter | None = None

    @property
    def recognised(self) -> bool:
        """Whether a record that comes out shows which one it was when it went in."""
        return self.facts.shape == "one_to_one" and self.facts.recognised


def outputs_of(project: Project, settings: Settings, names: RunNames, own: Meters) -> tuple[OutputReading, ...]:
    """The outputs of a run, in the order of the script.

    Args:
        project: The project.
        settings: The settings in force.
        names: The names of the run.
        own: The meters of this process, which what comes out of the first output is counted into.
    """
    told, inputs = output_settings(project, settings, {}), len(project.inputs)
    several = inputs > 1
    return tuple(
        OutputReading(
            facts,
            names.topic_of(facts.topic) if number > 1 else names.output_topic,
            names.output_group(number),
            Meters(run=names.run_mark, inputs=inputs if several else 0) if number > 1 else own,
            told[facts.name],
            facts.name if len(project.outputs) > 1 else None,
            # With several inputs no probe is sent: what came before the load are rows of tables.
            table=table_meter(facts.table, run_mark=names.run_mark, counts_probes=several),
        )
        for number, facts in enumerate(project.outputs, 1)
    )


class AllOutputs:
    """The meters of a run with what all outputs brought: counts summed, histograms merged.

    Args:
        meters: Those of what is sent and of the first output.
        outputs: All outputs.
    """

    def __init__(self, meters: MeterView, outputs: Sequence[OutputReading]) -> None:
        self._meters = meters
        self._all = outputs
        self._further = outputs[1:]

    def start(self, start_ns: int) -> None:
        """Sets where second 0 begins, for each."""
        self._meters.start(start_ns)
        for output in self._further:
            output.meters.start(start_ns)
        for output in self._all:
            if output.table is not None:
                output.table.start(start_ns)

    def totals(self) -> Totals:
        """All totals now."""
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
    """What came back, summed over the outputs; the rest is what was sent."""

    def __init__(self, first: Totals, further: Sequence[Totals]) -> None:
        self._first = first
        for name in _SUMMED:
            setattr(self, name, getattr(first, name) + sum(getattr(each, name) for each in further))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._first, name)
