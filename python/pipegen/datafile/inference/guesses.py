"""What is not certain about a column, a sentence each: values that nearly fit, nulls by name, dates both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from pipegen.datafile.files.kinds import NUMBER
from pipegen.datafile.files.table import Table
from pipegen.datafile.inference.column import ColumnProfile
from pipegen.datafile.inference.scan import Found, first_unfit
from pipegen.errors import ProjectError
from pipegen.units import format_count

if TYPE_CHECKING:
    import duckdb


_WORDS: Final = {
    "boolean": "truth values",
    "long": "numbers",
    "double": "numbers",
    "date": "dates",
    "timestamp": "times",
}
_LOOKALIKES: Final = (
    (
        "numbers with thousands separators",
        re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
        "--decimal-comma does not read them",
    ),
    (
        "numbers with a decimal comma",
        re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+"),
        "--decimal-comma reads them as numbers",
    ),
    (
        "amounts of money",
        re.compile(r"(?:[$€£¥]\s?[\d.,]+|[\d.,]+\s?(?:[$€£¥]|EUR|USD|GBP))"),
        "take the currency out for numbers",
    ),
    ("percentages", re.compile(r"[+-]?\d+(?:[.,]\d+)?\s?%"), "take the sign out for numbers"),
    (
        "dates with two-digit years",
        re.compile(r"\d{1,2}[-./ ](?:\d{1,2}|[A-Za-z]{3})[-./ ]\d{2}(?: \d{1,2}:\d{2}.*)?"),
        "nobody knows the century",
    ),
    (
        "times with a zone's name",
        re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)? [A-Za-z/_]{3,}"),
        "write Z or +00:00 for times",
    ),
)
_NUMBER: Final = re.compile(NUMBER)
_CLOCK: Final = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp][Mm])?"
    r"|\d{1,4}[-./ ](?:\d{1,2}|[A-Za-z]{3})[-./ ]\d{1,4}(?:[T ].*)?"
)
_JSON: Final = re.compile(r"\{.*\}|\[.*\]", re.DOTALL)


def looks_made_up(texts: Sequence[str]) -> bool:
    """Whether texts are times of day, dates or JSON, which random signs would not be."""
    return bool(texts) and any(
        sum(pattern.fullmatch(text.strip()) is not None for text in texts) > 0.9 * len(texts)
        for pattern in (_CLOCK, _JSON)
    )


def refuse_out_of_range(
    connection: duckdb.DuckDBPyConnection, table: Table, each: Found, column: ColumnProfile
) -> None:
    """Refuses dates and times of a typed file that lie outside the years 1 to 9999.

    Raises:
        ProjectError: there is one, with its record.
    """
    if each.source.kind not in {"date", "timestamp"} or each.facts["native"] == each.facts["filled"]:
        return
    row, text = first_unfit(connection, table, each, f"v{each.index}")
    raise ProjectError(
        f"{table.where(row)}: column “{column.name}”: the {each.source.kind} {text} is out of range: "
        "times lie in the years 1 to 9999",
        remedy="Mend the record, or take the column out of the file.",
    )


def guesses_of(
    connection: duckdb.DuckDBPyConnection, table: Table, each: Found, column: ColumnProfile
) -> Iterator[str]:
    """What is not certain about a column."""
    head = f"column {column.name}: "
    filled = column.count - column.nulls
    for text, count in _named(connection, table, each):
        cells = f"1 cell “{text}” is" if count == 1 else f"{format_count(count)} cells “{text}” are"
        yield f"{head}{cells} read as null; --null-values names the texts that mean null"
    if column.other_formats:
        yield (
            f"{head}every value fits {column.format} and also {' or '.join(column.other_formats)}; taken as the first. "
            'Change "pipegen_format" in the schema if that is wrong'
        )
    fine = each.facts.get("fine") or each.facts.get(f"fine{_number(each, column)}")
    if column.kind == "timestamp" and fine:
        yield f"{head}times are sent in milliseconds, as Flink's formats know them; finer parts are cut off"
    if column.numbers is not None and column.numbers.odd:
        values = "1 value is" if column.numbers.odd == 1 else f"{format_count(column.numbers.odd)} values are"
        yield f"{head}{values} infinite or not a number (NaN); sent as they are, and left out of the hints"
    if column.kind == "string" and filled:
        yield from _nearly(connection, table, each, column, head, filled)


def _named(connection: duckdb.DuckDBPyConnection, table: Table, each: Found) -> list[tuple[str, int]]:
    """The texts that were read as null by their name, and how often each came."""
    if not each.facts.get("named"):
        return []
    found = f"SELECT {each.source.null} AS z, count(*) FROM {table.relation} WHERE z IS NOT NULL GROUP BY 1 ORDER BY 1"
    return connection.execute(found).fetchall()


def _number(each: Found, column: ColumnProfile) -> int | None:
    return next(
        (n for n, form in enumerate(each.forms) if (form.kind, form.format) == ("timestamp", column.format)), None
    )


def _nearly(
    connection: duckdb.DuckDBPyConnection, table: Table, each: Found, column: ColumnProfile, head: str, filled: int
) -> Iterator[str]:
    form = max(each.forms, key=lambda form: each.fits[form], default=None)
    if form is not None and filled > each.fits[form] and 2 * each.fits[form] >= filled:
        same = [other for other in each.forms if each.fits[other] == each.fits[form]]
        form = same[-1] if same[-1].kind == "double" else same[0]
        bad = filled - each.fits[form]
        row, text = first_unfit(connection, table, each, f"f{each.index}_{each.forms.index(form)}")
        remedy = (
            f"if it means null, --null-values '{text}' says so"
            if column.name and len(text) < 20
            else "mend it, or keep text"
        )
        yield (
            f"{head}{format_count(bad)} of {format_count(filled)} values are not "
            f"{_WORDS[form.kind]}, first {_place(table, row)}: “{text[:40]}”; taken as text: {remedy}"
        )
        return
    texts = [text.strip() for text, _ in column.frequent]
    for what, pattern, remedy in _LOOKALIKES:
        alike = [text for text in texts if pattern.fullmatch(text)]
        if alike and len(alike) + sum(_NUMBER.fullmatch(text) is not None for text in texts) > 0.9 * len(texts):
            yield f"{head}values look like {what} (“{alike[0]}”); taken as text: {remedy}"
            return


def _place(table: Table, row: int) -> str:
    where = table.where(row)
    return f"on line {where.rpartition(':')[2]}" if where.rpartition(":")[2].isdigit() else f"in record {row}"
