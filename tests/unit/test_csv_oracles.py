"""CSV files in every dialect that Python writes: cells are as Python and DuckDB read them, and blank ones null."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipegen.datafile import CsvOptions, RowEncoder, open_data_file

CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8),
    st.text(st.sampled_from(" ,;|\t\"'\n\\ab1.-"), max_size=8),
    st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,5})?", fullmatch=True),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], str, int]:
    """Rows with at least one cell that is not empty, a delimiter, and when to quote."""
    width = draw(st.integers(2, 5))
    row = st.lists(CELLS, min_size=width, max_size=width).filter(any)
    rows = draw(st.lists(row, min_size=1, max_size=12))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    return rows, draw(st.sampled_from(",;|\t")), quoting


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables())
def test_every_cell_is_the_one_that_python_and_duckdb_read(
    tmp_path: Path, table: tuple[list[list[str]], str, int]
) -> None:
    rows, delimiter, quoting = table
    names = [f"column{number}" for number in range(len(rows[0]))]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n")  # type: ignore[arg-type]
    writer.writerows([names, *rows])
    path = tmp_path / "table.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")

    file = open_data_file(path, CsvOptions(delimiter=delimiter, header=True, nulls=("",), quote='"'), as_csv=True)
    schema = {
        "type": "record",
        "name": "Row",
        "fields": [{"name": name, "type": ["null", "string"]} for name in names],
    }
    read = [list(row.values()) for row in RowEncoder(file, schema, key_field=None).records()]

    with path.open(encoding="utf-8", newline="") as opened:
        by_python = list(csv.reader(opened, delimiter=delimiter))[1:]
    assert read == [[cell if cell.strip(" ") else None for cell in row] for row in by_python]
    relation: Any = duckdb.read_csv(
        str(path), delimiter=delimiter, header=True, quotechar='"', escapechar='"', comment="", all_varchar=True
    )
    by_duckdb = relation.fetchall()
    assert read == [[cell if cell and cell.strip(" ") else None for cell in row] for row in by_duckdb]
