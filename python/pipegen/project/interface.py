"""What a run has to know of its project, whoever has read the SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from pipegen.avro import InputSchema
from pipegen.choices import LatencySource, Shape
from pipegen.project.inputs import InputRecord, TraceKind
from pipegen.project.named_in_sql import NamedInSql
from pipegen.project.plan.flow import PathShape
from pipegen.project.table_facts import TableFacts


class Listed(Protocol):
    """A statement as it is shown: no secret stands in its text."""

    @property
    def file(self) -> Path:
        """Where it stands."""

    @property
    def line(self) -> int:
        """1-based line of its first word."""

    @property
    def kind(self) -> str:
        """What it is, in small letters."""

    @property
    def text(self) -> str:
        """From its first word to its last."""


class ToSubmit(Listed, Protocol):
    """A statement as Flink gets it."""

    @property
    def before(self) -> Sequence[str]:
        """Statements of PipeGen's own that are run just before it."""

    @property
    def resets(self) -> bool:
        """Whether it takes options back to what they were."""

    @property
    def left_out(self) -> str | None:
        """Why a run does not hand it on to Flink, in a sentence; None where it does."""

    def place_of(self, line: int, column: int) -> tuple[int, int]:
        """Line and column of the file where Flink means a place in the text that it got."""


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What is known of an input before anything is sent.

    Attributes:
        name: The table's name.
        topic: Its topic, without what the run adds.
        format: Format of its records, as Flink calls it.
        schema: The schema of its values.
        record: What its records are made from; None where the schema and the settings of the pipeline say it.
        json_times: How times are written in JSON; None where nothing is known of the table that reads them.
    """

    name: str
    topic: str
    format: str | None
    schema: InputSchema
    record: InputRecord | None = None
    json_times: Literal["json", "json-sql"] | None = None

    @property
    def registered_text(self) -> str:
        """The text of the schema that the registry has to know for its values."""
        if self.record is None or self.record.value_schema is self.record.schema:
            return self.schema.text
        return json.dumps(self.record.value_schema, indent=2)

    @property
    def registers(self) -> bool:
        """Whether its records carry the id of a schema in the registry, of the key or of the value."""
        record = self.record
        return record is not None and (record.registered or (record.key is not None and record.key.registered))


@dataclass(frozen=True, slots=True)
class TraceFacts:
    """A column of an output that leads back to the records of an input.

    Attributes:
        column: The column.
        place: The names that lead to it in the value of a record.
        kind: How its values are made.
        stream: What they are made from, with the record's number.
        prefix: What stands before each, if they are texts.
        first_event: Records with a lower number were sent before the load.
    """

    column: str
    place: tuple[str, ...]
    kind: TraceKind
    stream: int
    prefix: str = ""
    first_event: int = 0


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What is known of one way from an input to an output.

    Attributes:
        input: The input.
        shape: What becomes of its records on the way.
        loaded_before: Whether they are sent before the load, so that they are in no figure.
        number: The number of the input in the header of its records.
        latency_source: What times its own records when they come out.
        latency_reason: Why, in words.
        meets: The other inputs whose records are combined with its own on the way.
        trace: What leads back to its records, where that times them.
    """

    input: str
    shape: PathShape
    loaded_before: bool = False
    number: int = 0
    latency_source: LatencySource | None = "header"
    latency_reason: str = "the header arrives unchanged"
    meets: frozenset[str] = frozenset()
    trace: TraceFacts | None = None

    @property
    def traced_by(self) -> str | None:
        """What its records are timed by, as the contract has it."""
        return f"trace:{self.trace.column}" if self.trace is not None else self.latency_source


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """What is known of an output before anything is sent.

    Attributes:
        name: The table's name.
        topic: Its topic, without what the run adds.
        format: Format of its records.
        shape: How its records relate to the input's.
        latency_source: What its records are timed by.
        latency_reason: Why, in words.
        inputs: The inputs whose records get to it and count; empty where there is only one.
        paths: The ways to it, from every input that takes part.
        fields: Top-level fields of its records; None where the SQL does not tell.
        joint: Whether its records combine records of several inputs, all of which count.
        bound: Why its latency is only an upper bound; None if it counts from the latest due time.
        shape_reason: Why it has this shape, in words.
        table: The table that its records stand for; None where rows are only added.
        keyless: Whether its records have no key.
        by_timestamp: Whether the timestamps of its records are due times that count; None where its source says it.
    """

    name: str
    topic: str
    format: str | None
    shape: Shape
    latency_source: LatencySource | None
    latency_reason: str
    inputs: tuple[str, ...] = ()
    paths: tuple[PathFacts, ...] = ()
    fields: tuple[str, ...] | None = None
    joint: bool = False
    bound: str | None = None
    shape_reason: str = ""
    table: TableFacts | None = None
    keyless: bool = False
    by_timestamp: bool | None = None

    @property
    def stamped(self) -> bool:
        """Whether the timestamps of its records are due times that count."""
        return self.latency_source == "timestamp" if self.by_timestamp is None else self.by_timestamp

    @property
    def recognised(self) -> bool:
        """Whether a record that comes out shows which one it was when it went in."""
        return self.latency_source in {"header", "trace"}

    @property
    def traced_by(self) -> str | None:
        """What its records are timed by, as the contract has it."""
        columns = dict.fromkeys(path.trace.column for path in self.counted if path.trace is not None)
        return f"trace:{','.join(columns)}" if columns else self.latency_source

    @property
    def counted(self) -> tuple[PathFacts, ...]:
        """The paths whose records are included in the figures."""
        return tuple(path for path in self.paths if not path.loaded_before)


