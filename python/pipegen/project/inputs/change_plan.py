"""How the rows of an input change while it is sent: which tables change, by which key, and how many rows there are.

Pure. The rows themselves are chosen by the generator, event by event.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from pipegen.config.changes import POOL_MAX, ChangeSettings
from pipegen.config.topics import InputSettings
from pipegen.errors import ProjectError
from pipegen.project.inputs.debezium import connect_schema
from pipegen.project.inputs.format import option_of_format
from pipegen.project.inputs.pools import POOL_SIZE, Node, names_itself
from pipegen.project.plan.topology import Input
from pipegen.suggestion import did_you_mean
from pipegen.units import format_count

ChangeFormat = Literal["upsert", "debezium-json", "debezium-avro-confluent", "canal-json", "maxwell-json", "ogg-json"]
_MILLION: Final = 1_000_000
_SPARE: Final = 2
"""How much more room a pool has than the load needs."""


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """How the rows of an input change.

    Attributes:
        format: How changes are written.
        told: The shares.
        pool: Rows that can be there at once.
        key: The columns that tell them apart.
        table: The name of the table that changes are said to come from.
        with_schema: Whether Debezium's values have a schema beside their payload.
    """

    format: ChangeFormat
    told: ChangeSettings
    pool: int
    key: tuple[str, ...]
    table: str
    with_schema: bool = False

    def for_generator(self, row: Mapping[str, Any], *, loaded: int, loaded_due_ns: int) -> dict[str, Any]:
        """The changes as the generator takes them.

        Args:
            row: The schema of a row.
            loaded: Rows that are there before the load.
            loaded_due_ns: When these were due.
        """
        create, delete = round(self.told.create * _MILLION), round(self.told.delete * _MILLION)
        made: dict[str, Any] = {
            "format": self.format,
            "create_ppm": create,
            "update_ppm": _MILLION - create - delete,
            "delete_ppm": delete,
            "pool": self.pool,
            "loaded": loaded,
            "loaded_due_ns": loaded_due_ns,
            "table": self.table,
            "key": list(self.key),
        }
        return made | ({"schema": connect_schema(row, self.table)} if self.with_schema else {})


def change_format(source: Input) -> ChangeFormat | None:
    """How the changes of an input's rows are written; None for one whose records only add rows."""
    table = source.tables[0]
    if table.connector == "upsert-kafka":
        return "upsert"
    return cast("ChangeFormat", table.format) if table.is_changelog else None


def changes_told(source: Input, settings: InputSettings) -> ChangeSettings | None:
    """The shares of an input's changes; None where it is sent whole rows alone.

    Raises:
        ProjectError: its records only add rows, or come from a file and are to be changes.
    """
    form = change_format(source)
    if form is None and settings.changes is not None:
        raise ProjectError(
            f"inputs.{source.name}.changes: records of {source.name} only add rows: it is read by the connector"
            f" {source.tables[0].connector} in the format {source.tables[0].format}",
            remedy="Leave changes out, or read it by upsert-kafka or in a changelog format such as debezium-json.",
        )
    if form is None or (form == "upsert" and settings.changes is None):
        return None
    where = f"{source.name} is read as {source.tables[0].format}"
    if settings.file is not None:
        raise ProjectError(f"inputs.{source.name}.file: {where}, and rows of a file are no changes", remedy=_GENERATE)
    if settings.faults.shares() or settings.follows is not None:
        beside = "faults" if settings.faults.shares() else "follows"
        raise ProjectError(
            f"inputs.{source.name}.{beside}: {where}, so it is sent changes of rows, which do not go with {beside}",
            remedy=f"Leave {beside} out.",
        )
    return settings.changes or ChangeSettings()


_GENERATE: Final = "Leave the file out: changes are then generated."


def row_key(source: Input, told: ChangeSettings) -> tuple[str, ...]:
    """The columns that tell the rows of an input apart.

    Raises:
        ProjectError: it has no primary key, and nothing else says it; or a column that is named is not there.
    """
    columns = [each.name for each in source.tables[0].physical]
    if told.key is not None:
        unknown = next((name for name in told.key if name not in columns), None)
        if unknown is not None:
            raise ProjectError(
                f"inputs.{source.name}.changes.key: {source.name} has no column {unknown} in its records",
                remedy=did_you_mean(unknown, columns) or f"Columns: {', '.join(columns)}.",
            )
        return told.key
    primary = next((table.primary_key for table in source.tables if table.primary_key), ())
    named = next((name for name in columns if names_itself(Node(source.name, name))), None)
    if not primary and named is None:
        raise ProjectError(
            f"{source.name} has no primary key, so nothing tells which row a change is about",
            remedy=f"Add PRIMARY KEY (…) NOT ENFORCED, or set inputs.{source.name}.changes.key to its columns.",
        )
    return primary or (str(named),)


def rows_before(told: ChangeSettings, pool: int) -> int:
    """How many rows of a pool are there before the load: all, or half where more are created than deleted."""
    return pool if told.create <= told.delete else max(pool // 2, 1)


def pool_size(source: Input, told: ChangeSettings, hint: Mapping[str, Any], total: int | None, *, loaded: bool) -> int:
    """How many rows can be there at once: as many as are told, else as many as the load needs.

    Args:
        source: The input.
        told: The shares.
        hint: What a person says of its first key column.
        total: How many records it gets; None where that is not known yet.
        loaded: Whether rows are there before the load.

    Raises:
        ProjectError: the load creates more rows than any pool has, or deletes more than there are.
    """
    more = 0 if total is None else max(0, math.ceil((told.create - told.delete) * total))
    needed = more * (_SPARE if loaded else 1)
    size = told.pool or (int(hint["pool"]) if "pool" in hint else None)
    if size is None and needed * _SPARE > POOL_MAX:
        size = POOL_MAX
    if size is not None and needed > size:
        raise ProjectError(
            f"inputs.{source.name}.changes.pool: {format_count(size)} rows are too few: the load creates"
            f" {format_count(more)} more than it deletes",
            remedy=_more_room(needed),
        )
    size = size or max(POOL_SIZE, needed * _SPARE)
    fewer = 0 if total is None else math.ceil((told.delete - told.create) * total)
    if fewer > (size if loaded else 0):
        raise ProjectError(
            f"inputs.{source.name}.changes: the load deletes {format_count(fewer)} rows more than it creates, and there"
            f" are {format_count(size if loaded else 0)}",
            remedy="Let it delete at most as many as it creates.",
        )
    return size


def _more_room(needed: int) -> str:
    equal = "let it delete as many as it creates"
    if needed > POOL_MAX:
        return f"{equal[0].upper()}{equal[1:]}, or lower the rate or the duration."
    return f"Set it to at least {needed}, or {equal}."


def refuse_few_keys(source: Input, keys: tuple[str, ...], found: tuple[str, ...]) -> None:
    """Refuses key columns whose values do not come from the pool.

    Raises:
        ProjectError: naming the column.
    """
    without = next((name for name in keys if name not in found), None)
    if without is not None:
        raise ProjectError(
            f"inputs.{source.name}: {without} tells the rows of {source.name} apart, and its values cannot be numbered:"
            " a hint or its type says otherwise",
            remedy=f"Take the hint off {without}, or name other columns in inputs.{source.name}.changes.key.",
        )


def with_schema(source: Input) -> bool:
    """Whether Debezium's values are read with a schema beside their payload."""
    told = option_of_format(source.tables[0], "schema-include")
    return (told or "").lower() == "true"
