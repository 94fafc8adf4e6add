"""Whatever stands in a file, reading it ends in what it says or in one sentence: 500 damaged files for each reader."""

from __future__ import annotations

import asyncio
import bz2
import gzip
import itertools
import json
import shutil
import traceback
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cramjam
import pytest

from pipegen.avro import ContainerWriter, decode_value, load_schema, long_bytes
from pipegen.bus import EventBus
from pipegen.config import load_settings
from pipegen.dashboard import LogoError, load_logo
from pipegen.datafile import AvroFile, CaptureFile, CsvOptions, KafkaRecord, encoder_of, open_data_file, profile_file
from pipegen.errors import ProjectError, SettingsError
from pipegen.gates import parse_threshold
from pipegen.outputs.compare import run_of_recording
from pipegen.outputs.report import as_csv, as_json, as_markdown, data_of_recording
from pipegen.project.plan.splitter import split_script
from pipegen.quality.expression import ExpressionError, compile_expression
from pipegen.replay import Recording, open_recording, play
from pipegen.run.planning import plan_run
from pipegen.traffic import parse_pattern
from pipegen.units import NS_PER_S
from tests.unit.data_files import write_avro, write_csv, write_ndjson, write_parquet
from tests.unit.mutations import bounded, mutations, refused
from tests.unit.project_folder import write_orders
from tests.unit.test_capture import write_capture
from tests.unit.test_recording import record

MUTATIONS = 500
_turns = itertools.count()


def survives(content: bytes, read: Callable[[bytes], object], *, seed: int, count: int = MUTATIONS) -> int:
    """Reads damaged content again and again; returns how often it could be read all the same."""
    fine = 0
    other: dict[str, str] = {}
    with bounded():
        for number, damaged in enumerate(mutations(content, count, seed=seed)):
            try:
                read(damaged)
                fine += 1
            except Exception as error:  # noqa: BLE001 -- whatever it is, only a sentence is right
                if not refused(error):
                    kind = f"{type(error).__name__} in {traceback.extract_tb(error.__traceback__)[-1]}"
                    other.setdefault(kind, f"mutation {number} of seed {seed}: {str(error)[:300]}")
    assert not other, "\n".join(f"{kind}: {what}" for kind, what in other.items())
    return fine


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded") / "run"
    assert record(folder, 3) == []
    return folder


def copy_with(recorded: Path, folder: Path, name: str) -> Callable[[bytes], Path]:
    """Puts damaged content into a copy of a recording."""
    copy = folder / "copy"
    shutil.copytree(recorded, copy)

    def put(damaged: bytes) -> Path:
        (copy / name).write_bytes(damaged)
        return copy

    return put


def everything_of(folder: Path) -> None:
    """What replay, report and compare read of a recording; of those, every fifth time the last two."""
    recording = open_recording(folder)
    asyncio.run(played(recording))
    if next(_turns) % 5 == 0:
        data = data_of_recording(recording)
        for form in (as_json, as_csv, as_markdown):
            form(data)
        run_of_recording("a", recording)


async def played(recording: Recording) -> None:
    bus = EventBus()
    await play(recording, bus, speed=1e15)
    bus.close()


@pytest.mark.parametrize("name", ["manifest.json", "summary.json", "end_to_end.hlog", "recording.jsonl.gz"])
def test_files_of_a_recording(recorded: Path, tmp_path: Path, name: str) -> None:
    put = copy_with(recorded, tmp_path, name)
    count = 100 if name in {"summary.json", "end_to_end.hlog"} else MUTATIONS
    survives((recorded / name).read_bytes(), lambda damaged: everything_of(put(damaged)), seed=1, count=count)


def test_lines_of_a_recording(recorded: Path, tmp_path: Path) -> None:
    put = copy_with(recorded, tmp_path, "recording.jsonl.gz")
    lines = gzip.decompress((recorded / "recording.jsonl.gz").read_bytes())
    read = survives(lines, lambda damaged: everything_of(put(gzip.compress(damaged, 1))), seed=2)
    assert read > MUTATIONS / 2  # one line of many is damaged


