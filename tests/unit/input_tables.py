"""Topologies for tests of inputs: tables as Flink describes them, without a Flink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipegen.hotpath import RecordPlan
from pipegen.project.inputs import InputRecord
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName, Watermark
from pipegen.project.plan.topology import Input, JoinKey, Origin, Topology

DUE_NS = 1_780_000_000_123_000_000
PLACE = Place(Path("a.sql"), 1, 1)


def column(text: str) -> TableColumn:
    """``name TYPE [NOT NULL]``, ``name TYPE METADATA FROM key`` or ``name AS expression``."""
    name, _, rest = text.partition(" ")
    if rest.startswith("AS "):
        return TableColumn(name, "TIMESTAMP(3)", kind="computed", expression=rest.removeprefix("AS "))
    kind, _, key = rest.partition(" METADATA FROM ")
    if key:
        return TableColumn(name, kind, kind="metadata", metadata_key=key)
    return TableColumn(name, kind.removesuffix(" NOT NULL"), nullable=not kind.endswith(" NOT NULL"))


def table(
    name: str,
    columns: Sequence[str],
    *,
    options: Mapping[str, str] | None = None,
    key: Sequence[str] = (),
    watermark: str | None = None,
) -> FlinkTable:
    """A Kafka table that reads JSON unless the options say otherwise."""
    told = {"connector": "kafka", "topic": name, "format": "json", **(options or {})}
    mark = Watermark(watermark, f"`{watermark}` - INTERVAL '1' SECOND") if watermark else None
    return FlinkTable(TableName("c", "d", name), tuple(map(column, columns)), tuple(key), watermark=mark, options=told)


def topology(*tables: FlinkTable, joins: Sequence[str] = (), versioned: Sequence[str] = ()) -> Topology:
    """Inputs, and ``a.x = b.y`` for each join."""
    inputs = tuple(
        Input(each.name.table, each.topics, (each,), versioned=each.name.table in versioned) for each in tables
    )
    keys = tuple(JoinKey(*(frozenset({origin(side)}) for side in join.split(" = ")), place=PLACE) for join in joins)
    return Topology(inputs=inputs, join_keys=keys)


def origin(text: str) -> Origin:
    """``a.x``, or ``f(a.x)`` for a value that was computed."""
    how = "derived" if text.endswith(")") else "exact"
    name, _, path = text.removeprefix("f(").removesuffix(")").partition(".")
    return Origin(name, path, metadata=False, how=how)


def plan_of(record: InputRecord) -> RecordPlan:
    """The generator of an input's records."""
    return RecordPlan(**record.for_generator())


def made(record: InputRecord, count: int, first: int = 0) -> list[tuple[bytes, bytes | None]]:
    """Records, 10 ms apart."""
    step = 10_000_000
    return plan_of(record).records(first_event=first, count=count, due_ns=DUE_NS + first * step, due_step_ns=step)
