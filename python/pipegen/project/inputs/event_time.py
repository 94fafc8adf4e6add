"""Which columns tell event time, and how each must be written so that the table's expressions can read it."""

from __future__ import annotations

import re
from typing import Any, Final

from pipegen.project.plan.sql_type import parse_type
from pipegen.project.plan.table import FlinkTable, TableColumn

_TEXT: Final = frozenset({"VARCHAR", "CHAR", "CHARACTER"})
_NUMBER: Final = frozenset({"INT", "BIGINT"})
_SQL_TIME: Final = "yyyy-MM-dd HH:mm:ss.SSS"
_UNITS: Final = {"0": "s", "3": "ms", "6": "us", "9": "ns"}
_COARSER: Final = {"s": "ms", "ms": "us", "us": "ns"}
_FINER: Final = {"ms": "s", "us": "ms", "ns": "us"}
_FORMAT: Final = re.compile(r"TO_TIMESTAMP(?:_LTZ)?\((?P<column>\w+), '(?P<format>(?:[^']|'')+)'\)", re.IGNORECASE)
_LTZ: Final = re.compile(r"TO_TIMESTAMP_LTZ\((?P<value>.+), (?P<digits>[0369])\)", re.IGNORECASE)
_UNIX: Final = re.compile(r"FROM_UNIXTIME\((?P<value>[^,()]*(?:\([^()]*\))?[^,()]*)[,)]", re.IGNORECASE)
_SCALED: Final = re.compile(r"(?P<operator>[*/]) 1_?000(?P<more>000)?\b")


def event_time_hints(table: FlinkTable) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The hints of the columns that the table's watermark is made from, and what could not be understood.

    Returns:
        Hints by column, each with a lateness of 0: the event time is the due time; and sentences.
    """
    if table.watermark is None:
        return {}, []
    columns = {column.name: column for column in table.columns}
    column = columns.get(table.watermark.column.partition(".")[0])
    if column is None:
        return {}, []
    if column.kind == "metadata":
        return {}, []
    if column.kind == "physical":
        # A field of a row has its type's own law: the due time.
        whole = column.name == table.watermark.column and parse_type(column.type).name != "ROW"
        return ({column.name: {"lateness_ms": 0}}, []) if whole else ({}, [])
    return _computed(column, columns)


def _computed(column: TableColumn, columns: dict[str, TableColumn]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    expression = _plain(column.expression or "")
    used = [columns[name] for name in columns if re.search(rf"(?<![\w'.]){re.escape(name)}(?![\w'])", expression)]
    hints: dict[str, dict[str, Any]] = {}
    notes: list[str] = []
    for each in used:
        if each.kind == "computed" and each is not column:
            inner, more = _computed(each, {name: other for name, other in columns.items() if name != column.name})
            hints |= inner
            notes += more
        elif each.kind == "physical":
            name = parse_type(each.type).name
            if name in _TEXT:
                hints[each.name] = {"lateness_ms": 0, "time_format": _format(expression, each.name)}
            elif name in _NUMBER:
                unit = _unit(expression)
                hints[each.name] = {"lateness_ms": 0} | ({"unit": unit} if unit else {})
                if unit is None:
                    notes.append(
                        f"the unit of the event time {each.name} is not clear from {expression}: "
                        f"say it with the hint {{unit: ms}}"
                    )
            elif name.startswith("TIMESTAMP"):
                hints[each.name] = {"lateness_ms": 0}
    return hints, notes


def _plain(expression: str) -> str:
    """An expression without the brackets and quotes that DESCRIBE sets around its parts."""
    return re.sub(r"`((?:[^`])*)`", r"\1", expression).strip().removeprefix("[").removesuffix("]")


def _format(expression: str, column: str) -> str:
    for match in _FORMAT.finditer(expression):
        if match["column"] == column:
            return match["format"].replace("''", "'")
    return _SQL_TIME


def _unit(expression: str) -> str | None:
    match = _LTZ.search(expression)
    if match:
        return _scaled(_UNITS[match["digits"]], match["value"])
    unix = _UNIX.search(expression)
    return _scaled("s", unix["value"]) if unix else None


def _scaled(unit: str, value: str) -> str | None:
    """The unit of a number that is multiplied or divided before it is read in a unit."""
    step = _SCALED.search(value)
    if step is None:
        return unit
    way = _COARSER if step["operator"] == "/" else _FINER
    found = way.get(unit)
    return way.get(found) if found and step["more"] else found
