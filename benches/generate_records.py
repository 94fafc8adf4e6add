"""Generating six-field records in Rust beside fastavro encoding the identical values, on one core, in one run.

Only records that fastavro reads back, and writes again to the same bytes, count. Run it with
``python benches/generate_records.py [RECORDS]``.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import fastavro

from pipegen.hotpath import Meters, Pacer, Permits, RecordPlan, Schedule, SchemaValidator

SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "order_id", "type": "string"},
        {"name": "customer_id", "type": "string"},
        {"name": "amount", "type": "double"},
        {"name": "quantity", "type": "int"},
        {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID", "SHIPPED"]}},
        {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}
ROUNDS = 5


def permits_for(records: int) -> Permits:
    """Leave to send them all at once: a plan whose whole length is in the past."""
    schedule = Schedule([(0, records * 1_000, 1_000_000.0, 1_000_000.0)])
    pacer = Pacer(schedule, min_interval_ns=0)
    pacer.start(1_780_000_000_000_000_000)
    permits = pacer.acquire(max_events=records, timeout_ns=1_000_000_000)
    assert permits is not None
    assert permits.count == records
    return permits


def best_rate_per_s(records: int, work: Callable[[], object]) -> float:
    """The rate of the fastest round: the others waited for somebody else."""
    seconds = []
    for _ in range(ROUNDS):
        started_s = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started_s)
    return records / min(seconds)


def encode_all(schema: Any, values: list[Any]) -> list[bytes]:
    encoded = []
    for value in values:
        stream = io.BytesIO()
        fastavro.schemaless_writer(stream, schema, value)
        encoded.append(stream.getvalue())
    return encoded


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    text = json.dumps(SCHEMA)
    plan, meters, permits = RecordPlan(text, seed=1), Meters(), permits_for(records)
    generate_per_s = best_rate_per_s(records, lambda: plan.batch(permits, meters))

    generated = [value for value, *_rest in plan.batch(permits, meters)]
    schema = fastavro.parse_schema(SCHEMA)
    values = [fastavro.schemaless_reader(io.BytesIO(value or b""), schema, None) for value in generated]
    assert encode_all(schema, values) == generated, "fastavro does not agree"
    fastavro_per_s = best_rate_per_s(records, lambda: encode_all(schema, values))

    validator = SchemaValidator(text)
    validate_per_s = best_rate_per_s(records, lambda: validator.check_batch(generated))
    assert validator.check_batch(generated).valid == records

    print(
        f"records                        {records:>12,}, {sum(map(len, filter(None, generated))) / records:.1f} B each"
    )
    print(f"generate and encode, PipeGen   {generate_per_s:>12,.0f} /s")
    print(f"encode only, fastavro          {fastavro_per_s:>12,.0f} /s")
    print(f"ratio                          {generate_per_s / fastavro_per_s:>12.1f}")
    print(f"validate, PipeGen              {validate_per_s:>12,.0f} /s")


if __name__ == "__main__":
    main()
