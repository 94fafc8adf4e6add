"""Data quality's cost: structural checks alone, with statistics of each field, and one rule's evaluation, on one core.

Checks the values that a run would have read, ten thousand at a time as the read loop does, and prints records a second
of the thread's own CPU time. Needs no service. Reproduce with: python benches/bench_quality.py [RECORDS]
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable

from pipegen.avro import decoder_of
from pipegen.hotpath import FieldProfile, RecordPlan
from pipegen.quality import Rule
from pipegen.quality.expression import compile_expression
from pipegen.quality.record_values import rule_values
from pipegen.quality.tally import RuleBook
from pipegen.run.read.checking import ValueChecker
from unpaced import PREFIX, SCHEMA

BATCH = 10_000
DUE_NS = 1_780_000_000_000_000_000
EXPRESSION = "size(order_id) == 16 && status in ['created', 'shipped', 'settled']"


def values_of(records: int) -> list[bytes]:
    """Values as they stand in a topic."""
    plan = RecordPlan(SCHEMA, value_prefix=PREFIX, seed=7)
    return [value for value, _ in plan.records(first_event=0, count=records, due_ns=DUE_NS, due_step_ns=1_000)]


def cpu_s(work: Callable[[list[bytes]], object], values: list[bytes]) -> float:
    """CPU seconds of the thread for all values, a batch at a time."""
    started_s = time.thread_time()
    for start in range(0, len(values), BATCH):
        work(values[start : start + BATCH])
    return time.thread_time() - started_s


def checked(profile: FieldProfile | None, values: list[bytes]) -> float:
    """CPU seconds of checking; asserts that everything was valid."""
    known = int.from_bytes(PREFIX[1:], "big")
    checker = ValueChecker(lambda schema_id: SCHEMA if schema_id == known else None, profile=profile)
    valid = 0

    def check(batch: list[bytes]) -> None:
        nonlocal valid
        valid += checker.check(batch).valid

    spent_s = cpu_s(check, values)
    assert valid == len(values)
    return spent_s


def main() -> int:
    """Each once, after a warm-up."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    values = values_of(records)
    checked(FieldProfile(), values[:BATCH])
    plain_s = min(checked(None, values) for _ in range(3))
    profile = FieldProfile()
    profiled_s = min(checked(profile, values) for _ in range(3))
    fields = profile.fields()
    assert all(field.present == 3 * records for field in fields)

    book = RuleBook([Rule("rule", compile_expression(EXPRESSION), "output", 0.0, "project")])
    decode = decoder_of(SCHEMA)
    sample = values[: min(records, 20_000)]
    ruled_s = cpu_s(lambda batch: [book.judge("output", rule_values(decode(value))) for value in batch], sample)
    assert book.views()[0].errors_total == 0, book.views()[0].last_error

    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{records} records of {len(fields)} fields, {sum(map(len, values)) / records:.0f} bytes each, all valid")
    print(f"{records / plain_s:>10,.0f} records/s of CPU time: framing, schema, Avro binary")
    print(f"{records / profiled_s:>10,.0f} records/s of CPU time: the same with presence, range and distinct values")
    print(f"{(profiled_s - plain_s) / records * 1e9:>10,.0f} ns a record for the statistics of {len(fields)} fields")
    print(f"{len(sample) / ruled_s:>10,.0f} records/s of CPU time: decoded for rules, one rule evaluated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
