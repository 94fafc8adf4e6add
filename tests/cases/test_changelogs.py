"""Changelogs in and out on the real stack: the tables that PipeGen counts are those that an independent reader has."""

from __future__ import annotations

import io
import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import fastavro
import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from pipegen.errors import EXIT_INVALID
from pipegen.stack import Endpoints
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, Finished

pytestmark = pytest.mark.stack
SCRIPTS = Path(__file__).parent / "scripts"
LOAD = ("--duration=4s", "--message-rate=150", "--pipeline-timeout=60s", "--no-cleanup")


def run(name: str, folder: Path, start_run: StartRun, settings: str = "", *more: str) -> Finished:
    """A run of a script that came to a good end, with every topic kept."""
    (folder / ".pipegen.yaml").write_text(settings)
    done = start_run(folder, f"--sql={SCRIPTS / name}", *LOAD, *more, env=LENIENT).finish()
    # What is sent and kept is the same on a machine that is too busy for a verdict.
    assert done.exit_code in {0, EXIT_INVALID}, done.out + done.err
    return done


def outputs_of(done: Finished) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in done.summary["snapshot"]["outputs"]}


def records(endpoints: Endpoints, topic: str) -> Iterator[Message]:
    """Every record of a topic, in the order of each partition."""
    consumer = Consumer({"bootstrap.servers": endpoints.bootstrap_servers, "group.id": "changelogs-independent"})
    for number in consumer.list_topics(topic, timeout=10).topics[topic].partitions:
        partition = TopicPartition(topic, number, 0)
        _, end = consumer.get_watermark_offsets(partition, timeout=10)
        consumer.assign([partition])
        while end and (message := consumer.poll(10)) is not None:
            yield message
            if message.offset() + 1 >= end:
                break
    consumer.close()