SETTINGS = """\
name: orders
message_rate: 250.5
duration: 1m30s
traffic_pattern: "10s-20s:400%,30s-40s:300%"
thresholds: ["error_rate<1%", "end_to_end.p99<250ms"]
producer_config: {acks: all, linger.ms: 5}
pipeline:
  input_schema: schemas/input.avsc
  sql_dir: sql
  partitions: 4
  replication_factor: -1
  hints:
    price: {min: 1, max: 100}
    country: &countries [AT, DE]
    other: {one_of: *countries}
inputs:
  orders: {rate: 5, key: {field: id}}
data_quality:
  rules:
    - {name: positive, expression: "price > 0.0", tolerance: 1%}
faults: {null_fields: [customer]}
dashboard:
  port: 0
  brand_color: "#1890ff"
  logo_url: /logo.png
feed:
  time_column: at
"""


def test_settings(tmp_path: Path) -> None:
    file = tmp_path / ".pipegen.yaml"

    def read(damaged: bytes) -> None:
        file.write_bytes(damaged)
        resolved = load_settings(project_dir=tmp_path, flags={}, environ={})
        list(resolved.rows())

    assert survives(SETTINGS.encode(), read, seed=3) > 50


def test_what_settings_say_in_small_languages(tmp_path: Path) -> None:
    """Traffic, thresholds, rules and all else that a plan is made of."""
    write_orders(tmp_path)
    file = tmp_path / ".pipegen.yaml"
    settings = f"stack: none\n{SETTINGS}".replace("inputs:\n  orders: {rate: 5, key: {field: id}}\n", "")

    def read(damaged: bytes) -> None:
        file.write_bytes(damaged)
        resolved = load_settings(project_dir=tmp_path, flags={"duration": "1m30s"}, environ={})
        plan_run(tmp_path, resolved, command=("pipegen", "run"), on_rows=lambda _rows: True)

    survives(settings.encode(), read, seed=4, count=100)


def test_traffic_patterns() -> None:
    survives(
        b"10s-20s:400%,30s-40s:300%,50s-1m:50/s..200/s",
        lambda text: parse_pattern(text.decode(errors="replace"), base_rate_per_s=50, duration_ns=100 * NS_PER_S),
        seed=5,
    )


def test_thresholds() -> None:
    survives(b"end_to_end.p99<250ms [30s:1m]", lambda text: parse_threshold(text.decode(errors="replace"), "x"), seed=6)


SCHEMA = {
    "type": "record",
    "name": "Order",
    "namespace": "com.example",
    "fields": [
        {"name": "id", "type": "long", "pipegen": {"kind": "sequence"}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "PAID"], "default": "NEW"}},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "tags", "type": {"type": "array", "items": "string"}, "default": []},
        {
            "name": "inner",
            "type": ["null", {"type": "record", "name": "Inner", "fields": [{"name": "a", "type": "int"}]}],
        },
        {"name": "again", "type": ["null", "Inner"], "default": None, "doc": "// no comment"},
    ],
}


def test_schemas(tmp_path: Path) -> None:
    file = tmp_path / "input.avsc"

    def read(damaged: bytes) -> None:
        file.write_bytes(damaged)
        load_schema(file)

    assert survives(json.dumps(SCHEMA, indent=1).encode(), read, seed=7) > 20


def test_rules() -> None:
    def read(damaged: bytes) -> None:
        compile_expression(damaged.decode(errors="replace"))

    def told(damaged: bytes) -> None:
        try:
            read(damaged)
        except ExpressionError as error:
            raise SettingsError(error.reason) from None

    survives(b"price > 0.0 && (country in ['AT', 'DE'] || size(name) < 20)", told, seed=8)


def test_sql_is_split_whatever_it_is(tmp_path: Path) -> None:
    sql = b"CREATE TABLE `a` (id INT) WITH ('x' = 'it''s'); -- c\nBEGIN STATEMENT SET;\nINSERT INTO b SELECT 1; END;"
    survives(sql, lambda damaged: split_script(damaged.decode(errors="replace"), tmp_path), seed=9)


@pytest.mark.parametrize(
    "logo",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(200)),
        b'<?xml version="1.0" encoding="utf-8"?><svg xmlns="http://www.w3.org/2000/svg"><g><path d="M0 0"/></g></svg>',
    ],
)
def test_logos(tmp_path: Path, logo: bytes) -> None:
    def read(damaged: bytes) -> None:
        (tmp_path / "logo").write_bytes(damaged)
        try:
            asyncio.run(load_logo("/logo", tmp_path))
        except LogoError as error:
            raise SettingsError(str(error)) from None

    survives(logo, read, seed=10)


