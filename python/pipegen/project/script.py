"""The statements of a project taken together: its tables, views and INSERTs by name, and who reads and writes what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipegen.project.queries import Insert, Query, View, read_insert, read_view
from pipegen.project.statements import SqlStatement
from pipegen.project.tables import Table, read_table

Role = Literal["source", "sink", "source and sink", "unused"]


@dataclass(frozen=True, slots=True)
class Script:
    """All that the SQL defines and does. Names are compared exactly, as Flink does."""

    tables: tuple[Table, ...]
    views: tuple[View, ...]
    inserts: tuple[Insert, ...]

    def table(self, name: str) -> Table | None:
        """The table of this name."""
        return next((table for table in self.tables if table.name == name), None)

    def view(self, name: str) -> View | None:
        """The view of this name."""
        return next((view for view in self.views if view.name == name), None)

    def queries_under(self, query: Query) -> Iterator[Query]:
        """The query and those of the views it reads, each once."""
        waiting = [query]
        seen: set[str] = set()
        while waiting:
            current = waiting.pop(0)
            yield current
            for name in current.sources:
                view = self.view(name)
                if view is not None and name not in seen:
                    seen.add(name)
                    waiting.append(view.query)

    def tables_under(self, query: Query) -> tuple[Table, ...]:
        """The tables that feed a query, through views too."""
        names = dict.fromkeys(name for part in self.queries_under(query) for name in part.sources)
        return tuple(table for name in names if (table := self.table(name)) is not None)

    def role(self, table: Table) -> Role:
        """What a table is used for."""
        written = any(insert.target == table.name for insert in self.inserts)
        read = any(table in self.tables_under(insert.query) for insert in self.inserts)
        if written and read:
            return "source and sink"
        return "sink" if written else "source" if read else "unused"

    def input_table(self) -> Table | None:
        """The table that reads the input topic or file; the only source when none names it."""
        files = [table for table in self.tables if "${DATA_FILE}" in table.options.get("path", "")]
        return files[0] if files else self._by_topic("${INPUT_TOPIC}", "source")

    def output_table(self) -> Table | None:
        """The table that writes the output topic; the only sink when none names it."""
        return self._by_topic("${OUTPUT_TOPIC}", "sink")

    def output_inserts(self) -> tuple[Insert, ...]:
        """The INSERTs into the output table."""
        output = self.output_table()
        return tuple(insert for insert in self.inserts if output is not None and insert.target == output.name)

    def _by_topic(self, variable: str, role: Role) -> Table | None:
        named = [table for table in self.tables if variable in (table.topic or "")]
        if named:
            return named[0]
        users = [
            table for table in self.tables if self.role(table) == role and table.connector in {"kafka", "upsert-kafka"}
        ]
        return users[0] if len(users) == 1 else None


def read_script(statements: Sequence[SqlStatement]) -> Script:
    """Everything the statements define and do.

    Raises:
        ProjectError: for the first statement that cannot be understood, with file and line.
    """
    return link(
        [read_table(each) for each in statements if each.kind == "create_table"],
        [read_view(each) for each in statements if each.kind == "create_view"],
        [read_insert(insert) for each in statements for insert in each.inserts()],
    )


def link(tables: Sequence[Table], views: Sequence[View], inserts: Sequence[Insert]) -> Script:
    """A script of its parts; a table LIKE an earlier one takes over what that has."""
    known: list[Table] = []
    for table in tables:
        base = next((each for each in known if each.name == table.like), None)
        known.append(table.over(base) if base is not None else table)
    return Script(tuple(known), tuple(views), tuple(inserts))
