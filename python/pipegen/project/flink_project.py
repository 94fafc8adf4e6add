"""A script that Flink has planned, as a pipeline that can be run; see :class:`pipegen.project.interface.Project`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Final

from pipegen.avro import InputSchema
from pipegen.choices import LatencySource, Shape
from pipegen.project.inputs import JoinShare
from pipegen.project.interface import InputFacts, OutputFacts, PathFacts
from pipegen.project.named_in_sql import NamedInSql
from pipegen.project.plan.flow import PathShape
from pipegen.project.plan.isolate import IsolatedStatement, ShownStatement, isolated, shown
from pipegen.project.plan.leading import leading_statements, outputs_fed_by
from pipegen.project.plan.own_options import Own, topic_of_pattern
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.sql_type import parse_type
from pipegen.project.plan.statement import Place
from pipegen.project.plan.subjects import told_subjects
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.timing import time_output
from pipegen.project.plan.topology import Input, Output, Topic, Topology
from pipegen.project.plan.topology import Path as PlanPath
from pipegen.project.unfed import Unfed

_SHAPES: Final[Mapping[str, Shape]] = {"one_to_one": "one_to_one", "filter": "filter"}
"""Of a join nobody can say how many records come out, as little as of an aggregate."""
BOUNDED_MODE: Final = "scan.bounded.mode"
_LOSSY: Final[tuple[Shape, ...]] = ("aggregate", "filter")


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
        unfed: What others fill: their tables are read as they are written, and a topic that is not there is created.
        keeps_start: Whether sources start and end where the SQL says.
        schema_paths: The files that the input's schema stands in.
        chosen_shape: The shape of the first output that pipeline.shape says; None to take the plan's.
        chosen_shapes: The shapes that outputs.NAME.shape says, by output.
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
        planned = self._planned(output)
        chosen = self._chosen(output)
        if chosen is None:
            return planned
        told, key = chosen
        paths = tuple(path if path.loaded_before else replace(path, shape=told) for path in planned.paths)
        # Where records become one, it is those that can be told apart that come out once.
        shown = tuple(path.input for path in planned.counted if path.latency_source == "header")
        inputs = shown if planned.joint and shown else planned.inputs
        shape = _SHAPES.get(told, "aggregate")
        return replace(planned, shape=shape, shape_reason=f"set as {key}", paths=paths, inputs=inputs)

    def _chosen(self, output: Output) -> tuple[PathShape, str] | None:
        """The shape that the settings say, and the setting."""
        if (told := self.chosen_shapes.get(output.name)) is not None:
            return told, f"outputs.{output.name}.shape"
        if output is self.output and self.chosen_shape is not None:
            return self.chosen_shape, "pipeline.shape"
        return None

    def _planned(self, output: Output) -> OutputFacts:
        """What Flink's plan says of an output."""
        paths = self._paths(output)
        reading, names = _reading_format(output), tuple(path.input for path in paths)
        topic = output_topic(output).removesuffix(self.suffix or "")
        if not paths:
            fed = " or ".join(each.name for each in self.inputs)
            why = f"no record of {fed} gets to {output.name}"
            no_path = f"from Flink's plan: no record gets to {output.name}"
            return OutputFacts(
                output.name, topic, reading, "aggregate", None, why, fields=_fields(output), shape_reason=no_path
            )
        shapes = {_SHAPES.get(path.shape, "aggregate") for path in paths}
        shape: Shape = next((each for each in _LOSSY if each in shapes), "one_to_one")
        timing = time_output(output, paths, self.topology.inputs)
        # Of a topic that stands in for something else, no column is read yet.
        source = timing.way if _written_by_user(output) else None
        lossy = next((path for path in paths if path.reason), paths[0])
        shape_reason = f"from Flink's plan: {lossy.reason or 'each record comes out once'} ({lossy.place})"
        if source != "header" and (others := self._other_sources(output)):
            shape = "aggregate"
            shape_reason = (
                f"from Flink's plan: records of {' and '.join(others)} come out too, and nothing tells them apart"
            )
        return OutputFacts(
            output.name,
            topic,
            reading,
            shape,
            source,
            timing.reason if source is not None else f"end-to-end latency is not measurable: {timing.reason}",
            inputs=names if len(self.inputs) > 1 else (),
            paths=self._path_facts(output, paths),
            fields=_fields(output),
            joint=timing.joint,
            bound=timing.bound if source is not None else None,
            shape_reason=shape_reason,
        )

    def _path_facts(self, output: Output, counted: Sequence[PlanPath]) -> tuple[PathFacts, ...]:
        numbers = {each.name: number for number, each in enumerate(self.inputs)}
        names = {path.input for path in counted}
        return tuple(
            PathFacts(
                path.input,
                path.shape,
                loaded_before=path not in counted,
                number=numbers[path.input],
                latency_source=path.latency.way if _written_by_user(output) else None,
                latency_reason=". ".join(part for part in (path.latency.reason, path.latency.remedy) if part),
                meets=path.meets & names,
            )
            for path in output.paths
            if path.input in numbers
        )

    def _other_sources(self, output: Output) -> tuple[str, ...]:
        """Sources of an output that the run does not feed."""
        fed = {each.name for each in self.inputs}
        ways = (*output.paths, *output.from_others)
        return tuple(dict.fromkeys(path.input for path in ways if path.input not in fed))

    def _paths(self, output: Output) -> list[PlanPath]:
        """The ways to an output; those of tables that were loaded before count only where there is no other."""
        fed = {each.name for each in self.inputs}
        loaded = {each.name for each in self.inputs if each.record is not None and each.record.load is not None}
        paths = [path for path in output.paths if path.input in fed]
        return [path for path in paths if path.input not in loaded] or paths

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

    def planned_shape(self, name: str) -> tuple[Shape, Place]:
        """The shape of an output in Flink's plan, whatever the settings say, and the statement that writes it."""
        output = next(each for each in self.topology.outputs if each.name == name)
        return self._planned(output).shape, output.place

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
        return _reading_format(self.output)

    @property
    def output_fields(self) -> tuple[str, ...] | None:
        """Top-level fields of the first output's records."""
        return _fields(self.output)

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
        """Whether its jobs read what is there when they start, and end: then the load is sent before they are."""
        kept, jobs = set(self.ends_kept), [each for each in self.planned if each.sinks]
        whole = all(any(table.name.table in kept for table in each.tables) for each in self.topology.inputs)
        # Another source may have no end, so that the job goes on: it can as well be there before the load.
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


def _fields(output: Output) -> tuple[str, ...] | None:
    """Top-level fields of an output's records; None where the SQL does not tell."""
    if not _written_by_user(output):
        return None if output.rewritten else tuple(column.name for column in output.columns)
    table = output.tables[0]
    return None if table.format is None or table.format.endswith("raw") else table.value_fields


def _written_by_user(output: Output) -> bool:
    return bool(output.tables) and output.tables[0].is_kafka


def _reading_format(output: Output) -> str | None:
    """Format of the records that come out."""
    if _written_by_user(output):
        return output.tables[0].format
    return "debezium-json" if output.rewritten else "json"


def topics_of(table: FlinkTable) -> tuple[str, ...]:
    """The topics of a table; one in place of a pattern."""
    return table.topics or ((topic_of_pattern(table.topic_pattern),) if table.topic_pattern else ())


def output_topic(output: Output) -> str:
    """The topic that an output is read back from, without what the run adds."""
    return output.topics[0] if output.topics else output.tables[0].name.table if output.tables else output.name
