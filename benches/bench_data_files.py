"""Data files: CPU and memory of inferring a CSV file, beside DuckDB alone on the same file, and of encoding rows.

Each figure is taken in a process of its own. Reproduce with: python benches/bench_data_files.py [ROWS]
"""

from __future__ import annotations

import csv
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from pipegen.datafile import CsvOptions, RowEncoder, open_data_file, profile_file

CITIES = ("Ulm", "Bonn", "Köln", "Paris", "Oslo, NO", "Rom")
HEADER = ("id", "customer", "city", "amount", "quantity", "paid", "day", "at", "code", "note")


def write_file(path: Path, rows: int) -> None:
    """Ten columns of the usual types."""
    draw = random.Random(1)  # noqa: S311 -- a bench, not a secret
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(
                (
                    number,
                    draw.randrange(10**9),
                    draw.choice(CITIES),
                    f"{draw.lognormvariate(3, 1):.2f}",
                    draw.randrange(1, 20),
                    draw.choice(("true", "false")),
                    date(2026, 1, 1) + timedelta(days=number % 700),
                    (datetime(2026, 1, 1) + timedelta(seconds=number)).isoformat(),  # noqa: DTZ001
                    f"N{draw.randrange(10_000, 99_999)}",
                    f"note {draw.random():.12f}",
                )
            )


def infer(path: Path) -> None:
    """What ``pipegen init`` does with the file."""
    profile_file(open_data_file(path, CsvOptions()), on_progress=lambda _rows, _ratio: None)  # type: ignore[arg-type]


def summarize(path: Path) -> None:
    """DuckDB alone: sniffs, reads, and sums up every column."""
    duckdb.connect(config={"memory_limit": "200MB"}).execute(f"SUMMARIZE FROM read_csv('{path}')").fetchall()


def encode(path: Path) -> None:
    """What a run does with the rows before it sends them."""
    kinds = ("int", "int", "string", "double", "int", "boolean", "date", "timestamp-millis", "string", "string")
    logical = {"date": {"type": "int", "logicalType": "date"}, kinds[7]: {"type": "long", "logicalType": kinds[7]}}
    fields = [{"name": name, "type": logical.get(kind, kind)} for name, kind in zip(HEADER, kinds, strict=True)]
    file = open_data_file(path, CsvOptions())
    encoder = RowEncoder(file, {"type": "record", "name": "Row", "fields": fields}, key_field="id")
    for _ in encoder.encoded():
        pass


def measured(work: Callable[[Path], None], path: Path) -> tuple[float, int]:
    """CPU seconds and peak MB of a process that does one thing."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (work, path))


def _measure(work: Callable[[Path], None], path: Path) -> tuple[float, int]:
    started_s = time.process_time()
    work(path)
    return time.process_time() - started_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """Infer, DuckDB alone, encode."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        write_file(path, rows)
        figures = {work.__name__: measured(work, path) for work in (infer, summarize, encode)}
    print(f"{rows} rows × {len(HEADER)} columns")
    for name, (cpu_s, peak_mb) in figures.items():
        print(f"{name:<10} {cpu_s:6.2f} s CPU  {peak_mb:5} MB")
    print(f"infer / summarize: {figures['infer'][0] / figures['summarize'][0]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
