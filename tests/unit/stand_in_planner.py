"""What the double of Flink answers when it is asked what SQL means: it knows tables as they were written, and the plan
of one INSERT that selects from one table, perhaps with a WHERE.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CREATE = re.compile(r"CREATE\s+(?:TEMPORARY\s+)?TABLE\s+`?(\w+)`?\s*\((.*?)\n\)\s*WITH", re.DOTALL)
_COLUMN = re.compile(r"`(\w+)`\s+(.+?)(\s+NOT NULL)?(?:\s+METADATA FROM '(\w+)')?(\s+VIRTUAL)?,?\s*$")
_INSERT = re.compile(r"INSERT INTO `(\w+)`\s+SELECT\s+(.*?)\s+FROM `(\w+)`(.*)", re.DOTALL)
_PATH = "default_catalog, default_database, "


class StandInPlanner:
    """Tables and plans of one session after the other; a later table of a name takes the place of an earlier one."""

    def __init__(self) -> None:
        self._created: dict[str, str] = {}

    def rows(self, statement: str) -> list[list[Any]] | None:
        """The rows that answer a question; None for what is no question."""
        text = statement.strip()
        if (created := _CREATE.match(text)) is not None:
            self._created[created[1]] = text
        first, *_ = text.split(maxsplit=1)
        name = text.rpartition(".")[2].strip("`;")
        match first.upper():
            case "SET" if text.upper() == "SET":
                return [["table.dml-sync", "false"]]
            case "DESCRIBE":
                return [
                    [column, kind, "FALSE" if fixed else "TRUE", None, extras, None]
                    for column, kind, fixed, extras in self._columns(name)
                ]
            case "SHOW" if "CREATE CATALOG" in text:
                return [["CREATE CATALOG `default_catalog` WITH ('type' = 'generic_in_memory')"]]
            case "SHOW" if "CREATE TABLE" in text:
                return [[self._created[name]]]
            case "EXPLAIN":
                return [[self._plan(text)]]
        return None

    def _columns(self, table: str) -> list[tuple[str, str, bool, str | None]]:
        created = _CREATE.match(self._created[table])
        assert created is not None
        found = []
        for line in created[2].splitlines():
            column = _COLUMN.match(line.strip())
            if column is not None:
                name, kind, fixed, key, virtual = column.groups()
                extras = f"METADATA FROM '{key}'{virtual or ''}" if key else None
                found.append((name, kind, fixed is not None, extras))
        return found

    def _plan(self, text: str) -> str:
        insert = _INSERT.search(text)
        assert insert is not None, f"this double plans no {text}"
        sink, selected, source, rest = insert.groups()
        keys = {name: index for index, (name, *_) in enumerate(self._columns(source))}
        metadata = [extras.split("'")[1] for *_, extras in self._columns(source) if extras]
        into = [extras.split("'")[1] if extras else name for name, *_, extras in self._columns(sink)]
        picked = [_picked(item, keys) for item in re.split(r",\s*\n", selected)]
        project = ", ".join(f"{name}=[{value}]" for name, value in zip(into, picked, strict=True))
        keyed = f", metadata=[{', '.join(metadata)}]" if metadata else ""
        kept = ["LogicalFilter(condition=[>($3, 3)])"] if "WHERE" in rest else []
        deeper = [f"LogicalProject({project})", *kept, f"LogicalTableScan(table=[[{_PATH}{source}{keyed}]])"]
        tree = "\n".join(f"{'   ' * depth}+- {operator}" for depth, operator in enumerate(deeper))
        path = _PATH.replace(", ", ".")
        return (
            f"== Abstract Syntax Tree ==\nLogicalSink(table=[{path}{sink}], fields=[{', '.join(into)}])\n{tree}\n\n"
            f"== Optimized Physical Plan ==\nSink(table=[{path}{sink}], changelogMode=[NONE])\n"
            "+- Calc(select=[a], changelogMode=[I])\n"
        )


def _picked(item: str, columns: Mapping[str, int]) -> str:
    bare = item.strip().strip("`")
    return f"${columns[bare]}" if bare in columns else "*($3, $4)"