def data_file(tmp_path: Path, ending: str) -> Path:
    path = tmp_path / f"sales.{ending}"
    return {"csv": write_csv, "ndjson": write_ndjson, "avro": write_avro, "parquet": write_parquet}[ending](path, 20)


def look_at(path: Path) -> None:
    """Opens and profiles a data file, or reads its records."""
    file = open_data_file(path, CsvOptions())
    if isinstance(file, AvroFile):
        list(file.records())
    else:
        profile_file(file, on_progress=lambda _rows, _ratio: None)


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
def test_some_data_files(tmp_path: Path, ending: str) -> None:
    path = data_file(tmp_path, ending)

    def read(damaged: bytes) -> None:
        path.write_bytes(damaged)
        look_at(path)

    survives(path.read_bytes(), read, seed=11, count=10)


@pytest.mark.heavy
@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
def test_data_files(tmp_path: Path, ending: str) -> None:
    path = data_file(tmp_path, ending)

    def read(damaged: bytes) -> None:
        path.write_bytes(damaged)
        look_at(path)

    survives(path.read_bytes(), read, seed=12)


def test_avro_data_files(tmp_path: Path) -> None:
    path = data_file(tmp_path, "avro")

    def read(damaged: bytes) -> None:
        path.write_bytes(damaged)
        look_at(path)

    survives(path.read_bytes(), read, seed=13)


def test_captures(tmp_path: Path) -> None:
    value: dict[str, Any] = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]}
    at = [
        KafkaRecord(topic="orders", partition=0, offset=number, timestamp_ms=1_000, key=b"k", value=b"\x02", headers=())
        for number in range(5)
    ]
    path = write_capture(tmp_path / "capture.avro", *at, schema=value)
    schema = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]}

    def read(damaged: bytes) -> None:
        path.write_bytes(damaged)
        file = open_data_file(path, CsvOptions())
        if isinstance(file, CaptureFile):
            list(file.captured())
            list(encoder_of(file, schema, key_field=None).rows(b""))
        elif isinstance(file, AvroFile):
            list(file.records())

    survives(path.read_bytes(), read, seed=14)


LINKED = {"type": "record", "name": "L", "fields": [{"name": "next", "type": ["null", "L"]}]}


def test_values_nested_without_end_do_not_end_the_process(tmp_path: Path) -> None:
    deep = b"\x02" * 200_000 + b"\x00"
    with pytest.raises(ValueError, match="nested too deeply"):
        decode_value(b"\x00\x00\x00\x00\x01" + deep, LINKED)
    assert decode_value(b"\x00\x00\x00\x00\x01\x02\x00", LINKED) == {"next": {"next": None}}
    path = tmp_path / "deep.avro"
    with path.open("wb") as out:
        ContainerWriter(out, json.dumps(LINKED)).write([deep])
    with pytest.raises(ProjectError, match=r"deep\.avro, record 1: .*nested too deeply"):
        list(AvroFile(path).records())


def packed(codec: str) -> bytes:
    """200 MB of nothing."""
    if codec == "deflate":
        deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
        return b"".join(deflate.compress(bytes(1_000_000)) for _ in range(200)) + deflate.flush()
    if codec == "bzip2":
        packer = bz2.BZ2Compressor(1)
        return b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    return bytes(cramjam.zstd.compress(bytes(200_000_000), 1))


@pytest.mark.parametrize("codec", ["deflate", "zstandard", "bzip2"])
def test_a_block_that_unpacks_without_end_is_a_sentence(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "bomb.avro"
    schema = '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "bytes"}]}'
    meta = {"avro.codec": codec, "avro.schema": schema}
    content = packed(codec)
    with path.open("wb") as out:
        out.write(b"Obj\x01" + long_bytes(len(meta)))
        for text in [text.encode() for pair in meta.items() for text in pair]:
            out.write(long_bytes(len(text)) + text)
        out.write(long_bytes(0) + b"s" * 16 + long_bytes(1) + long_bytes(len(content)) + content + b"s" * 16)
    with bounded(), pytest.raises(ProjectError, match="128 MB"):
        list(AvroFile(path).records())
