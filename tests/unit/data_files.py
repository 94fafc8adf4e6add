"""A file of orders, made up by rule, in every format that can be fed; and what its rows are as Avro records."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fastavro

from pipegen.datafile import AvroFile, DataFile, RowEncoder

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCHEMA = {
    "type": "record",
    "name": "Sale",
    "fields": [
        {"name": "sale", "type": "int"},
        {"name": "shop", "type": "string"},
        {"name": "price", "type": ["null", "double"]},
        {"name": "paid", "type": "boolean"},
        {"name": "sold_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}


def sales(count: int) -> Iterator[dict[str, Any]]:
    """Sales half a second apart; every seventh has no price."""
    for number in range(count):
        yield {
            "sale": number + 1,
            "shop": ("north", "south", "south", "west")[number % 4],
            "price": None if number % 7 == 6 else 1 + number % 50 + 0.25,
            "paid": number % 3 != 0,
            "sold_at": START + timedelta(milliseconds=500 * number),
        }


def write_csv(path: Path, count: int) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Sale", "shop", "price", "paid", "sold at"])
        for row in sales(count):
            price = "NA" if row["price"] is None else f"{row['price']:.2f}"
            at = row["sold_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
            writer.writerow([row["sale"], row["shop"], price, str(row["paid"]).lower(), at])
    return path


def write_ndjson(path: Path, count: int) -> Path:
    lines = [json.dumps(row | {"sold_at": row["sold_at"].isoformat()}) for row in sales(count)]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_avro(path: Path, count: int) -> Path:
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(json.loads(json.dumps(SCHEMA))), sales(count))
    return path


def write_parquet(path: Path, count: int) -> Path:
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(sales(count))), path)
    return path


WRITERS = {"csv": write_csv, "ndjson": write_ndjson, "avro": write_avro, "parquet": write_parquet}


def write_file(path: Path, count: int) -> Path:
    """A file in the format that its name says."""
    return WRITERS[path.suffix[1:]](path, count)


def texts(file: DataFile) -> Iterator[dict[str, Any]]:
    """Each row of a file as the texts that stand in it."""
    assert not isinstance(file, AvroFile)
    fields = [
        {"name": f"f{number}", "pipegen_column": each.name, "type": ["null", "string"]}
        for number, each in enumerate(file.sources)
    ]
    for record in RowEncoder(file, {"type": "record", "name": "Row", "fields": fields}, key_field=None).records():
        yield dict(zip([each.name for each in file.sources], record.values(), strict=True))


def go_on(_rows: int) -> bool:
    """Reads on."""
    return True


def unheard(_rows: int, _ratio: float | None) -> None:
    """Progress that nobody looks at."""
