"""Tells the generator better where what it would make of a column does not meet what the SQL asks of it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pipegen.hotpath import RecordPlan
from pipegen.project.inputs.record import InputRecord
from pipegen.project.inputs.shaping import shape, wanted_columns
from pipegen.project.plan.topology import Input, Topology

_DRAWN: Final = 500
_DRAWN_STEP_NS: Final = 10_000_000
_OF_THE_TYPE: Final = frozenset({"null", "length", "bits", "min_length", "max_length"})
"""Hints that do not determine a column's values."""


def shaped(
    record: InputRecord, source: Input, topology: Topology, *, paths: Mapping[str, str], seed: int
) -> InputRecord:
    """The record with values that the SQL asks for, where nothing is said of a column yet.

    Args:
        record: The record.
        source: Its input.
        topology: What the SQL compares and groups.
        paths: Where each column stands in the record.
        seed: The run's seed.
    """
    free = {
        column: paths[column]
        for column in sorted(wanted_columns(topology, record.name))
        if column in paths and not set(record.hints.get(paths[column], {})) - _OF_THE_TYPE
    }
    if not free:
        return record
    try:
        found_values = drawn(record, free)
    except ValueError:
        return record  # the compiler reports what is wrong with it
    found = list(shape(topology, source, found_values, seed=seed))
    hints = {free[each.column]: {**record.hints.get(free[each.column], {}), **each.hint} for each in found}
    notes = (*record.notes, *(each.note for each in found))
    return replace(record, hints={**record.hints, **hints}, notes=notes)


def drawn(record: InputRecord, paths: Mapping[str, str]) -> dict[str, list[Any]]:
    """Values the generator produces for some columns.

    Args:
        record: The record.
        paths: Where each column stands in the record.

    Raises:
        ValueError: no record can be made.
    """
    fields = list(record.generated["fields"])
    told = replace(
        record, format="json", value_fields=len(fields), key=None, key_setting=None, changes=None
    ).for_generator()
    made = RecordPlan(**told).records(first_event=0, count=_DRAWN, due_ns=0, due_step_ns=_DRAWN_STEP_NS)
    records = [json.loads(value) for value, _ in made]
    return {column: [_inside(each, column) for each in records] for column in paths}


def _inside(record: Any, column: str) -> Any:
    if isinstance(record, dict) and column in record:
        return record[column]
    for name in column.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return record
