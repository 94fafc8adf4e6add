"""The same seed gives the same stream, byte for byte, however it is cut into batches and shared out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.hotpath import Meters, Pacer, RecordPlan, Schedule
from tests.unit.avro_oracles import DUE_NS, fastavro_value, schemas

ORDER = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "order_id", "type": "string"},
        {"name": "customer_id", "type": "long"},
        {"name": "amount", "type": "double"},
        {"name": "coupon", "type": ["null", "string"]},
        {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}
ORDER_JSON = json.dumps(ORDER)
RATE_PER_S = 10_000.0
START_NS = 1_780_000_000_000_000_000


def sent(*, workers: int, max_events: int) -> dict[int, tuple[bytes | None, bytes | None, int]]:
    """What the workers of a 0.1 s run send, by the event's number."""
    schedule = Schedule([(0, 100_000_000, RATE_PER_S, RATE_PER_S)])
    records = {}
    for worker in range(workers):
        plan = RecordPlan(ORDER_JSON, seed=5, key_field="customer_id", value_prefix=b"\x00\x00\x00\x00\x07")
        meters = Meters(worker=worker)
        pacer = Pacer(schedule, shard_index=worker, shard_count=workers)
        pacer.start(START_NS)
        while not pacer.exhausted:
            permits = pacer.acquire(max_events=max_events, timeout_ns=1_000_000_000)
            if permits is None:
                continue
            batch = plan.batch(permits, meters)
            for step, (value, key, timestamp_ms, _headers, _delivery) in enumerate(batch):
                records[permits.first_event + step * permits.stride] = (value, key, timestamp_ms)
    return records


def test_the_stream_is_the_same_for_any_number_of_workers_and_any_batches() -> None:
    alone = sent(workers=1, max_events=1_000)
    assert len(alone) == 1_000
    assert sent(workers=1, max_events=7) == alone
    assert sent(workers=3, max_events=64) == alone


def test_a_sent_record_is_the_looked_at_one_and_carries_its_due_time() -> None:
    value, key, timestamp_ms = sent(workers=1, max_events=100)[123]
    assert value is not None
    plan = RecordPlan(ORDER_JSON, seed=5, key_field="customer_id")
    due_ns = START_NS + Schedule([(0, 100_000_000, RATE_PER_S, RATE_PER_S)]).due_ns(123)
    assert plan.record(123, due_ns=due_ns) == (value[5:], key)
    read = fastavro_value(ORDER, value[5:])
    assert str(read["customer_id"]).encode() == key
    assert round(read["created_at"].timestamp() * 1_000) == timestamp_ms == due_ns // 1_000_000


@given(schema=schemas(), seed=st.integers(0, 2**63 - 1), first_event=st.integers(0, 2**62))
@settings(max_examples=50, deadline=None)
def test_a_run_of_records_is_its_single_records(schema: dict[str, Any], seed: int, first_event: int) -> None:
    plan = RecordPlan(json.dumps(schema), seed=seed)
    run = plan.records(first_event=first_event, count=60, due_ns=DUE_NS)
    again = RecordPlan(json.dumps(schema), seed=seed)
    assert [again.record(first_event + step, due_ns=DUE_NS) for step in reversed(range(60))] == run[::-1]


def test_another_seed_gives_another_stream() -> None:
    streams = {RecordPlan(ORDER_JSON, seed=seed).record(0, due_ns=DUE_NS) for seed in range(100)}
    assert len(streams) == 100


def test_the_stream_of_a_seed_is_the_same_on_every_machine_and_in_every_release() -> None:
    value, _key = RecordPlan(ORDER_JSON, seed=1).record(2, due_ns=DUE_NS)
    read = fastavro_value(ORDER, value)
    assert (read["order_id"], read["customer_id"], read["amount"]) == ("order-00000003", 9938, 10.13)
