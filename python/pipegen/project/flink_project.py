"""A script that Flink has planned, as a pipeline that can be run; see :class:`pipegen.project.interface.Project`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from pipegen.avro import InputSchema
from pipegen.choices import LatencySource, Shape
from pipegen.project.inputs import JoinShare
from pipegen.project.interface import InputFacts, OutputFacts
from pipegen.project.named_in_sql import NamedInSql
from pipegen.project.plan.flow import PathShape
from pipegen.project.plan.isolate import IsolatedStatement, ShownStatement, isolated, shown
from pipegen.project.plan.leading import leading_statements, outputs_fed_by
from pipegen.project.plan.own_options import Own, topic_of_pattern
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.read_back import fields_of, reading_format
from pipegen.project.plan.sql_type import parse_type
from pipegen.project.plan.subjects import told_subjects
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import Input, Output, Topic, Topology
from pipegen.project.planned_output import (
    OverruledShape,
    output_facts,
    output_topic,
    with_shape,
)
from pipegen.project.unfed import Unfed

BOUNDED_MODE: Final = "scan.bounded.mode"


@dataclass(frozen=True, slots=True)
class PlannedScript:
    """A planned script.

    Attributes:
        dir: The folder that results go to and that places are shown from.
        name: The pipeline's name.
        planned: Its statements.
        topology: What it reads and writes.
        inputs: What is fed, in the topology's order.
        joins: How many records of each join find a partner.
        as_written: Whether its tables keep the topics that they name.
        topics: The run's topics that are called otherwise than the SQL's own name and the run's id.
        suffix: What the run adds to the names of topics; None for its id.
        unfed: Inputs fed by other producers: their tables stay as written, and missing topics are created.
        keeps_start: Whether sources start and end where the SQL says.
        schema_paths: The files that contain the input's schema.
        chosen_shape: The shape that pipeline.shape sets for the first output; None to use the plan's.
        chosen_shapes: The shapes set by outputs.NAME.shape, by output.
        new_groups: Consumer groups that its jobs make where they keep those that they name.
    """

    dir: Path
    name: str
    planned: tuple[Planned, ...]
    topology: Topology
    inputs: tuple[InputFacts, ...]
    joins: tuple[JoinShare, ...] = ()
    as_written: bool = False
    topics: Mapping[str, str] = field(default_factory=dict)
    suffix: str | None = None
    unfed: Unfed = field(default_factory=Unfed)
    keeps_start: bool = False
    schema_paths: tuple[Path, ...] = ()
    chosen_shape: Shape | None = None
    chosen_shapes: Mapping[str, PathShape] = field(default_factory=dict)
    new_groups: tuple[str, ...] = ()
    read: ClassVar[bool] = True

    @property
    def input(self) -> Input:
        """The first input."""
        return self.topology.inputs[0]

    @property
    def input_schema(self) -> InputSchema:
        """The schema of its records."""
        return self.inputs[0].schema

    @property
    def sql_files(self) -> tuple[Path, ...]:
        """The files of the SQL."""
        return tuple(dict.fromkeys(each.statement.place.file for each in self.planned))

    @property
    def statements(self) -> tuple[ShownStatement, ...]:
        """All statements, without secrets."""
        return tuple(shown(each.statement) for each in self.planned)

    @property
    def outputs(self) -> tuple[OutputFacts, ...]:
        """All that it writes and that is read back."""
        return tuple(map(self._facts, self.topology.outputs))

    def _facts(self, output: Output) -> OutputFacts:
        planned, chosen = self._planned(output), self._chosen(output)
        return planned if chosen is None else with_shape(planned, *chosen)

    def _planned(self, output: Output) -> OutputFacts:
        """What Flink's plan says of an output."""
        topic = output_topic(output).removesuffix(self.suffix or "")
        return output_facts(output, topic=topic, fed=self.inputs, inputs=self.topology.inputs)

    def _chosen(self, output: Output) -> tuple[PathShape, str] | None:
        """The shape set by the settings, and the name of the setting."""
        if (told := self.chosen_shapes.get(output.name)) is not None:
            return told, f"outputs.{output.name}.shape"
        if output is self.output and self.chosen_shape is not None:
            return self.chosen_shape, "pipeline.shape"
        return None

    @property
    def output(self) -> Output:
        """The first output."""
        return self.topology.outputs[0]

    @property
    def _first(self) -> OutputFacts:
        return self.outputs[0]

    @property
    def shape(self) -> Shape:
        """How records of the first output relate to input records."""
        return self._first.shape

    def overruled_shapes(self) -> Iterator[OverruledShape]:
        """The outputs whose shape in the settings is not that of Flink's plan."""
        for output in self.topology.outputs:
            chosen, planned = self._chosen(output), self._planned(output)
            if chosen is None:
                continue
            shape = with_shape(planned, *chosen).shape
            if shape != planned.shape:
                yield OverruledShape(chosen[1], shape, planned.shape, output.place)

    @property
    def shape_reason(self) -> str:
        """Why, in words."""
        return self._first.shape_reason

    @property
    def latency_source(self) -> LatencySource | None:
        """What records of the first output are timed by."""
        return self._first.latency_source

    @property
    def latency_reason(self) -> str:
        """Why, in words."""
        return self._first.latency_reason

    @property
    def input_format(self) -> str | None:
        """Format of the table that reads the input topic."""
        return self.input.tables[0].format

    @property
    def framed(self) -> bool:
        """Whether the input's values carry the id of a schema in the registry; those of a folder always do."""
        return self.inputs[0].record is None or (self.input_format or "").endswith("avro-confluent")

    @property
    def reads_from_beginning(self) -> bool:
        """Whether the input is read from its beginning on: a run's own always is."""
        as_told = self.as_written or self.keeps_start
        return not as_told or self.input.tables[0].option("scan.startup.mode") in {None, "earliest-offset"}

    @property
    def output_name(self) -> str | None:
        """The table that writes the output topic."""
        return self.output.tables[0].name.table if self.output.tables else self.output.name

    @property
    def output_format(self) -> str | None:
        """Format of the records that come out."""
        return reading_format(self.output)

    @property
    def output_fields(self) -> tuple[str, ...] | None:
        """Top-level fields of the first output's records."""
        return fields_of(self.output)

    @property
    def zoned_columns(self) -> frozenset[str]:
        """Columns whose times have the session's time zone."""
        columns = (column for table in self._tables() for column in table.columns)
        return frozenset(column.name for column in columns if parse_type(column.type).name == "TIMESTAMP_LTZ")

    @property
    def exactly_once(self) -> bool:
        """Whether the output is written in transactions."""
        guarantees = (table.option("sink.delivery-guarantee") for table in self.output.tables)
        return any((told or "").lower().replace("_", "-") == "exactly-once" for told in guarantees)

    @property
    def leading_statements(self) -> frozenset[int]:
        """The indexes of the statements whose jobs read what is sent, at once or behind others: they go on."""
        return leading_statements(self.planned, self.topology)

    def fed_by(self, statement: int) -> tuple[str, ...]:
        """The outputs that records get to through the job of a statement, also by way of topics between jobs."""
        return outputs_fed_by(self.planned, self.topology, statement)

    @property
    def bounded_source(self) -> bool:
        """Whether the input is bounded as the user wrote it; a run's own is not."""
        return bool(self.ends_kept)

    @property
    def sent_first(self) -> bool:
        """Whether its jobs read only what is there when they start, so that the load is sent before them."""
        kept, jobs = set(self.ends_kept), [each for each in self.planned if each.sinks]
        whole = all(any(table.name.table in kept for table in each.tables) for each in self.topology.inputs)
        # Another source may be unbounded, so that the job goes on: then it can also start before the load.
        endless = self.unfed.names or any(each.read for each in self.topology.others)
        return bool(kept) and whole and (all(each.in_batch for each in jobs) or not endless)

    @property
    def ends_kept(self) -> tuple[str, ...]:
        """The tables that are read to the end that they have when their job starts, and no further."""
        return self._bounded(kept=True)

    @property
    def ends_left_out(self) -> tuple[str, ...]:
        """The tables whose end (``scan.bounded.mode``) a run leaves out, since it sends while they are read."""
        return self._bounded(kept=False)

    def _bounded(self, *, kept: bool) -> tuple[str, ...]:
        fed = {table.name for each in self.topology.inputs for table in each.tables}
        found = (
            table
            for each in self.planned
            if (self.as_written or self.keeps_start or each.in_batch) is kept
            for sink in each.sinks
            for table in sink.scanned
        )
        return tuple(
            dict.fromkeys(
                table.name.table
                for table in found
                if table.name in fed and table.option(BOUNDED_MODE) not in {None, "unbounded"}
            )
        )

    def sources(self, variables: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
        """The topics and the tables that the jobs read and that the pipeline itself fills."""
        fed = (*self.topology.inputs, *self.topology.inner)
        topics = frozenset(self._topic(topic, variables) for each in fed for topic in topics_of(each.tables[0]))
        return topics, frozenset(table.name.table for each in fed for table in each.tables)

    def named(self, variables: Mapping[str, str]) -> NamedInSql:
        """What the SQL makes on the services: topics between its statements, schemas of keys."""
        # Of a table over several topics only the first is sent to; the others have to be there all the same.
        fed = () if self.as_written else self.topology.inputs
        tables = [table for each in (*fed, *self.topology.inner) for table in each.tables]
        further = [*(each.topic for each in self.inputs[1:]), *map(output_topic, self.topology.outputs[1:])]
        kafka = [table for table in self._tables() if table.is_kafka]
        prefixes = (table.option("sink.transactional-id-prefix") for table in kafka)
        return NamedInSql(
            topics=tuple(
                dict.fromkeys(
                    (
                        *(self._topic(topic, variables) for table in tables for topic in topics_of(table)),
                        *(self._topic(topic, variables) for topic in further),
                        *self.unfed.topics,
                    )
                )
            ),
            transactional_prefixes=()
            if self.as_written
            else tuple(dict.fromkeys(f"{variables['GROUP_ID']}-{prefix}" for prefix in prefixes if prefix)),
            groups=self.new_groups,
            subjects=tuple(dict.fromkeys(subject for table in kafka for subject in told_subjects(table)))
            if self.as_written
            else (),
            avro_keys=any((table.key_format or "").endswith("avro-confluent") for table in kafka),
            create_topics=True,
        )

    def render(self, variables: Mapping[str, str]) -> list[IsolatedStatement]:
        """The statements as Flink gets them.

        Raises:
            ProjectError: for a variable that does not exist.
        """
        own = None
        if not self.as_written:
            own = Own(
                lambda topic: self._topic(topic, variables),
                variables,
                self.unfed.tables,
                keeps_start=self.keeps_start,
                keeps_end=self.keeps_start,
            )
        queries = (each for each in self.planned if each.statement.kind == "query" and each.rows is not None)
        names = {str(each.statement.place): f"query_{number}" for number, each in enumerate(queries, 1)}
        return isolated(self.planned, own, variables, names)

    def _topic(self, topic: str, variables: Mapping[str, str]) -> str:
        if self.as_written:
            return topic
        suffix = f"-{variables['RUN_ID']}" if self.suffix is None else self.suffix
        return self.topics.get(topic) or topic.removesuffix(suffix) + suffix

    def _tables(self) -> Sequence[FlinkTable]:
        parts: tuple[Topic | Output, ...] = (*self.topology.inputs, *self.topology.inner, *self.topology.outputs)
        return [table for each in parts for table in each.tables]


def topics_of(table: FlinkTable) -> tuple[str, ...]:
    """The topics of a table; one in place of a pattern."""
    return table.topics or ((topic_of_pattern(table.topic_pattern),) if table.topic_pattern else ())
