"""NDJSON files as tables of DuckDB: one JSON object a line."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from pipegen.datafile.files.engine import literal
from pipegen.datafile.files.json_lines import check_json_lines
from pipegen.datafile.files.plain_text import PlainText, plain_text
from pipegen.datafile.files.table import MAX_CELL_BYTES, MAX_COLUMNS, Source, Table
from pipegen.errors import ProjectError


class JsonTable(Table):
    """A file with one JSON object a line.

    Args:
        path: The file.
        columns: The keys that matter; None to look for all of them.
        text: The file, where it is opened already.
    """

    broken = "json_type(json) IS DISTINCT FROM 'OBJECT'"

    def __init__(self, path: Path, columns: Sequence[str] | None = None, *, text: PlainText | None = None) -> None:
        self.path = path
        self._text = text or plain_text(path)
        # A line that is no JSON becomes a row without an object, which is refused where it stands.
        source = literal(str(self._text.path))
        self._objects = f"read_ndjson_objects({source}, maximum_object_size = {MAX_CELL_BYTES}, ignore_errors = true)"
        self._found = columns
        self.notes = self._text.notes
        self.read_as = f"{self._text.encoding}, one JSON object a line"

    @functools.cached_property
    def sources(self) -> list[Source]:  # type: ignore[override]
        """The keys, in the order in which they first come."""
        return [_json_values(name, f"v[{index}]") for index, name in enumerate(self._names, start=1)]

    @functools.cached_property
    def relation(self) -> str:  # type: ignore[override]
        """Objects, and the values of the keys that matter."""
        paths = ", ".join(literal("/" + name.replace("~", "~0").replace("/", "~1")) for name in self._names)
        return f"(SELECT json, json_extract(json, [{paths}]::VARCHAR[]) AS v FROM {self._objects})"

    @functools.cached_property
    def _names(self) -> list[str]:
        if self._found is not None:
            return list(self._found)
        with self.reading() as connection:
            found = connection.execute(
                "SELECT key FROM (SELECT key, row_number() OVER () AS place FROM "
                f"(SELECT unnest(json_keys(json)) AS key FROM {self._objects})) "
                f"GROUP BY key ORDER BY min(place) LIMIT {MAX_COLUMNS + 1}"
            ).fetchall()
        if len(found) > MAX_COLUMNS:
            raise ProjectError(
                f"{self.path}: more than {MAX_COLUMNS} columns", remedy="Use objects of the same fields."
            )
        return [name for (name,) in found]

    def only(self, columns: Sequence[str]) -> Table:
        """The table with the keys that are named: nobody has to look for others."""
        return JsonTable(self.path, columns, text=self._text)

    def columns(self) -> list[str]:
        """The keys of the first object."""
        with self.reading() as connection:
            first = connection.execute(
                f"SELECT CASE WHEN NOT ({self.broken}) THEN json_keys(json) END FROM {self._objects} LIMIT 1"
            ).fetchone()
        return list(first[0]) if first and first[0] is not None else self._names

    def where(self, row: int) -> str:
        """File and line."""
        with self._text.path.open("rb") as file:
            for line, text in enumerate(file, start=1):
                row -= bool(text.strip())
                if not row:
                    return f"{self.path}:{line}"
        return str(self.path)

    def check_rows(self) -> None:
        """Refuses lines that are no objects, and keys that stand twice: one of the values would be lost."""
        with self.reading() as connection:
            bad = connection.execute(
                f"SELECT 1 FROM {self._objects} WHERE {self.broken} "
                "OR len(json_keys(json)) <> len(list_distinct(json_keys(json))) LIMIT 1"
            ).fetchone()
        if bad is not None:
            self.refuse()

    def refuse(self) -> None:
        """Says which line is none."""
        check_json_lines(self.path, self._text.path)
        raise ProjectError(
            f"{self.path}: a line is not valid JSON", remedy="Each line must hold one whole JSON object."
        )


def _json_values(name: str, value: str) -> Source:
    kind = f"json_type({value})"
    text = f"CASE WHEN {kind} <> 'NULL' THEN {value} ->> '$' END"
    plain = f"CASE WHEN {kind} NOT IN ('NULL', 'VARCHAR', 'OBJECT', 'ARRAY') THEN {value} ->> '$' END"
    return Source(
        name,
        text,
        plain,
        f"CASE WHEN {kind} = 'VARCHAR' THEN trim({value} ->> '$') END",
        raw=f"CASE WHEN {kind} <> 'NULL' THEN {value}::VARCHAR END",
        json=True,
        loose=f"CASE WHEN {kind} = 'DOUBLE' THEN {value} ->> '$' END",
    )
