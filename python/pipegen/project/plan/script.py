"""A script that Flink has planned, as a pipeline that can be run; see :class:`pipegen.project.interface.Project`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.avro import InputSchema
from pipegen.choices import Shape
from pipegen.project.interface import OutputFacts
from pipegen.project.latency import LatencySource
from pipegen.project.named_options import NamedInSql
from pipegen.project.plan.isolate import IsolatedStatement, ShownStatement, isolated, shown
from pipegen.project.plan.own_options import Own, topic_of_pattern
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.sql_type import parse_type
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import Input, Output, Topic, Topology

_SHAPES: Final[Mapping[str, Shape]] = {"one_to_one": "one_to_one", "filter": "filter"}
"""Of a join nobody can say how many records come out, as little as of an aggregate."""


@dataclass(frozen=True, slots=True)
class PlannedScript:
    """A planned script.

    Attributes:
        dir: The folder that results go to and that places are shown from.
        name: The pipeline's name.
        planned: Its statements.
        topology: What it reads and writes.
        input: What is fed.
        input_schema: The schema of the input's records.
        as_written: Whether its tables keep the topics that they name.
    """

    dir: Path
    name: str
    planned: tuple[Planned, ...]
    topology: Topology
    input: Input
    input_schema: InputSchema
    as_written: bool = False

    @property
    def schema_paths(self) -> tuple[Path, ...]:
        """None: the schema is made from the table's columns."""
        return ()

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
        return tuple(self._facts(output) for output in self.topology.outputs)

    def _facts(self, output: Output) -> OutputFacts:
        path = next((path for path in output.paths if path.input == self.input.name), None)
        reading = _reading_format(output)
        if path is None:
            why = f"no record of {self.input.name} gets to {output.name}"
            return OutputFacts(output.name, output_topic(output), reading, "aggregate", None, why)
        told = ". ".join(part for part in (path.latency.reason, path.latency.remedy) if part)
        # Of a topic that stands in for something else, no column is read yet.
        source = path.latency.way if _written_by_user(output) else None
        why = told if source is not None else f"end-to-end latency is not measurable: {told}"
        shape = _SHAPES.get(path.shape, "aggregate")
        return OutputFacts(output.name, output_topic(output), reading, shape, source, why)

    @property
    def output(self) -> Output:
        """The first output."""
        return self.topology.outputs[0]

    @property
    def _first(self) -> OutputFacts:
        return self._facts(self.output)

    @property
    def shape(self) -> Shape:
        """How records of the first output relate to input records."""
        return self._first.shape

    @property
    def shape_reason(self) -> str:
        """Why, in words."""
        path = next((path for path in self.output.paths if path.input == self.input.name), None)
        if path is None:
            return f"from Flink's plan: no record of {self.input.name} gets to {self.output.name}"
        return f"from Flink's plan: {path.reason or 'each record comes out once'} ({path.place})"

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
        """Whether the input's values carry the id of a schema in the registry."""
        return (self.input_format or "").endswith("avro-confluent")

    @property
    def reads_from_beginning(self) -> bool:
        """Whether the input is read from its beginning on: a run's own always is."""
        return not self.as_written or self.input.tables[0].option("scan.startup.mode") == "earliest-offset"

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
        """Top-level fields of the output's records."""
        if not _written_by_user(self.output):
            return None if self.output.rewritten else tuple(column.name for column in self.output.columns)
        table = self.output.tables[0]
        return None if table.format is None or table.format.endswith("raw") else table.value_fields

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
        """The indexes of the statements whose jobs read Kafka: they go on, the others may end."""
        return frozenset(
            index
            for index, each in enumerate(self.planned)
            if any(table.is_kafka for sink in each.sinks for table in sink.scanned)
        )

    @property
    def bounded_source(self) -> bool:
        """Whether the input is bounded as the user wrote it; a run's own is not."""
        told = self.input.tables[0].option("scan.bounded.mode")
        return self.as_written and told not in {None, "unbounded"}

    def sources(self, variables: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
        """The topics and the tables that the jobs read and that the pipeline itself fills."""
        fed = (*self.topology.inputs, *self.topology.inner)
        topics = frozenset(self._topic(topic, variables) for each in fed for topic in topics_of(each.tables[0]))
        return topics, frozenset(table.name.table for each in fed for table in each.tables)

    def named(self, variables: Mapping[str, str]) -> NamedInSql:
        """What the SQL makes on the services: topics between its statements, schemas of keys."""
        tables = [table for each in self.topology.inner for table in each.tables]
        further = [output_topic(output) for output in self.topology.outputs[1:]]
        kafka = [table for table in self._tables() if table.is_kafka]
        prefixes = (table.option("sink.transactional-id-prefix") for table in kafka)
        return NamedInSql(
            topics=tuple(
                dict.fromkeys(
                    self._topic(topic, variables)
                    for topic in (*(topic for table in tables for topic in topics_of(table)), *further)
                )
            ),
            transactional_prefixes=()
            if self.as_written
            else tuple(dict.fromkeys(f"{variables['GROUP_ID']}-{prefix}" for prefix in prefixes if prefix)),
            avro_keys=any((table.key_format or "").endswith("avro-confluent") for table in kafka),
            create_topics=True,
        )

    def render(self, variables: Mapping[str, str]) -> list[IsolatedStatement]:
        """The statements as Flink gets them.

        Raises:
            ProjectError: for a variable that does not exist.
        """
        fed = frozenset(table.name for each in self.topology.inputs for table in each.tables)
        own = None if self.as_written else Own(lambda topic: self._topic(topic, variables), variables, fed)
        queries = (each for each in self.planned if each.statement.kind == "query" and each.rows is not None)
        names = {str(each.statement.place): f"query_{number}" for number, each in enumerate(queries, 1)}
        return isolated(self.planned, own, variables, names)

    def _topic(self, topic: str, variables: Mapping[str, str]) -> str:
        return topic if self.as_written else f"{topic}-{variables['RUN_ID']}"

    def _tables(self) -> Sequence[FlinkTable]:
        parts: tuple[Topic | Output, ...] = (*self.topology.inputs, *self.topology.inner, *self.topology.outputs)
        return [table for each in parts for table in each.tables]


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
