"""What files that DuckDB reads have in common: columns whose texts are SQL, and a connection to read them with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipegen.datafile.files.engine import connect
from pipegen.datafile.files.kinds import Kind
from pipegen.errors import ProjectError

if TYPE_CHECKING:
    import duckdb

MAX_CELL_BYTES: Final = 8 << 20
MAX_COLUMNS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Source:
    """A column of a table.

    Attributes:
        name: Its name in the file.
        text: Its texts as SQL; NULL where there is no value.
        number: Texts that may be numbers or truth values, as SQL; None where the file says they are none.
        time: Texts that may be dates or times; None likewise.
        kind: The type that the file itself gives; None where texts are all there is.
        value: The value of that type, as SQL.
        raw: The value as the file has it, as SQL: what a field of another type is made of.
        json: Whether ``raw`` is JSON text.
        loose: Texts of numbers that are doubles already, as SQL.
        null: Texts that mean null by their name, as SQL.
        comma: Whether numbers have a decimal comma.
    """

    name: str
    text: str
    number: str | None
    time: str | None
    kind: Kind | None = None
    value: str | None = None
    raw: str | None = None
    json: bool = False
    loose: str | None = None
    null: str | None = None
    comma: bool = False


class Table:
    """A file that DuckDB reads.

    Attributes:
        path: The file.
        sources: Its columns.
        notes: What was guessed about it.
        read_as: How it is read, in a few words.
        leaves_out_nulls: Whether a column that is not there may be one without a value.
        broken: Rows that are none, as SQL.
    """

    avro_schema: dict[str, Any] | None = None
    leaves_out_nulls = True
    broken: str | None = None

    def __init__(self, path: Path, relation: str, sources: list[Source], notes: tuple[str, ...], read_as: str) -> None:
        self.path = path
        self.relation = relation
        self.sources = sources
        self.notes = notes
        self.read_as = read_as
        if len(sources) > MAX_COLUMNS:
            raise ProjectError(f"{path}: more than {MAX_COLUMNS} columns", remedy="Take the columns that you need.")

    def where(self, row: int) -> str:
        """File and number of the record."""
        return f"{self.path}, record {row}"

    @contextlib.contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to read with; what DuckDB says of a broken file becomes a sentence with its place.

        Raises:
            ProjectError: the file is broken.
        """
        import duckdb  # noqa: PLC0415 -- as in connect

        with contextlib.closing(connect()) as connection:
            try:
                yield connection
                self.check(connection)
            except duckdb.Error as error:
                self.diagnose(error)
                raise ProjectError(f"{self.path}: cannot be read: {str(error).splitlines()[0]}") from None

    def only(self, columns: Sequence[str]) -> Table:  # noqa: ARG002 -- for files whose columns have to be looked for
        """The table with some of its columns, as far as it has them."""
        return self

    def columns(self) -> list[str]:
        """Names of the columns."""
        return [each.name for each in self.sources]

    def count(self, limit: int) -> int:
        """How many rows there are, counted up to a limit."""
        with self.reading() as connection:
            counted = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {self.relation} LIMIT {limit})")
            return int(counted.fetchall()[0][0])

    def check_rows(self) -> None:
        """Refuses a file whose rows are not all rows.

        Raises:
            ProjectError: one is none.
        """

    def check(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Refuses what was passed over while reading, unless it may be."""

    def refuse(self) -> None:
        """Says which row is none."""

    def diagnose(self, error: duckdb.Error) -> None:
        """Looks for what is wrong and says it better."""
