"""The small pure rules of observing: pace, rates between changes, schema resolution, limits, pipelines as text."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import parse

from pipegen.config import load_settings, secret_values
from pipegen.errors import SettingsError
from pipegen.observe.collector import Collector, next_interval_s
from pipegen.observe.counter import ChangeRate
from pipegen.observe.resolution import unreadable
from pipegen.observe.system import overloads
from pipegen.run.standalone.target import WatchedPipeline, parse_pipeline

S = 1_000_000_000


def test_a_dear_call_stretches_the_interval_and_a_cheap_one_brings_it_back() -> None:
    assert next_interval_s(planned_s=1, call_s=0.01, failed=False, before_s=1) == 1
    assert next_interval_s(planned_s=1, call_s=1.5, failed=False, before_s=1) == 6
    assert next_interval_s(planned_s=1, call_s=90, failed=False, before_s=1) == 10
    assert next_interval_s(planned_s=1, call_s=0.01, failed=False, before_s=6) == 1


def test_failures_back_off_to_five_seconds_at_most() -> None:
    waits, before_s = [], 1.0
    for _ in range(5):
        before_s = next_interval_s(planned_s=1, call_s=0.1, failed=True, before_s=before_s)
        waits.append(before_s)
    assert waits == [2, 4, 5, 5, 5]


class Asked(Collector[int]):
    """Counts how often it is asked."""

    name = "asked"

    async def measure(self) -> int:
        return self.reading.attempts


def test_a_sign_of_trouble_makes_a_collector_ask_before_its_interval_is_over() -> None:
    async def attempts() -> int:
        collector = Asked(interval_s=3600)
        task = asyncio.create_task(collector.run())
        while collector.reading.attempts < 1:  # noqa: ASYNC110 -- what is waited for is the collector
            await asyncio.sleep(0.01)
        # As librdkafka does it: from another thread, and more than once.
        for _ in range(3):
            await asyncio.to_thread(collector.wake)
        deadline_s = time.monotonic() + 20
        while collector.reading.attempts < 2:
            assert time.monotonic() < deadline_s
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return collector.reading.attempts

    assert asyncio.run(attempts()) == 2


def test_a_rate_is_taken_between_changes_and_is_zero_only_after_a_long_silence() -> None:
    counter = ChangeRate()
    assert counter.update(100, 0, 3 * S) is None
    assert counter.update(100, 1 * S, 3 * S) is None
    assert counter.update(500, 2 * S, 3 * S) == 200
    assert counter.update(500, 4 * S, 3 * S) == 200
    assert counter.update(500, 6 * S, 3 * S) == 0
    assert counter.update(10, 7 * S, 3 * S) is None


def test_past_ninety_percent_of_a_core_or_of_the_memory_the_figures_are_said_to_lie() -> None:
    assert overloads(own=0.9, memory=0.9) == []
    assert [key for key, _ in overloads(own=0.91, memory=0.95)] == ["own_cpu", "machine_memory"]


def record(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "R", "fields": list(fields), **more}


ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
NODE = record({"name": "next", "type": ["null", "R"]}, {"name": "v", "type": "int"})
PAIRS: list[tuple[Any, Any]] = [
    ("int", "long"),
    ("long", "int"),
    ("string", "bytes"),
    (["null", "int"], "int"),
    ("int", ["null", "long"]),
    (["int", "string"], ["string", "double"]),
    ({"type": "array", "items": "int"}, {"type": "array", "items": "double"}),
    ({"type": "map", "values": "string"}, {"type": "map", "values": "int"}),
    (ENUM, {**ENUM, "symbols": ["A"]}),
    (ENUM, {**ENUM, "symbols": ["A"], "default": "A"}),
    (ENUM, {**ENUM, "symbols": ["A", "B", "C"]}),
    ({"type": "fixed", "name": "F", "size": 4}, {"type": "fixed", "name": "F", "size": 8}),
    (record({"name": "a", "type": "int"}), record()),
    (record(), record({"name": "a", "type": "int"})),
    (record(), record({"name": "a", "type": "int", "default": 0})),
    (record({"name": "a", "type": "int"}), record({"name": "b", "type": "int", "aliases": ["a"]})),
    (record({"name": "a", "type": "int"}), record({"name": "a", "type": "string"})),
    (record(namespace="x"), record(namespace="y")),
    (record(), {**record(), "name": "Other"}),
    (record({"name": "e", "type": ENUM}, {"name": "f", "type": "E"}), record({"name": "f", "type": ENUM})),
    (NODE, NODE),
    (NODE, {**NODE, "fields": [NODE["fields"][0], {"name": "v", "type": "string"}]}),
    (record({"name": "t", "type": {"type": "long", "logicalType": "timestamp-millis"}}), record()),
]


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_schema_resolution_says_what_apaches_own_checker_says(writer: Any, reader: Any) -> None:
    theirs = ReaderWriterCompatibilityChecker().get_compatibility(parse(json.dumps(reader)), parse(json.dumps(writer)))
    compatible = theirs.compatibility is SchemaCompatibilityType.compatible
    assert (unreadable(json.dumps(writer), json.dumps(reader)) is None) == compatible


def test_a_pipeline_is_read_from_text_and_its_job_may_hold_colons() -> None:
    assert parse_pipeline("orders=in:out:insert-into: x") == WatchedPipeline("orders", "in", "out", "insert-into: x")
    assert parse_pipeline("orders=in") == WatchedPipeline("orders", "in")
    assert parse_pipeline("orders=::job") == WatchedPipeline("orders", None, None, "job")
    for wrong in ("orders", "=in:out", "orders=", "orders=::"):
        with pytest.raises(SettingsError, match="expected NAME=input:output:job"):
            parse_pipeline(wrong)


def test_secrets_from_the_environment_never_show_in_settings_or_errors() -> None:
    environ = {
        "PIPEGEN_KAFKA_SECURITY_PASSWORD": "hunter2-of-kafka",
        "PIPEGEN_FLINK_SECURITY_BEARER_TOKEN": "t0ken-of-flink",
    }
    resolved = load_settings(project_dir=None, flags={}, environ=environ)
    shown = repr(resolved.settings) + "".join(value for _, value, _ in resolved.rows())
    assert set(secret_values(resolved.settings)) == set(environ.values())
    assert not any(secret in shown for secret in environ.values())
    with pytest.raises(SettingsError) as refused:
        load_settings(project_dir=None, flags={"kafka.security.password": ["hunter2-of-kafka"]}, environ={})
    assert "hunter2" not in str(refused.value)
