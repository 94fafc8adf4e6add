"""Makes the topology of a script from the plans of its sinks: classifies tables and follows inner topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipegen.project.plan.columns import Source, less_exact
from pipegen.project.plan.flow import Flow, Step, Way, most_lossy
from pipegen.project.plan.latency import time_path
from pipegen.project.plan.literal import Literal
from pipegen.project.plan.stand_in import READ_BACK
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import (
    ComparedColumn,
    InnerTopic,
    Input,
    JoinKey,
    Origin,
    Other,
    Output,
    OutputColumn,
    Path,
    Topology,
)

_KEEP: Final = "one_to_one"
_MINI_BATCH: Final = "table.exec.mini-batch.enabled"


@dataclass(frozen=True, slots=True)
class SinkPlan:
    """What one statement writes to one sink.

    Attributes:
        place: The statement.
        flow: Its plan, understood.
        sink: The table written, with the options of hints; None for a bare query.
        scanned: The tables of the flow's scans, in their order.
        changes: The kinds of changes that reach the sink.
        config: The session's settings when it was planned.
    """

    place: Place
    flow: Flow
    sink: FlinkTable | None
    scanned: tuple[FlinkTable, ...]
    changes: tuple[str, ...]
    config: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> list[tuple[str, bool]]:
        """Names of what it writes, and whether each is metadata."""
        if self.sink is None:
            return [(name, False) for name in self.flow.fields]
        return self.sink.sink_columns(self.flow.fields)


def compose(sinks: Sequence[SinkPlan]) -> Topology:
    """The topology of all that a script writes."""
    return _Composer(sinks).topology()


_Key = tuple[str, ...]


def _key(table: FlinkTable) -> _Key:
    """What tells one place of records from another: brokers and topics, or the table itself."""
    if not table.is_kafka:
        return ("table", str(table.name))
    brokers = table.option("properties.bootstrap.servers") or ""
    return ("kafka", brokers, *(table.topics or (f"pattern {table.topic_pattern}",)))


@dataclass(frozen=True, slots=True)
class _Part:
    """A way from one input to a sink, inner topics included."""

    origin: _Key
    steps: tuple[Step, ...]
    via: tuple[_Key, ...]


class _Composer:
    def __init__(self, sinks: Sequence[SinkPlan]) -> None:
        self._sinks = sinks
        self._written: dict[_Key, list[SinkPlan]] = {}
        self._tables: dict[_Key, list[FlinkTable]] = {}
        self._read: set[_Key] = set()
        self._versioned: set[_Key] = set()
        for sink in sinks:
            for scan, table in zip(sink.flow.scans, sink.scanned, strict=True):
                self._note(table)
                if not _feeds_itself(sink, table):
                    self._read.add(_key(table))
                if scan.versioned:
                    self._versioned.add(_key(table))
            if sink.sink is not None:
                self._note(sink.sink)
                self._written.setdefault(_key(sink.sink), []).append(sink)
        self._names = _names(self._tables)

    def _note(self, table: FlinkTable) -> None:
        tables = self._tables.setdefault(_key(table), [])
        if all(known.name != table.name for known in tables):
            tables.append(table)

    def topology(self) -> Topology:
        kafka = [key for key in self._tables if key[0] == "kafka"]
        inputs = [key for key in kafka if key in self._read and key not in self._written]
        inner = [key for key in kafka if key in self._read and key in self._written]
        return Topology(
            inputs=tuple(
                Input(self._names[key], self._topics(key), tuple(self._tables[key]), versioned=key in self._versioned)
                for key in inputs
            ),
            inner=tuple(InnerTopic(self._names[key], self._topics(key), tuple(self._tables[key])) for key in inner),
            outputs=tuple(self._outputs()),
            others=tuple(
                Other(self._names[key], tables[0], read=key in self._read, written=key in self._written)
                for key, tables in self._tables.items()
                if key[0] == "table" and not (self._is_output(key))
            ),
            join_keys=tuple(self._join_keys()),
            compared=tuple(self._compared()),
            groups=tuple(self._groups()),
        )

    def _topics(self, key: _Key) -> tuple[str, ...]:
        return self._tables[key][0].topics

    def _is_output(self, key: _Key) -> bool:
        """What is written and read back in the end: a topic that nothing else reads, print, blackhole."""
        if key not in self._written or key in self._read:
            return False
        return key[0] == "kafka" or self._tables[key][0].connector in READ_BACK

    def _outputs(self) -> Iterable[Output]:
        queries = 0
        done: set[_Key] = set()
        for sink in self._sinks:
            if sink.sink is None:
                queries += 1
                yield self._output(f"query_{queries}", (), (), [sink])
                continue
            key = _key(sink.sink)
            if key in done or not self._is_output(key):
                continue
            done.add(key)
            yield self._output(self._names[key], self._topics(key), tuple(self._tables[key]), self._written[key])

    def _output(
        self, name: str, topics: tuple[str, ...], tables: tuple[FlinkTable, ...], writers: Sequence[SinkPlan]
    ) -> Output:
        columns: dict[tuple[str, bool], frozenset[Origin]] = {}
        for writer in writers:
            for column in self._columns(writer):
                key = (column.name, column.metadata)
                columns[key] = columns.get(key, frozenset()) | column.origins
        changes = tuple(change for change in ("I", "UB", "UA", "D") if any(change in each.changes for each in writers))
        lineage = tuple(OutputColumn(key[0], key[1], origins) for key, origins in columns.items())
        paths = list(self._paths(name, writers))
        return Output(
            name=name,
            topics=topics,
            tables=tables,
            columns=lineage,
            changes=changes,
            paths=tuple(path for key, path in paths if key[0] == "kafka"),
            place=writers[0].place,
            from_others=tuple(path for key, path in paths if key[0] != "kafka"),
            mini_batch=any(writer.config.get(_MINI_BATCH, "").lower() == "true" for writer in writers),
        )

    def _paths(self, output: str, writers: Sequence[SinkPlan]) -> Iterable[tuple[_Key, Path]]:
        parts: dict[_Key, list[tuple[_Part, SinkPlan]]] = {}
        meetings: set[frozenset[_Key]] = set()
        for writer in writers:
            own = () if writer.sink is None else (_key(writer.sink),)
            meetings |= self._meetings(writer, own)
            for part in self._parts(writer, own):
                parts.setdefault(part.origin, []).append((part, writer))
        for origin, ways in parts.items():
            steps = tuple(dict.fromkeys(step for part, _ in ways for step in part.steps))
            if any(_feeds_itself(writer, table) for _, writer in ways for table in writer.scanned):
                steps = (*steps, Step("join", "the output feeds itself"))
            if len(ways) > 1:
                steps = (*steps, Step("join", f"reached in {len(ways)} ways"))
            via = tuple(dict.fromkeys(self._names[key] for part, _ in ways for key in part.via))
            writer = ways[0][1]
            name = self._names[origin]
            source = self._tables[origin][0]
            path = Path(
                input=name,
                output=output,
                shape=most_lossy(step.shape for step in steps),
                steps=steps,
                via=via,
                latency=time_path(name, source, writer.sink, self._columns(writer)),
                place=writer.place,
                meets=frozenset(
                    self._names[key] for pair in meetings if origin in pair for key in pair if key != origin
                ),
            )
            yield origin, path

    def _meetings(self, sink: SinkPlan, passed: tuple[_Key, ...]) -> set[frozenset[_Key]]:
        """Pairs of input tables whose records are combined on the way into a sink."""
        found: set[frozenset[_Key]] = set()
        behind: list[set[_Key]] = []
        for table in sink.scanned:
            key = _key(table)
            if key not in self._written:
                behind.append({key})
                continue
            behind.append(set())
            if key in passed:
                continue
            for writer in self._written[key]:
                found |= self._meetings(writer, (*passed, key))
                behind[-1] |= {part.origin for part in self._parts(writer, (*passed, key))}
        for one, other in map(sorted, sink.flow.meetings):
            found |= {frozenset((left, right)) for left in behind[one] for right in behind[other] if left != right}
        return found

    def _parts(self, sink: SinkPlan, passed: tuple[_Key, ...]) -> Iterable[_Part]:
        """All ways into a sink, each from where its records first come."""
        for way in sink.flow.ways:
            table = sink.scanned[way.scan]
            key = _key(table)
            steps = _settled(way, table, sink)
            if key not in self._written:
                yield _Part(key, steps, ())
                continue
            if key in passed:
                continue  # a topic that feeds itself
            for writer in self._written[key]:
                for part in self._parts(writer, (*passed, key)):
                    yield _Part(part.origin, (*part.steps, *steps), (*part.via, key))

    def _columns(self, sink: SinkPlan) -> list[OutputColumn]:
        """What a statement writes, each column with the columns of inputs that it comes from."""
        return [
            OutputColumn(name, metadata, self._origins(column.sources, sink, ()), absent=bool(column.absent))
            for (name, metadata), column in zip(sink.columns(), sink.flow.columns, strict=False)
        ]

    def _origins(self, sources: Iterable[Source], sink: SinkPlan, passed: tuple[_Key, ...]) -> frozenset[Origin]:
        found: set[Origin] = set()
        for source in sources:
            table = sink.scanned[source.scan]
            key = _key(table)
            if key not in self._written:
                found.add(Origin(self._names[key], source.column, source.metadata, source.how))
            elif key not in passed:
                for writer in self._written[key]:
                    found |= self._behind(source, writer, (*passed, key))
        return frozenset(found)

    def _behind(self, source: Source, writer: SinkPlan, passed: tuple[_Key, ...]) -> frozenset[Origin]:
        """Where a column of an inner topic comes from: the writer's column of that name."""
        name, _, inside = source.column.partition(".")
        for (written, metadata), column in zip(writer.columns(), writer.flow.columns, strict=False):
            if (written, metadata) != (name, source.metadata):
                continue
            origins = self._origins(column.sources, writer, passed)
            return frozenset(
                replace(
                    origin,
                    column=f"{origin.column}.{inside}" if inside else origin.column,
                    how=less_exact(origin.how, source.how),
                )
                for origin in origins
            )
        return frozenset()

    def _join_keys(self) -> Iterable[JoinKey]:
        found: dict[tuple[frozenset[Origin], frozenset[Origin]], JoinKey] = {}
        for sink in self._sinks:
            for left, right in sink.flow.equalities:
                sides = self._origins(left.sources, sink, ()), self._origins(right.sources, sink, ())
                if all(sides) and sides not in found and sides[::-1] not in found:
                    found[sides] = JoinKey(*sides, place=sink.place)
        return found.values()

    def _own_column(self, sources: Iterable[Source], sink: SinkPlan) -> tuple[str, str] | None:
        """The input column that a value equals, unchanged; None if it is computed."""
        origins = self._origins(sources, sink, ())
        columns = {(each.input, each.column) for each in origins}
        derived = any(each.how == "derived" or each.metadata for each in origins)
        return columns.pop() if len(columns) == 1 and not derived else None

    def _compared(self) -> Iterable[ComparedColumn]:
        found: dict[tuple[str, str], list[Literal]] = {}
        for sink in self._sinks:
            for column, literal in sink.flow.literals:
                own = self._own_column(column.sources, sink)
                if own is not None:
                    found.setdefault(own, []).append(literal)
        for (name, path), literals in found.items():
            values, above, below = (
                tuple(dict.fromkeys(value for each in literals for value in getattr(each, side)))
                for side in ("values", "above", "below")
            )
            yield ComparedColumn(name, path, values, above, below)

    def _groups(self) -> Iterable[tuple[str, str]]:
        found = (self._own_column(column.sources, sink) for sink in self._sinks for column in sink.flow.groups)
        return dict.fromkeys(own for own in found if own is not None)