def timed(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its time as a time: Flink leaves out zeros at its end."""
    return {**row, "changed": datetime.fromisoformat(row["changed"])}


class Avro:
    """Reads framed Avro by the schemas of the registry."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._url = endpoints.schema_registry_url
        self._schemas: dict[int, Any] = {}

    def __call__(self, value: bytes) -> Any:
        schema_id = int.from_bytes(value[1:5])
        if schema_id not in self._schemas:
            with urllib.request.urlopen(f"{self._url}/schemas/ids/{schema_id}") as answer:  # noqa: S310
                self._schemas[schema_id] = fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
        return fastavro.schemaless_reader(io.BytesIO(value[5:]), self._schemas[schema_id], None)


def test_an_upsert_output_is_the_table_that_an_independent_reader_has(
    tmp_path: Path, start_run: StartRun, endpoints: Endpoints
) -> None:
    thresholds = ("--threshold=outputs.totals.table.out_of_order==0", "--threshold=outputs.totals.table.missing==0")
    hints = "inputs:\n  orders:\n    hints: {customer_id: {min: 1, max: 40}, amount: {min: 1, max: 9}}\n"
    outputs = outputs_of(run("upsert_totals.sql", tmp_path, start_run, hints, *thresholds))
    read = Avro(endpoints)
    rows: dict[bytes, Any] = {}
    written = 0
    for message in records(endpoints, outputs["totals"]["topic"]):
        rows[message.key() or b""] = read(message.value() or b"")
        written += 1
    table = outputs["totals"]["table"]
    assert (table["rows"], table["keys"], table["inserts_total"]) == (len(rows), len(rows), len(rows))
    assert (table["updates_total"], table["deletes_total"]) == (written - len(rows), 0)
    assert sum(each["orders"] for each in rows.values()) == 600
    assert table["updates_per_key"] == round((written - len(rows)) / len(rows), 3)
    assert (table["out_of_order"], table["returned_total"], table["key"]) == (0, 0, ["customer_id"])
    assert "table.exec.mini-batch.enabled" in table["advice"]

    kept: dict[str, Any] = {}
    counts: Counter[str] = Counter()
    for message in records(endpoints, outputs["changes"]["topic"]):
        change = json.loads(message.value() or b"")
        counts[change["op"]] += 1
        row = change["after"] or change["before"]
        kept[row["customer_id"]] = change["after"]
    changes = outputs["changes"]["table"]
    assert {row["customer_id"]: row for row in rows.values()} == kept
    assert (changes["rows"], changes["keys"]) == (len(kept), len(kept))
    assert (changes["inserts_total"], changes["updates_total"]) == (len(kept), counts["d"])
    assert counts["c"] == len(kept) + counts["d"]


def test_rows_that_are_taken_back_are_those_of_a_table_without_a_key(
    tmp_path: Path, start_run: StartRun, endpoints: Endpoints
) -> None:
    hints = "inputs:\n  orders:\n    hints: {customer_id: {min: 1, max: 40}, amount: {min: 1, max: 9}}\n"
    best = outputs_of(run("retracting_top.sql", tmp_path, start_run, hints, "--threshold=outputs.best.table.rows==3"))[
        "best"
    ]
    rows: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for message in records(endpoints, best["topic"]):
        change = json.loads(message.value() or b"")
        counts[change["op"]] += 1
        row = change["before"] if change["op"] == "d" else change["after"]
        rows[json.dumps(row)] += -1 if change["op"] == "d" else 1
    assert sorted(rows.values())[-3:] == [1, 1, 1]
    table = best["table"]
    assert (table["rows"], table["missing"], table["key"]) == (3, 0, [])
    assert (table["inserts_total"], table["deletes_total"]) == (counts["c"], counts["d"])
    assert table["keys"] == len(rows)
    assert table["updates_total"] is None


def test_a_database_that_creates_updates_and_deletes_is_the_table_that_flink_keeps(
    tmp_path: Path, start_run: StartRun, endpoints: Endpoints
) -> None:
    settings = "inputs:\n  orders:\n    changes: {create: 30%, update: 50%, delete: 20%}\n"
    done = run("debezium_orders.sql", tmp_path, start_run, settings, "--threshold=outputs.kept.table.missing==0")
    snapshot = done.summary["snapshot"]
    sent: dict[int, Any] = {}
    operations: Counter[str] = Counter()
    for message in records(endpoints, snapshot["inputs"][0]["topic"]):
        change = json.loads(message.value() or b"")
        key = json.loads(message.key() or b"")["id"]
        assert change["before"] == sent.get(key)
        operations[change["op"]] += 1
        if change["after"] is None:
            del sent[key]
        else:
            sent[key] = change["after"]
    assert sum(operations.values()) == 600
    assert operations["c"] > operations["d"] > 50
    kept: dict[bytes, Any] = {}
    tombstones = 0
    for message in records(endpoints, snapshot["outputs"][0]["topic"]):
        value = message.value()
        tombstones += value is None
        if value is None:
            del kept[message.key() or b""]
        else:
            kept[message.key() or b""] = json.loads(value)
    assert {row["id"]: timed(row) for row in kept.values()} == {key: timed(row) for key, row in sent.items()}
    table = snapshot["outputs"][0]["table"]
    assert (table["rows"], table["tombstones_total"], table["deletes_total"]) == (len(sent), tombstones, tombstones)
    assert (table["inserts_total"], table["updates_total"]) == (operations["c"], operations["u"])
    assert tombstones == operations["d"]


def rows_of(form: str, read: Avro, messages: Iterator[Message]) -> dict[int, Any]:
    """The table that the records of an input stand for, read without PipeGen."""
    rows: dict[int, Any] = {}
    for message in messages:
        key, value = json.loads(message.key() or b"")["id"], message.value()
        if form == "plain":
            told, gone = (None, True) if value is None else (json.loads(value), False)
        elif form == "avro":
            change = read(value or b"")
            told, gone = change["after"], change["op"] == "d"
        else:
            change = json.loads(value or b"")
            if form == "wrapped":
                told, gone = change["payload"]["after"], change["payload"]["op"] == "d"
            elif form == "ogg":
                told, gone = change["after"], change["op_type"] == "D"
            elif form == "canal":
                told, gone = change["data"][0], change["type"] == "DELETE"
            else:
                told, gone = change["data"], change["type"] == "delete"
        if gone:
            del rows[key]
        else:
            rows[key] = told
    return rows


def test_flink_reads_each_format_as_the_table_that_was_meant(
    tmp_path: Path, start_run: StartRun, endpoints: Endpoints
) -> None:
    names = ("ogg", "canal", "maxwell", "avro", "plain", "wrapped")
    one = "{changes: {create: 30%, update: 40%, delete: 30%}, hints: {note: {one_of: [a, b, c], 'null': 0.2}}}"
    settings = "inputs:\n" + "".join(f"  {name}: {one}\n" for name in names)
    snapshot = run("changelog_formats.sql", tmp_path, start_run, settings, "--message-rate=400").summary["snapshot"]
    read = Avro(endpoints)
    outputs = {each["name"]: each for each in snapshot["outputs"]}
    assert [each["name"] for each in snapshot["inputs"]] == list(names)
    for each in snapshot["inputs"]:
        meant: dict[str, tuple[int, int]] = {}
        for row in rows_of(each["name"], read, records(endpoints, each["topic"])).values():
            count, amount = meant.get(row["note"] or "-", (0, 0))
            meant[row["note"] or "-"] = (count + 1, amount + row["amount"])
        output = outputs[f"sums_of_{each['name']}"]
        kept: dict[bytes, Any] = {}
        for message in records(endpoints, output["topic"]):
            value = message.value()
            kept[message.key() or b""] = None if value is None else json.loads(value)
        rows = [row for row in kept.values() if row is not None]
        assert {row["note"]: (row["n"], row["amount"]) for row in rows} == meant, each["name"]
        assert meant
        assert (output["table"]["rows"], output["table"]["missing"]) == (len(rows), 0)


def test_in_a_temporal_join_each_order_has_the_rate_that_the_database_held_then(
    tmp_path: Path, start_run: StartRun, endpoints: Endpoints
) -> None:
    rates = "{rate: 50, changes: {create: 20%, update: 60%, delete: 20%}, hints: {currency: {pool: 50}}}"
    done = run("temporal_changes.sql", tmp_path, start_run, f"inputs:\n  rates: {rates}\n")
    snapshot = done.summary["snapshot"]
    topics = {each["name"]: each["topic"] for each in (*snapshot["inputs"], *snapshot["outputs"])}
    loaded = next(each for each in snapshot["inputs"] if each["name"] == "rates")["loaded_total"]
    changes = [json.loads(message.value() or b"") for message in records(endpoints, topics["rates"])]
    assert loaded == 50
    assert Counter(change["op"] for change in changes)["r"] == loaded
    versions: dict[int, list[tuple[int, int | None]]] = {}
    for change in changes:
        row = change["after"] or change["before"]
        held = None if change["after"] is None else row["rate"]
        versions.setdefault(row["currency"], []).append((change["source"]["ts_ms"], held))
    expected: dict[str, tuple[int, int]] = {}
    for message in records(endpoints, topics["orders"]):
        order = json.loads(message.value() or b"")
        held = [rate for at_ms, rate in versions.get(order["currency"], ()) if at_ms <= message.timestamp()[1]]
        if held and held[-1] is not None:
            expected[order["order_id"]] = (order["currency"], held[-1])
    came = [json.loads(message.value() or b"") for message in records(endpoints, topics["converted"])]
    # The last orders may wait for a watermark that does not come any more.
    assert len(came) > 0.8 * len(expected)
    wrong = [row for row in came if expected.get(row["order_id"]) != (row["currency"], row["rate"])]
    assert wrong == []


def test_tombstones_into_topics_that_are_not_compacted_are_named_before_the_load(
    tmp_path: Path, start_run: StartRun, endpoints: Endpoints, independent: Independent
) -> None:
    independent.make_topics("compaction-in", "compaction-out")
    settings = "inputs:\n  rows_in:\n    changes: {create: 30%, update: 40%, delete: 30%}\n"
    done = run("compaction.sql", tmp_path, start_run, settings, "--use-topics-as-written")
    warnings = [each["message"] for each in done.summary["snapshot"]["errors"] if each["severity"] == "warning"]
    assert sum("is not compacted (cleanup.policy=delete)" in each for each in warnings) == 2
    (output,) = done.summary["snapshot"]["outputs"]
    assert (output["lost"], output["shape_reason"]) == (
        None,
        "a deleted row of rows_in comes out as the record before it",
    )
    rows: dict[bytes, bytes] = {}
    for message in records(endpoints, "compaction-in"):
        rows.pop(message.key() or b"", None)
        if (value := message.value()) is not None:
            rows[message.key() or b""] = value
    table = output["table"]
    assert (table["rows"], table["out_of_order"]) == (len(rows), None)
    assert table["tombstones_total"] == table["deletes_total"] > 100
