"""Which records are captured, in which order, and what a file of them gives back."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import pytest

from pipegen.avro import ContainerWriter, frame
from pipegen.capture.collected import Collected
from pipegen.capture.mask import FieldMask, Mask
from pipegen.capture.values import TopicValues, WriterSchema, joined
from pipegen.capture.wanted import Wanted, newest_part, part_before, read_offsets
from pipegen.datafile import (
    TOPICS_KEY,
    CaptureEncoder,
    CaptureFile,
    CsvOptions,
    KafkaRecord,
    capture_schema,
    captured_binary,
    fill_spool,
    open_data_file,
)
from pipegen.errors import ProjectError, SettingsError
from pipegen.hotpath import Meters
from pipegen.run.feed.rows import RowSource
from pipegen.services.kafka_range import PartitionRange
from tests.unit.data_files import go_on
from tests.unit.test_feed_rows import permits

SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Order",
    "fields": [{"name": "id", "type": "long"}, {"name": "email", "type": "string"}],
}
NEWER: dict[str, Any] = {**SCHEMA, "fields": [*SCHEMA["fields"], {"name": "more", "type": "string", "default": "-"}]}


def record(offset: int = 0, **other: Any) -> KafkaRecord:
    told: dict[str, Any] = {
        "topic": "orders",
        "partition": 0,
        "timestamp_ms": 1_000 + offset,
        "key": b"k",
        "value": b"v",
        "headers": (),
    }
    return KafkaRecord(offset=offset, **(told | other))


def binary(schema: dict[str, Any], value: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(json.loads(json.dumps(schema))), value)
    return out.getvalue()


def write_capture(path: Path, *records: KafkaRecord, schema: dict[str, Any] | None = None) -> Path:
    topics = {topic: {"branch": 1, "schema": schema} for topic in dict.fromkeys(each.topic for each in records)}
    with path.open("wb") as out:
        writer = ContainerWriter(out, capture_schema([schema or "bytes"]), {TOPICS_KEY: json.dumps(topics)})
        writer.write(captured_binary(each, branch=None if schema is None else 1) for each in records)
    return path


@pytest.mark.parametrize(
    ("text", "range_"), [("100..200", (100, 200)), ("0..", (0, None)), ("..7", (None, 7)), (" 1..2 ", (1, 2))]
)
def test_offsets_are_read_with_either_end_open(text: str, range_: tuple[int | None, int | None]) -> None:
    assert read_offsets(text) == range_


@pytest.mark.parametrize("text", ["..", "", "100", "200..100", "5..5", "..0", "-1..5", "a..b", "1...5"])
def test_what_is_no_range_of_offsets_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"--offsets: "):
        read_offsets(text)


def test_wanted_offsets_are_those_that_a_partition_has() -> None:
    whole = [PartitionRange("t", 0, 50, 150), PartitionRange("t", 1, 0, 90)]
    assert [(each.start, each.end) for each in Wanted(start=100, end=200).within(whole)] == [(100, 150), (100, 90)]
    assert Wanted(count=5).within(whole) == whole


def test_the_newest_are_looked_for_ever_further_back() -> None:
    whole = PartitionRange("t", 0, 50, 1_000)
    part = newest_part(whole, 100)
    assert (part.start, part.end) == (900, 1_000)
    part = part_before(whole, part)
    assert (part.start, part.end) == (700, 900)
    part = part_before(whole, part)
    assert (part.start, part.end) == (300, 700)
    assert part_before(whole, part).start == 50


@pytest.fixture
def collected() -> Iterator[Collected]:
    made = Collected(("orders", "payments"))
    yield made
    made.close()


def test_records_of_several_topics_come_in_the_order_of_their_times(collected: Collected) -> None:
    for offset, time in enumerate([10, 30, 50]):
        collected.add(record(offset, topic="payments", timestamp_ms=time))
    for offset, time in enumerate([20, 30, 40]):
        collected.add(record(offset, timestamp_ms=time))
    order = [(each.topic, each.timestamp_ms) for each in collected.in_order()]
    assert order == [
        ("payments", 10),
        ("orders", 20),
        ("orders", 30),
        ("payments", 30),
        ("orders", 40),
        ("payments", 50),
    ]
    assert [each.timestamp_ms for each in collected.in_order(2)] == [40, 50]


def test_a_late_record_stays_behind_the_one_that_it_was_written_after(collected: Collected) -> None:
    for offset, time in enumerate([100, None, 20, 300]):
        collected.add(record(offset, timestamp_ms=time))
    collected.add(record(0, partition=1, timestamp_ms=150))
    found = list(collected.in_order())
    assert [(each.partition, each.offset) for each in found] == [(0, 0), (0, 1), (0, 2), (1, 0), (0, 3)]
    assert [each.timestamp_ms for each in found] == [100, None, 20, 150, 300], "times are kept as they were"


HEADERS = (("a", b"1"), ("a", b""), ("n", None), ("pipegen", b"of an earlier run"))


def test_raw_records_come_back_as_they_were_and_without_the_header_of_an_earlier_run(tmp_path: Path) -> None:
    records = [record(0, headers=HEADERS), record(1, key=None, value=b""), record(2, key=b"", value=None)]
    file = open_data_file(write_capture(tmp_path / "c.avro", *records), CsvOptions())
    assert isinstance(file, CaptureFile)
    assert list(file.captured()) == records
    spool = fill_spool(CaptureEncoder(file, SCHEMA), prefix=b"never", max_rows=9, on_rows=go_on)
    assert [spool.row(number) for number in range(3)] == [(b"v", b"k", HEADERS[:3]), (b"", None, ()), (None, b"", ())]
    source = RowSource(spool, None)
    sent = [(value, key, headers[1:]) for value, key, _, headers, _ in source.batch(permits(3), Meters())]
    assert sent == [(b"v", b"k", list(HEADERS[:3])), (b"", None, []), (None, b"", [])]
    assert source.record(2, due_ns=0) == (b"v", b"k"), "a probe has a value"
    source.close()


def test_any_avro_reader_reads_the_file(tmp_path: Path) -> None:
    value = {"id": 7, "email": "a@b.de"}
    path = write_capture(tmp_path / "c.avro", record(0, value=binary(SCHEMA, value), headers=HEADERS), schema=SCHEMA)
    with path.open("rb") as file:
        (row,) = list(fastavro.reader(file))
    assert isinstance(row, dict)
    assert (row["topic"], row["partition"], row["offset"], row["value"]) == ("orders", 0, 0, value)


def test_decoded_values_are_sent_with_the_schema_of_the_project(tmp_path: Path) -> None:
    values = [binary(SCHEMA, {"id": number, "email": "a@b.de"}) for number in range(2)]
    records = [record(0, value=values[0]), record(1, value=None), record(2, value=values[1])]
    file = open_data_file(write_capture(tmp_path / "c.avro", *records, schema=SCHEMA), CsvOptions())
    assert isinstance(file, CaptureFile)
    same = [value for value, _, _ in CaptureEncoder(file, SCHEMA).rows(b"p")]
    assert same == [b"p" + values[0], None, b"p" + values[1]]
    fewer = {**SCHEMA, "fields": SCHEMA["fields"][:1]}
    assert [value for value, _, _ in CaptureEncoder(file, fewer).rows(b"")] == [
        binary(fewer, {"id": 0}),
        None,
        binary(fewer, {"id": 1}),
    ]


def test_times_never_go_back(tmp_path: Path) -> None:
    times = [None, 5_000, 4_000, None, 6_000]
    file = CaptureFile(
        write_capture(tmp_path / "c.avro", *(record(n, timestamp_ms=time) for n, time in enumerate(times)))
    )
    assert [each // 1_000 for each in file.times_us(on_rows=go_on)] == [5_000, 5_000, 5_000, 5_000, 6_000]
    none = CaptureFile(write_capture(tmp_path / "n.avro", record(timestamp_ms=None)))
    with pytest.raises(ProjectError, match="no record of orders has a time"):
        none.times_us(on_rows=go_on)


def test_of_several_topics_one_is_named(tmp_path: Path) -> None:
    path = write_capture(tmp_path / "c.avro", record(0), record(0, topic="payments"), record(1))
    with pytest.raises(ProjectError, match="holds records of orders and payments") as refused:
        open_data_file(path, CsvOptions())
    assert "feed.topic" in str(refused.value.remedy)
    with pytest.raises(ProjectError, match="holds no records of the topic refunds"):
        open_data_file(path, CsvOptions(), topic="refunds")
    file = open_data_file(path, CsvOptions(), topic="orders")
    assert file.count(10) == 2


def test_values_of_an_older_schema_are_read_as_the_newest_one_has_them() -> None:
    schemas = {1: WriterSchema(json.dumps(SCHEMA)), 2: WriterSchema(json.dumps(NEWER))}
    values = TopicValues(schemas, decoded=schemas[2], fields=None, key_mask=None)
    old = {"id": 1, "email": "a@b.de"}
    assert values.made(record(value=frame(1, binary(SCHEMA, old)))).value == binary(NEWER, old | {"more": "-"})
    newest = binary(NEWER, old | {"more": "x"})
    assert values.made(record(value=frame(2, newest))).value == newest
    for value in (b"text", frame(3, newest), frame(2, newest[:-1]), frame(2, newest + b"x")):
        with pytest.raises(ProjectError, match="topic orders, partition 0, offset 5: ") as refused:
            values.made(record(5, value=value))
        assert "--raw" in str(refused.value.remedy)


def masking(**schemas: dict[str, Any]) -> TopicValues:
    known = {number: WriterSchema(json.dumps(each)) for number, each in enumerate(schemas.values(), start=1)}
    return TopicValues(known, decoded=None, fields=FieldMask(frozenset({"email"}), Mask("s")), key_mask=None)


@pytest.mark.parametrize("framed", [True, False])
def test_a_key_that_is_a_masked_value_is_masked_alike(framed: bool) -> None:
    value = {"id": 1, "email": "a@b.de"}
    data = frame(1, binary(SCHEMA, value)) if framed else json.dumps(value).encode()
    made = masking(one=SCHEMA).made(record(key=b"a@b.de", value=data, headers=(("email", b"a@b.de"), ("x", b"y"))))
    masked = Mask("s").text("a@b.de").encode()
    assert made.key == masked
    assert made.headers == (("email", masked), ("x", b"y"))
    assert made.value is not None
    assert masked in made.value
    assert b"a@b.de" not in made.value
    assert masking(one=SCHEMA).made(record(key=b'{"email":"a@b.de"}', value=data)).key == b'{"email":"%s"}' % masked
    assert masking(one=SCHEMA).made(record(key=b"other", value=data)).key == b"other"


def test_the_whole_key_is_masked_where_that_is_asked_for_and_values_need_no_fields_then() -> None:
    values = TopicValues({}, decoded=None, fields=None, key_mask=Mask("s"))
    made = values.made(record(key=b"a@b.de", value=b"no fields", headers=(("email", b"a@b.de"),)))
    assert (made.key, made.value, made.headers) == (
        Mask("s").text("a@b.de").encode(),
        b"no fields",
        (("email", b"a@b.de"),),
    )
    assert values.made(record(key=b"\xff\x01")).key == Mask("s").binary(b"\xff\x01")


def test_a_value_without_fields_cannot_be_masked() -> None:
    with pytest.raises(ProjectError, match="offset 0: --mask: the value is neither JSON nor Avro"):
        masking().made(record(value=b"a@b.de,7"))


def test_what_two_topics_define_alike_stands_once_and_a_contradiction_is_refused() -> None:
    money = {"type": "record", "name": "Money", "fields": [{"name": "n", "type": "long"}]}

    def topic(name: str, inner: dict[str, Any]) -> WriterSchema:
        return WriterSchema(
            json.dumps(
                {
                    "type": "record",
                    "name": name,
                    "fields": [{"name": "m", "type": inner}, {"name": "o", "type": "Money"}],
                }
            )
        )

    text = capture_schema(joined({"a": topic("A", money), "b": topic("B", money)}))
    assert text.count('"name": "Money"') == 1
    fastavro.parse_schema(json.loads(text))
    other = {**money, "fields": [{"name": "n", "type": "string"}]}
    with pytest.raises(ProjectError, match="topic b: its schema defines Money otherwise"):
        joined({"a": topic("A", money), "b": topic("B", other)})