def _feeds_itself(sink: SinkPlan, table: FlinkTable) -> bool:
    """Whether a statement reads what it writes."""
    return sink.sink is not None and _key(sink.sink) == _key(table)


def _names(tables: Mapping[_Key, Sequence[FlinkTable]]) -> dict[_Key, str]:
    """The name of each: the table's own, with database and catalog only as far as names would be ambiguous."""
    first = {key: each[0].name for key, each in tables.items()}
    different = set(first.values())
    names: dict[_Key, str] = {}
    taken: dict[str, int] = {}
    for key, name in first.items():
        if sum(other.table == name.table for other in different) == 1:
            chosen = name.table
        elif sum((other.database, other.table) == (name.database, name.table) for other in different) == 1:
            chosen = f"{name.database}.{name.table}"
        else:
            chosen = str(name)
        # One table can stand for several topics, by hints or ALTER.
        taken[chosen] = taken.get(chosen, 0) + 1
        names[key] = chosen if taken[chosen] == 1 else f"{chosen}_{taken[chosen]}"
    return names


def _settled(way: Way, table: FlinkTable, sink: SinkPlan) -> tuple[Step, ...]:
    """The steps of a way, with what only the sink, the source and the session's settings decide."""
    rewritten = any(change != "I" for change in sink.changes)
    steps = [
        replace(step, shape="aggregate" if rewritten else "filter", ranked=False) if step.ranked else step
        for step in way.steps
    ]
    if table.is_changelog:
        # A change comes out once where the last row of a key counts, else with the row that it takes back.
        upsert = sink.sink is not None and sink.sink.connector == "upsert-kafka"
        steps.insert(0, Step("filter" if upsert or not rewritten else "join", "a changelog is read"))
    if sink.sink is not None:
        steps += _at_the_sink(sink.sink, sink)
    return tuple(step for step in steps if step.shape != _KEEP)


def _at_the_sink(table: FlinkTable, sink: SinkPlan) -> Iterable[Step]:
    drops = sink.config.get("table.exec.sink.not-null-enforcer", "").upper() == "DROP"
    if drops and any(not column.nullable for column in table.physical):
        yield Step("filter", "table.exec.sink.not-null-enforcer = DROP")
    if table.connector == "upsert-kafka" and table.option("sink.buffer-flush.max-rows") not in {None, "0"}:
        yield Step("aggregate", "sink.buffer-flush: of a key's rows only the last is written")
