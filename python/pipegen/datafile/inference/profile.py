"""What the columns of a file are like: types, nulls, statistics. Two scans of the file in flat memory, made of SQL.

The first rows say which types a column may have and whether its values are few; the scans then judge every row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipegen.datafile.files import kinds
from pipegen.datafile.files.csv_table import CsvTable
from pipegen.datafile.files.engine import literal
from pipegen.datafile.files.table import Table
from pipegen.datafile.inference.column import ColumnProfile, Numbers
from pipegen.datafile.inference.guesses import guesses_of, looks_made_up, refuse_out_of_range
from pipegen.datafile.inference.scan import Found, choose_forms, double_sql, inner_sql, values_sql, whole_sql
from pipegen.datafile.inference.shapes import pattern_of
from pipegen.errors import ProjectError

if TYPE_CHECKING:
    import duckdb

FREQUENT: Final = 200
_SAMPLE_ROWS: Final = 4_096
_EXACT: Final = 4_500
_BITS: Final = 1 << 22
_NEVER_LISTED: Final = ("boolean", "date", "timestamp", "decimal", "bytes")
_AT_ONCE: Final = 20
"""Columns that one scan looks at: more would need more memory than DuckDB is given, or longer to plan than to run."""
_SHARES: Final = [round(0.05 * step, 2) for step in range(21)]

OnProgress = Callable[[int, float | None], None]
"""Told the rows read so far, and the share of the file where that is known."""


@dataclass(frozen=True, slots=True)
class FileProfile:
    """What was found out about a file.

    Attributes:
        rows: How many there are.
        columns: In the order of the file.
        read_as: How the file was read.
        guesses: What is not certain, a sentence each.
    """

    rows: int
    columns: tuple[ColumnProfile, ...]
    read_as: str
    guesses: tuple[str, ...]


def profile_file(table: Table, *, on_progress: OnProgress) -> FileProfile:
    """Reads the whole file.

    Raises:
        ProjectError: a row cannot be read, or there is none.
    """
    if not isinstance(table, CsvTable):  # whose rows are checked as they are read
        table.check_rows()
    if not table.sources:
        raise ProjectError(f"{table.path}: no columns", remedy="Name a file whose rows have values.")
    found: list[Found] = []
    rows = 0
    with table.reading() as connection:
        for start in range(0, len(table.sources), _AT_ONCE):
            sources = table.sources[start : start + _AT_ONCE]
            part = [Found(start + index, source, []) for index, source in enumerate(sources)]
            rows = _look_at(connection, table, part)
            found += part
            on_progress(rows, (start + len(part)) / len(table.sources))
        table.check(connection)
        if not rows:
            raise ProjectError(f"{table.path}: no rows", remedy="Name a file with at least one row.")
        columns = [_profile(each, rows) for each in found]
        for each, column in zip(found, columns, strict=True):
            refuse_out_of_range(connection, table, each, column)
        guesses = list(table.notes)
        for each, column in zip(found, columns, strict=True):
            guesses += guesses_of(connection, table, each, column)
    return FileProfile(rows, tuple(columns), table.read_as, tuple(guesses))


def _look_at(connection: duckdb.DuckDBPyConnection, table: Table, part: list[Found]) -> int:
    """Fills in some columns; returns the rows of the file."""
    inner = ", ".join(inner_sql(each) for each in part)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE first AS SELECT {inner} FROM {table.relation} LIMIT {_SAMPLE_ROWS}"
    )
    (sampled,) = connection.execute("SELECT count(*) FROM first").fetchall()[0]
    whole = sampled < _SAMPLE_ROWS
    for each in part:
        choose_forms(connection, each)
        start = connection.execute(
            f"SELECT t{each.index} FROM first WHERE t{each.index} IS NOT NULL LIMIT 1"
        ).fetchone()
        each.start = start[0] if start is not None else None
    origin = "first" if whole else f"(SELECT {inner} FROM {table.relation})"
    values = ", ".join(["*", *(value for each in part for value in values_sql(each))])
    doubles = ", ".join(["*", *(value for each in part for value in double_sql(each))])
    facts = ", ".join(["count(*) AS rows", *(fact for each in part for fact in _facts(each, whole=whole))])
    cursor = connection.execute(f"SELECT {facts} FROM (SELECT {doubles} FROM (SELECT {values} FROM {origin}))")
    row = dict(zip([each[0] for each in cursor.description or ()], cursor.fetchall()[0], strict=True))
    for each in part:
        each.facts = {key.partition("_")[2]: row[key] for key in row if key.startswith(f"x{each.index}_")}
        each.fits = {form: each.facts[f"fit{number}"] for number, form in enumerate(each.forms)}
    _count_frequent(connection, origin, part, whole=whole)
    return int(row["rows"])


def _facts(each: Found, *, whole: bool) -> Iterator[str]:
    index = each.index
    head, text = f"x{index}_", f"t{index}"
    yield f"count({text}) AS {head}filled"
    if whole:
        yield f"count(DISTINCT {text}) AS {head}distinct"
    else:
        yield f"bit_count(bitstring_agg((hash({text}) % {_BITS})::INTEGER, 0, {_BITS - 1})) AS {head}bits"
    if each.source.null is not None:
        yield f"count(z{index}) AS {head}named"
    numeric = None
    for number, form in enumerate(each.forms):
        value = f"f{index}_{number}"
        yield f"count({value}) AS {head}fit{number}"
        if form.kind == "boolean":
            yield f"avg({value}::INTEGER) AS {head}true"
        elif form.kind == "double":
            numeric = value
        elif form.kind == "long":
            yield from _whole_facts(head, value)
        else:
            yield f"min({value}) AS {head}low{number}"
            yield f"max({value}) AS {head}high{number}"
            if form.kind == "timestamp":
                yield f"count(*) FILTER (epoch_us({value}) % 1000 <> 0) AS {head}fine{number}"
    yield from _native_facts(each, head)
    if each.source.kind in {"long", "double"}:
        numeric = f"v{index}::DOUBLE"
    if numeric is not None:
        whole_value = whole_sql(each)
        yield from _number_facts(head, numeric, text, whole_value, "," if each.source.comma else ".")
    if each.source.kind is None and not each.forms:
        yield f"min(length({text})) AS {head}shortest"
        yield f"max(length({text})) AS {head}longest"
        yield f"approx_quantile(length({text}), 0.5) AS {head}median"


def _native_facts(each: Found, head: str) -> Iterator[str]:
    kind, value = each.source.kind, f"v{each.index}"
    if kind is None:
        return
    yield f"count({value}) AS {head}native"
    if kind == "boolean":
        yield f"avg({value}::INTEGER) AS {head}true"
    if kind == "long":
        yield from _whole_facts(head, value)
    if kind in {"date", "timestamp", "decimal"}:
        yield f"min({value}) AS {head}low"
        yield f"max({value}) AS {head}high"
    if kind == "timestamp":
        yield f"count(*) FILTER (epoch_us({value}) % 1000 <> 0 OR length(t{each.index}) > 26) AS {head}fine"
    if kind == "decimal":
        yield f"any_value(typeof({value})) AS {head}type"


def _whole_facts(head: str, value: str) -> Iterator[str]:
    yield f"min({value}) AS {head}least"
    yield f"max({value}) AS {head}most"
    yield f"sum({value}) AS {head}sum"


def _number_facts(head: str, value: str, text: str, whole: str | None, sign: str) -> Iterator[str]:
    finite = f"FILTER (isfinite({value}))"
    yield f"min({value}) {finite} AS {head}min"
    yield f"max({value}) {finite} AS {head}max"
    yield f"approx_quantile(CASE WHEN abs({value}) < 1e30 THEN {value} END, {_SHARES}) AS {head}quantiles"
    yield f"count(*) FILTER (NOT isfinite({value})) AS {head}odd"
    fraction = f"rtrim(regexp_replace(split_part(rtrim({text}), '{sign}', 2), '[eE].*', ''), '0')"
    unread = f"{whole} IS NULL AND " if whole else ""
    yield f"max(CASE WHEN {unread}contains({text}, '{sign}') THEN length({fraction}) END) AS {head}decimals"


def _count_frequent(connection: duckdb.DuckDBPyConnection, origin: str, part: list[Found], *, whole: bool) -> None:
    """The most frequent values: all of few, and of many those that the first rows show often."""
    wanted: list[tuple[Found, str]] = []
    for each in part:
        text = f"t{each.index}"
        counted = connection.execute(
            f"SELECT {text} AS t, count(*) AS n FROM first WHERE {text} IS NOT NULL GROUP BY 1 ORDER BY n DESC, hash(t)"
        ).fetchall()
        each.texts = [(str(value), int(count)) for value, count in counted]
        each.frequent = sorted(each.texts[:FREQUENT], key=_most_first)
        each.exact = whole
        if whole or each.source.kind in _NEVER_LISTED or any(form.kind in _NEVER_LISTED for form in each.forms[:1]):
            continue
        few = _distinct(each) <= (FREQUENT if _numeric(each) else _EXACT)
        often = [value for value, count in each.frequent if count * 200 > _SAMPLE_ROWS]
        if few:
            each.exact = True
            wanted.append((each, text))
        elif often and not _numeric(each):
            wanted.append((each, f"CASE WHEN {text} IN ({', '.join(map(literal, often))}) THEN {text} END"))
    if not wanted:
        return
    values = ", ".join(f"{sql} AS w{number}" for number, (_, sql) in enumerate(wanted))
    names = [f"w{number}" for number in range(len(wanted))]
    sets = ", ".join(f"({name})" for name in names)
    picked = " ".join(f"WHEN grouping({name}) = 0 THEN {name}" for name in names)
    which = " ".join(f"WHEN grouping({name}) = 0 THEN {number}" for number, name in enumerate(names))
    rows = connection.execute(
        f"SELECT CASE {which} END, CASE {picked} END, count(*) FROM (SELECT {values} FROM {origin}) "
        f"GROUP BY GROUPING SETS ({sets})"
    ).fetchall()
    for number, (each, _) in enumerate(wanted):
        pairs = sorted(
            ((text, count) for which, text, count in rows if which == number and text is not None), key=_most_first
        )
        each.frequent = pairs[:FREQUENT]
        if each.exact:
            each.texts = pairs
            each.facts["distinct"] = len(pairs)


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _numeric(each: Found) -> bool:
    return any(form.kind in {"long", "double"} for form in each.forms)


def _distinct(each: Found) -> int:
    """How many different values, exactly or by how many of four million bits they set."""
    facts = each.facts
    if "distinct" in facts:
        return int(facts["distinct"])
    clear = _BITS - int(facts["bits"] or 0)
    return min(round(_BITS * math.log(_BITS / max(clear, 1))), int(facts["filled"]))


def _profile(each: Found, rows: int) -> ColumnProfile:
    facts, source = each.facts, each.source
    filled = int(facts["filled"])
    fitting = [form for form in each.forms if filled and each.fits[form] == filled]
    form = fitting[0] if fitting else None
    kind = source.kind or (form.kind if form else "string")
    number = each.forms.index(form) if form else ""
    numbers = _numbers(each, kind) if kind in {"long", "double"} else None
    if kind == "long" and (filled == 0 or (facts["least"] >= -kinds.INT_MAX - 1 and facts["most"] <= kinds.INT_MAX)):
        kind = "int"
    texts = [value for value, _ in each.frequent]
    drawn = kind == "string" and looks_made_up(texts)
    precision = None
    if kind == "decimal" and facts.get("type"):
        digits, scale = str(facts["type"])[8:-1].split(",")
        precision = (int(digits), int(scale))
    return ColumnProfile(
        name=source.name,
        kind=kind,
        format=form.format if form else (kinds.ISO if kind in {"date", "timestamp"} else None),
        other_formats=tuple(other.format for other in fitting[1:] if other.kind == kind and other.format is not None),
        count=rows,
        nulls=rows - filled,
        distinct=_distinct(each),
        distinct_exact=each.exact,
        frequent=tuple(each.frequent),
        lengths=_lengths(each),
        shape=pattern_of(each.texts) if kind == "string" and not drawn else None,
        drawn=drawn,
        true_share=float(facts.get("true") or 0),
        numbers=numbers,
        earliest=facts.get(f"low{number}") if kind in {"date", "timestamp"} else None,
        latest=facts.get(f"high{number}") if kind in {"date", "timestamp"} else None,
        precision=precision,
    )


def _lengths(each: Found) -> tuple[int, int, int]:
    """Characters of the shortest, the median and the longest text; of nearly typed columns, those of the first rows."""
    facts = each.facts
    if facts.get("longest") is not None:
        return int(facts["shortest"]), int(facts["median"]), int(facts["longest"])
    sizes = sorted(len(text) for text, _ in each.texts) or [0]
    return sizes[0], sizes[len(sizes) // 2], sizes[-1]


def _numbers(each: Found, kind: str) -> Numbers | None:
    facts = each.facts
    if facts.get("min") is None:
        return None
    whole = kind == "long"
    low, high = (facts["least"], facts["most"]) if whole else (facts["min"], facts["max"])
    quantiles = [min(max(value, low), high) for value in facts["quantiles"] or [low, high]]
    decimals = int(facts["decimals"] or 0)
    return Numbers(
        minimum=low,
        maximum=high,
        quantiles=(low, *quantiles[1:-1], high),
        decimals=0 if whole else min(decimals, 15),
        step=_step(each) if whole else None,
        first=int(str(each.start).replace(".", "")) if whole else 0,
        odd=int(facts["odd"]),
    )


def _step(each: Found) -> int | None:
    """The step of a column that counts up or down: ends, number and sum of its values leave no other way."""
    facts = each.facts
    filled, first = int(facts["filled"]), int(str(each.start).replace(".", ""))
    last = facts["most"] if first == facts["least"] else facts["least"]
    if filled < 2 or first not in {facts["least"], facts["most"]} or (last - first) % (filled - 1):
        return None
    step = (last - first) // (filled - 1)
    close = _distinct(each) >= (filled if each.exact else 0.98 * filled)
    return step if step and close and 2 * int(facts["sum"]) == filled * (first + last) else None