class Project(Protocol):
    """A pipeline that can be run."""

    @property
    def read(self) -> bool:
        """Whether Flink has read its SQL; before, what depends on that is not known."""

    @property
    def inputs(self) -> Sequence[InputFacts]:
        """Its inputs; what else is said of the input here is said of the first."""

    @property
    def outputs(self) -> Sequence[OutputFacts]:
        """Its outputs; what else is said of the output here is said of the first."""

    @property
    def dir(self) -> Path:
        """The folder that results go to and that places are shown from."""

    @property
    def name(self) -> str:
        """The pipeline's name."""

    @property
    def input_schema(self) -> InputSchema:
        """The schema of the input records."""

    @property
    def schema_paths(self) -> Sequence[Path]:
        """The files that the schema stands in; empty where it is made from a table's columns."""

    @property
    def sql_files(self) -> Sequence[Path]:
        """The files of the SQL."""

    @property
    def statements(self) -> Sequence[Listed]:
        """All statements as they are shown."""

    @property
    def shape(self) -> Shape:
        """How output records relate to input records."""

    @property
    def shape_reason(self) -> str:
        """Why, in words."""

    @property
    def latency_source(self) -> LatencySource | None:
        """What output records are timed by; None when end-to-end latency is not measurable."""

    @property
    def latency_reason(self) -> str:
        """Why, in words."""

    @property
    def input_format(self) -> str | None:
        """Format of the table that reads the input topic; None when not known."""

    @property
    def framed(self) -> bool:
        """Whether Avro values of the input carry the id of a schema in the registry."""

    @property
    def reads_from_beginning(self) -> bool:
        """Whether the input is read from its beginning on."""

    @property
    def output_name(self) -> str | None:
        """The table that writes the output topic."""

    @property
    def output_format(self) -> str | None:
        """Its format; None when not known."""

    @property
    def output_fields(self) -> Sequence[str] | None:
        """Top-level fields of the output's records; None where the SQL does not tell."""

    @property
    def zoned_columns(self) -> frozenset[str]:
        """Columns of the SQL whose times have the session's time zone."""

    @property
    def exactly_once(self) -> bool:
        """Whether the SQL asks for an exactly-once sink, whose records appear at checkpoints."""

    @property
    def leading_statements(self) -> frozenset[int]:
        """The indexes of the statements whose jobs lead from the input to the output; the others may end."""

    def fed_by(self, statement: int) -> tuple[str, ...]:
        """The outputs that records get to through the job of a statement, by its index."""

    @property
    def bounded_source(self) -> bool:
        """Whether the SQL bounds the Kafka source of the input, so that its job ends by itself."""

    @property
    def sent_first(self) -> bool:
        """Whether its jobs read only what is there when they start, so that the load is sent before them."""

    def sources(self, variables: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
        """The topics and the tables that the jobs read on the way from the input to the output, and nobody else fills.

        Raises:
            ProjectError: for a variable that does not exist.
        """

    def named(self, variables: Mapping[str, str]) -> NamedInSql:
        """What the SQL makes on the services by itself.

        Raises:
            ProjectError: for a variable that does not exist.
        """

    def render(self, variables: Mapping[str, str]) -> Sequence[ToSubmit]:
        """The statements as Flink gets them, with every ``${NAME}`` filled in.

        Raises:
            ProjectError: for a variable that does not exist, naming file, line and the nearest.
        """
