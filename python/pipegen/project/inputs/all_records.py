"""The records of every input, and how the inputs hang together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipegen.avro import InputSchema
from pipegen.config.topics import InputSettings, OutputSettings
from pipegen.errors import ProjectError
from pipegen.project.inputs.change_plan import pool_size, row_key
from pipegen.project.inputs.joins import JoinShare, Sides, join_shares
from pipegen.project.inputs.pools import BESIDE_SIZE, Node
from pipegen.project.inputs.record import InputRecord
from pipegen.project.inputs.record_maker import RecordMaker
from pipegen.project.inputs.relations import relate
from pipegen.project.inputs.shaped_record import drawn, shaped
from pipegen.project.inputs.traced import Known, traced_columns
from pipegen.project.plan.topology import Topology
from pipegen.suggestion import did_you_mean


@dataclass(frozen=True, slots=True)
class InputRecords:
    """All inputs together.

    Attributes:
        records: One for each input, in the topology's order.
        joins: How many records of each join find a partner.
    """

    records: tuple[InputRecord, ...]
    joins: tuple[JoinShare, ...]

    def __getitem__(self, name: str) -> InputRecord:
        """The record of an input."""
        return next(record for record in self.records if record.name == name)


def input_records(
    topology: Topology,
    *,
    settings: Mapping[str, InputSettings],
    seed: int,
    schemas: Mapping[str, InputSchema] | None = None,
    totals: Mapping[str, int] | None = None,
    lowest_rates: Mapping[str, float] | None = None,
    outputs: Mapping[str, OutputSettings] | None = None,
    guess_traces: bool = False,
) -> InputRecords:
    """What the records of every input of a topology are made from.

    Args:
        topology: What Flink says the script reads.
        settings: ``inputs:`` of the project, by name.
        seed: The run's seed.
        schemas: Schema files that are given, by input.
        totals: How many records each input sends, where that is known: some shares of joins need it.
        lowest_rates: The lowest rate of each input's plan, per second: a follower's delays vary within what it allows.
        outputs: ``outputs:`` of the project, by name.
        guess_traces: Whether to make the values of a column lead back to their records where no header does.

    Raises:
        ProjectError: a name that is no input, a type that cannot be made, tables that disagree, a join whose keys never
            meet, a schema file that does not fit.
    """
    inputs = {each.name: each for each in topology.inputs}
    for name in settings:
        if name not in inputs:
            raise ProjectError(
                f"inputs.{name}: the script has no such input",
                remedy=did_you_mean(name, inputs) or f"Inputs: {', '.join(inputs) or 'none'}.",
            )
    makers = [
        RecordMaker(each, settings.get(each.name) or InputSettings(), (schemas or {}).get(each.name))
        for each in topology.inputs
    ]
    told = {
        Node(maker.input.name, path): {**maker.symbols.get(path, {}), **maker.told.get(path, {})}
        for maker in makers
        for path in (*maker.symbols, *maker.told)
    }
    _size_pools(makers, told, totals or {})
    relations = relate(topology, inputs, settings, told)
    _refuse_small_pools(makers, relations.loaded, totals or {})

    def records_now() -> tuple[InputRecord, ...]:
        return tuple(
            maker.record(relations, seed, number, lowest_rates or {}, totals or {})
            for number, maker in enumerate(makers)
        )

    def drawn_of(name: str, columns: Sequence[str]) -> Mapping[str, Sequence[Any]]:
        maker = next(each for each in makers if each.input.name == name)
        plain = next(each for each in records if each.name == name)
        try:
            return drawn(plain, {column: maker.paths[column] for column in columns if column in maker.paths})
        except ValueError:
            return {}  # the compiler reports what is wrong with it

    records = records_now()
    come_and_go = frozenset(maker.input.name for maker in makers if maker.changes is not None)
    rewritten = frozenset(relations.keys) | come_and_go
    known = Known(topology, inputs, settings, relations.pools, rewritten, told, totals or {}, seed, drawn_of)
    relations.traced = traced_columns(known, outputs or {}, guess=guess_traces)
    if relations.traced:
        records = records_now()
    records = tuple(
        # Of the rows of a file nothing is made.
        record if maker.rows_from_file else shaped(record, maker.input, topology, paths=maker.paths, seed=seed)
        for maker, record in zip(makers, records, strict=True)
    )
    nulls = {node: float(hint["null"]) for node, hint in told.items() if "null" in hint}
    loaded = {name: keys for name, keys in relations.keys.items() if relations.load_before(name)}
    files = frozenset(name for name, each in settings.items() if each.file is not None)
    sides = Sides(relations.pools, relations.follows, loaded, nulls, totals or {}, files, come_and_go)
    return InputRecords(records, join_shares(relations.pairs, sides))


def _size_pools(makers: Sequence[RecordMaker], told: dict[Node, dict[str, Any]], totals: Mapping[str, int]) -> None:
    """Gives the key columns of tables that change as many values as they need rows."""
    for maker in makers:
        if maker.changes is None:
            continue
        name, keys = maker.input.name, row_key(maker.input, maker.changes)
        first = Node(name, keys[0])
        beside = math.prod(int(told.get(Node(name, key), {}).get("pool", BESIDE_SIZE)) for key in keys[1:])
        hint = told.get(first, {})
        size = pool_size(maker.input, maker.changes, hint, totals.get(name), loaded=_is_loaded(maker, makers))
        told[first] = {**hint, "pool": -(-size // beside)}


def _refuse_small_pools(makers: Sequence[RecordMaker], rows: Mapping[str, int], totals: Mapping[str, int]) -> None:
    """Looks once more at pools that a type, or a column they are compared with, has made smaller."""
    for maker in makers:
        name = maker.input.name
        if maker.changes is not None and name in rows:
            told = maker.changes.model_copy(update={"pool": rows[name]})
            pool_size(maker.input, told, {}, totals.get(name), loaded=_is_loaded(maker, makers))


def _is_loaded(maker: RecordMaker, makers: Sequence[RecordMaker]) -> bool:
    """Whether rows of a table are there before the load; where all tables would be, they are the load itself."""
    return maker.is_loaded and not all(each.is_loaded for each in makers)
