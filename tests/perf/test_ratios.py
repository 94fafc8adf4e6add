"""How the generator compares with what a user would pick instead: both in one run, in CPU time of one thread."""

from __future__ import annotations

import importlib.util
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
import pytest

from pipegen.hotpath import Meters, RecordPlan

BENCH = Path(__file__).parents[2] / "benches" / "generate_records.py"
RECORDS = 5_000
ROUNDS = 5

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def bench() -> Any:
    """The bench's own parts: its schema, and how it makes permits."""
    spec = importlib.util.spec_from_file_location("generate_records", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def best_cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds of the best round."""
    times = []
    for _ in range(ROUNDS):
        started_s = time.thread_time()
        work()
        times.append(time.thread_time() - started_s)
    return min(times)


def test_generating_and_encoding_is_ten_times_as_fast_as_fastavro_encoding_the_same_values(bench: Any) -> None:
    plan = RecordPlan(json.dumps(bench.SCHEMA), seed=1)
    due_ns = 1_780_000_000_000_000_000
    encoded = [value for value, _key in plan.records(first_event=0, count=RECORDS, due_ns=due_ns)]
    schema = fastavro.parse_schema(bench.SCHEMA)
    values = [fastavro.schemaless_reader(io.BytesIO(value), schema, None) for value in encoded]
    permits = bench.permits_for(RECORDS)
    ours_s = best_cpu_s(lambda: plan.batch(permits, Meters()))
    theirs_s = best_cpu_s(lambda: bench.encode_all(schema, values))
    assert bench.encode_all(schema, values) == encoded
    assert theirs_s / ours_s >= 10
