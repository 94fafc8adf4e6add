"""What a run was asked for: a value that everything else of the run is made from. Every part of it is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipegen.config import Settings
from pipegen.datafile import DataFile
from pipegen.gates import Threshold
from pipegen.hotpath import RecordPlan, Schedule
from pipegen.project import Project
from pipegen.quality import Rule
from pipegen.run.all_schedules import together
from pipegen.traffic import TrafficPlan


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One run of one project.

    Attributes:
        project: The opened project.
        settings: The settings in force.
        sources: Where each setting came from; a service whose address the user gave is not started for them.
        plan: The traffic plan.
        schedules: When each record of each input is due.
        records: The generator of the records of the one input; None when there are several, when a record carries the
            id of its schema, which is known once the registry has given it, or when rows of a file are sent.
        rules: The project's rules, compiled.
        thresholds: Conditions the run must meet.
        file: The data file whose rows are the input; None when records are generated.
        files: If there are several inputs, the file of each that has one.
        command: The command line, for the summary.
    """

    project: Project
    settings: Settings
    sources: Mapping[str, str]
    plan: TrafficPlan
    schedules: tuple[Schedule, ...]
    records: RecordPlan | None
    rules: Sequence[Rule] = ()
    thresholds: Sequence[Threshold] = ()
    file: DataFile | None = None
    files: Mapping[str, DataFile] = field(default_factory=dict)
    command: Sequence[str] = ()

    @property
    def schedule(self) -> Schedule:
        """When each record is due, of all inputs together."""
        return together(self.schedules)

    @property
    def read_by_flink(self) -> bool:
        """Whether Flink reads the data file by itself, so that nothing is sent."""
        return self.file is not None and self.settings.feed.mode == "filesystem"

    @property
    def one_to_one(self) -> bool:
        """Whether each record that goes in comes out as one."""
        return self.project.shape == "one_to_one"

    @property
    def from_files(self) -> bool:
        """Whether the rows of a data file are the records of an input."""
        return self.file is not None or bool(self.files)

    @property
    def may_probe(self) -> bool:
        """Whether records outside the load may be sent; in the user's own topics, and in tables, they would stay."""
        return not self.settings.pipeline.use_topics_as_written and not self.changes_rows

    @property
    def changes_rows(self) -> bool:
        """Whether records of an input change rows that were sent before; a probe would be one of them."""
        return any(each.record is not None and each.record.changes is not None for each in self.project.inputs)

    @property
    def recognised(self) -> bool:
        """Whether an output record shows which input record it was: then a probe can go first, and duplicates count."""
        return self.one_to_one and self.project.latency_source == "header"
