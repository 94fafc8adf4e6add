"""Columns while they are looked at: their texts and the values of each type that they may have, as SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipegen.datafile.files import kinds
from pipegen.datafile.files.kinds import Form
from pipegen.datafile.files.table import Source, Table

if TYPE_CHECKING:
    import duckdb


@dataclass(slots=True)
class Found:
    """A column while it is looked at.

    Attributes:
        index: Its number in the file.
        source: Its texts.
        forms: The types that it may have, the narrowest first.
        fits: How many values fit each of them, in the sample and then in the file.
        facts: What the scans gave.
        frequent: The most frequent texts with their counts.
        texts: Of the first rows, or where they are few of all, the texts with their counts.
        start: The first value of the file, where the first rows have one.
        exact: Whether ``frequent`` holds, and the number of different texts.
    """

    index: int
    source: Source
    forms: list[Form]
    fits: dict[Form, int] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    frequent: list[tuple[str, int]] = field(default_factory=list)
    texts: list[tuple[str, int]] = field(default_factory=list)
    exact: bool = False
    start: str | None = None

    def value(self, form: Form) -> str:
        """The value of a form, as SQL over the columns of the inner query."""
        if form.kind == "double" and self.source.loose is not None:
            return f"coalesce({kinds.loose_double(f'l{self.index}')}, {form.sql(f'n{self.index}')})"
        return form.sql(f"{'s' if form.kind in {'date', 'timestamp'} else 'n'}{self.index}")


def inner_sql(each: Found) -> str:
    """The texts of a column, and what else may be told of them."""
    source = each.source
    given = {
        "t": source.text,
        "n": source.number,
        "s": source.time,
        "l": source.loose,
        "v": source.value,
        "z": source.null,
    }
    return ", ".join(f"{sql} AS {key}{each.index}" for key, sql in given.items() if sql is not None)


def choose_forms(connection: duckdb.DuckDBPyConnection, each: Found) -> None:
    """The forms that most of the first values fit; all, where there is no value among them."""
    index, source = each.index, each.source
    if source.kind is not None:
        return
    total = connection.execute(f"SELECT count(t{index}) FROM first").fetchall()[0][0]

    def fitting(forms: tuple[Form, ...]) -> list[Form]:
        counted = ", ".join(f"count({each.value(form)})" for form in forms)
        counts = connection.execute(f"SELECT {counted} FROM first").fetchall()[0]
        return [form for form, count in zip(forms, counts, strict=True) if (count and 2 * count >= total) or not total]

    if source.number is not None:
        each.forms += fitting(kinds.NUMBER_FORMS)
        if any(form.kind == "long" for form in each.forms) and kinds.NUMBER_FORMS[2] not in each.forms:
            each.forms.append(kinds.NUMBER_FORMS[2])
    digits = f"SELECT count(*) FROM first WHERE regexp_matches(s{index}, '^[0-9]')"
    dated = source.time is not None and 2 * connection.execute(digits).fetchall()[0][0] >= total
    if dated and (not each.forms or not total):
        each.forms += fitting(kinds.TIME_FORMS)


def values_sql(each: Found) -> Iterator[str]:
    """The values of each form but decimals of columns that may be whole, beside the texts."""
    later = _later(each)
    for number, form in enumerate(each.forms):
        if number != later:
            yield f"{each.value(form)} AS f{each.index}_{number}"


def double_sql(each: Found) -> Iterator[str]:
    """Decimals, beside the whole numbers: what is whole needs no second reading."""
    later = _later(each)
    if later is not None:
        whole = f"f{each.index}_{later - 1}"
        exact = f"abs({whole}::HUGEINT) <= 9007199254740992"
        value = each.value(each.forms[later])
        yield f"CASE WHEN {exact} THEN {whole}::DOUBLE ELSE {value} END AS f{each.index}_{later}"


def whole_sql(each: Found) -> str | None:
    """The whole numbers of a column that may have decimals."""
    later = _later(each)
    return None if later is None else f"f{each.index}_{later - 1}"


def _later(each: Found) -> int | None:
    kinds_of = [form.kind for form in each.forms]
    return kinds_of.index("double") if "long" in kinds_of and "double" in kinds_of else None


def first_unfit(connection: duckdb.DuckDBPyConnection, table: Table, each: Found, value: str) -> tuple[int, str]:
    """Number and text of the first row whose value does not fit."""
    values, doubles = ", ".join(["*", *values_sql(each)]), ", ".join(["*", *double_sql(each)])
    numbered = f"SELECT row_number() OVER () AS r, {inner_sql(each)} FROM {table.relation}"
    text = f"t{each.index}"
    row, shown = connection.execute(
        f"SELECT r, {text} FROM (SELECT {doubles} FROM (SELECT {values} FROM ({numbered}))) "
        f"WHERE {text} IS NOT NULL AND {value} IS NULL LIMIT 1"
    ).fetchall()[0]
    return int(row), str(shown)
