"""A file that is none, is damaged, or has no end: one sentence that names it, exit code 2, and nothing waits for it."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipegen.replay.lines import LineWriter
from tests.unit.command_line import CommandLine, pipegen
from tests.unit.data_files import write_csv
from tests.unit.mutations import bounded
from tests.unit.project_folder import change, write_orders
from tests.unit.test_recording import record

__all__ = ["pipegen"]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return write_orders(tmp_path / "orders")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10**12)


def empty_lines(path: Path) -> None:
    path.write_bytes(b"\n" * 134_000_000)


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 100)


ODD: list[Callable[[Path], None]] = [pipe, folder, link_to_itself, device, too_large, noise]


@pytest.mark.parametrize("odd", [*ODD, empty_lines])
def test_settings_that_are_no_file(orders: Path, pipegen: CommandLine, odd: Callable[[Path], None]) -> None:
    (orders / ".pipegen.yaml").unlink()
    odd(orders / ".pipegen.yaml")
    with bounded():
        told = pipegen("validate", "--project-dir", orders)
    assert (told.code, ".pipegen.yaml" in told.text) == (2, True), told.text


@pytest.mark.parametrize("odd", [*ODD, empty_lines])
@pytest.mark.parametrize("name", ["schemas/input.avsc", "sql/01_source.sql"])
def test_schemas_and_sql_that_are_no_file(
    orders: Path, pipegen: CommandLine, odd: Callable[[Path], None], name: str
) -> None:
    (orders / name).unlink()
    odd(orders / name)
    with bounded():
        told = pipegen("validate", "--project-dir", orders)
    assert (told.code, name in told.text) == (2, True), told.text


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("ending", ["csv", "ndjson", "avro", "parquet"])
def test_data_that_is_no_file(
    tmp_path: Path, pipegen: CommandLine, odd: Callable[[Path], None], ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / f"data.{ending}"
    odd(data)
    with bounded():
        told = pipegen("init", "new", f"--input-file={data}")
    assert told.code == 2 or (odd is noise and told.code == 0), told
    assert told.code == 0 or data.name in told.text


DIGITS = "9" * 5_001
YAML = {
    "tag": ("name: !!python/object/apply:os.system ['true']", "not valid YAML"),
    "nested": (f"name: {'[' * 20_000}{']' * 20_000}", "nested too deeply"),
    "digits": (f"dashboard: {{port: {DIGITS}}}", "dashboard.port"),
    "hex": (f"message_rate: 0x{'f' * 5_000}", "digits"),
    "duration": (f"duration: 1{'0' * 400}s", "duration"),
    "long duration": ("duration: 99999999999999999d", "100 years"),
    "long rate": (f"message_rate: '{'9' * 400}'", "message_rate"),
    "infinite": ("message_rate: .inf", "message_rate"),
    "date": ("name: 2026-99-99", "not valid YAML"),
    "laughs": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
        "values",
    ),
    "itself": ("traffic: &a [*a]", "inside its own anchor"),
    "key": (f"{'k' * 5_000}: 1", "not valid YAML"),
    "long key": (f"{'k' * 500}: 1", "a key has to be a short text"),
    "list as key": ("? [a, b]\n: 1", "key"),
    "control": ("name: a\x01b", "not valid YAML"),
    "not UTF-8": ("name: caf\udce9", "not UTF-8"),
    "nul": ('pipeline: {input_schema: "a\\0b"}', "pipeline.input_schema"),
    "long name": (f"pipeline: {{sql_dir: {'d' * 5_000}}}", "pipeline.sql_dir"),
    "long part": (f"feed: {{file: {'d' * 300}}}", "feed.file"),
    "long key file": (f"kafka: {{security: {{ca_file: {'d' * 300}}}}}", "kafka.security.ca_file"),
    "escape": ('name: "a\\e[2Jb"', "name: a name has only characters that can be shown"),
    "replicas": ("pipeline: {replication_factor: [1]}", "pipeline.replication_factor"),
}


@pytest.mark.parametrize("kind", YAML)
@pytest.mark.parametrize("command", [["validate"], ["run", "--show-config"]])
def test_settings_that_say_what_nobody_expects(
    orders: Path, pipegen: CommandLine, kind: str, command: list[str]
) -> None:
    text, says = YAML[kind]
    (orders / ".pipegen.yaml").write_bytes(text.encode(errors="surrogateescape"))
    with bounded():
        told = pipegen(*command, "--project-dir", orders)
    assert told.code == 2, told
    assert re.search(r"\.pipegen\.yaml(:1|:\d+)?:", told.text), told.text
    assert says in told.text, told.text
    assert len(told.text) < 2_000
    assert "\x1b" not in told.text


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PIPEGEN_TRAFFIC", "[" * 100_000), ("PIPEGEN_DURATION", "9" * 5_000 + "s"), ("PIPEGEN_MESSAGE_RATE", "9" * 401)],
)
def test_variables_that_say_what_nobody_expects(
    orders: Path, pipegen: CommandLine, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    told = pipegen("run", "--show-config", "--project-dir", orders)
    assert (told.code, variable in told.text) == (2, True), told


@pytest.mark.parametrize("command", [["validate"], ["run"], ["report"], ["runs"], ["compare", "a", "b"], ["replay"]])
def test_a_project_whose_name_no_system_takes(pipegen: CommandLine, command: list[str]) -> None:
    told = pipegen(*command, "--project-dir", "p" * 5_000)
    assert told.code == 2, told
    assert "ppp…" in told.text


def schema_with(fields: str) -> str:
    return f'{{"type": "record", "name": "R", "fields": [{fields}]}}'


def test_an_enum_of_300000_symbols_is_checked_in_seconds(orders: Path, pipegen: CommandLine) -> None:
    symbols = [f"S{number}" for number in range(300_000)]
    field = json.dumps({"name": "e", "type": {"type": "enum", "name": "E", "symbols": [*symbols, "S0"]}})
    (orders / "schemas/input.avsc").write_text(schema_with(field))
    with bounded(megabytes=600):
        told = pipegen("validate", "--project-dir", orders)
    assert told.code == 2
    assert 'symbols[300000]: the symbol "S0" stands twice' in told.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (schema_with('{"name": "a", "type": ' + '{"type": "array", "items": ' * 5_000), "nested too deeply"),
        (schema_with('{"name": "a", "type": "int", "default": ' + "9" * 5_000 + "}"), "digits"),
        ("{" + ",".join(f'"k{number}": 1' for number in range(100_000)) + ',"k99999": 2}', "stands twice"),
        (schema_with('{"name": "' + "n" * 5_000 + '", "type": "nosuchtype"}'), "nosuchtype"),
        (schema_with('{"name": "a", "type": "' + "t" * 1_000_000 + '"}'), "fields[0].type"),
        (schema_with('{"name": "a\\u0000", "type": "int"}'), "fields[0].name"),
    ],
)
def test_schemas_that_say_what_nobody_expects(orders: Path, pipegen: CommandLine, text: str, says: str) -> None:
    (orders / "schemas/input.avsc").write_text(text)
    with bounded():
        told = pipegen("validate", "--project-dir", orders)
    assert (told.code, says in told.text, "input.avsc" in told.text) == (2, True, True), told.text
    assert len(told.text) < 4_000


def test_a_script_of_many_statements_is_refused_in_seconds(orders: Path, pipegen: CommandLine) -> None:
    (orders / "sql/01_source.sql").write_text("SELECT 1;\n" * 400_000)
    with bounded(seconds=60, megabytes=600):
        told = pipegen("validate", "--project-dir", orders)
    assert told.code == 2
    assert "01_source.sql: it has more than 10 000 statements" in told.text


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("recorded") / "runs" / "2026-11-24-08-00-00-abc234"
    made.parent.mkdir()
    assert record(made, 12) == []
    put_members(made / "recording.jsonl.gz", lines_of(made))
    return made


def put_members(path: Path, lines: list[str]) -> None:
    """Writes lines as a run does that has a second for each: several members."""
    writer = LineWriter(path)
    for line in lines:
        writer.add(line.encode())
        writer.flush()
    writer.close()


@pytest.fixture
def copy(recorded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(recorded, tmp_path / "copy"))


@pytest.mark.parametrize("odd", [*ODD, empty_lines])
@pytest.mark.parametrize("name", ["manifest.json", "recording.jsonl.gz", "summary.json", "end_to_end.hlog"])
def test_files_of_a_recording_that_are_none(
    copy: Path, pipegen: CommandLine, odd: Callable[[Path], None], name: str
) -> None:
    (copy / name).unlink()
    odd(copy / name)
    with bounded(seconds=60):
        told = pipegen("report", copy, "--format", "json")
    if name == "manifest.json":
        assert (told.code, str(copy) in told.text) == (2, True), told.text
    elif name == "recording.jsonl.gz" and odd not in (noise, too_large, empty_lines):
        assert (told.code, name in told.text) == (2, True), told.text
    else:
        assert told.code == 0, told.text


def rows_of(copy: Path, pipegen: CommandLine) -> int:
    return len(pipegen("report", copy, "--format", "csv").out.splitlines()) - 1


def damage(copy: Path) -> None:
    """Flips one bit in the middle of the recording."""
    path = copy / "recording.jsonl.gz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_one_flipped_bit_costs_some_seconds_and_the_loss_is_told(
    copy: Path, recorded: Path, pipegen: CommandLine
) -> None:
    damage(copy)
    told = pipegen("report", copy, "--format", "json")
    assert told.code == 0
    assert "parts of the recording are damaged" in told.text
    report = json.loads(told.out)
    assert "Parts of the recording are damaged and were passed over." in report["notes"]
    assert 0 < rows_of(copy, pipegen) < 12
    told = pipegen("compare", recorded, copy)
    assert told.code == 0
    assert "damaged" in told.text


def lines_of(copy: Path) -> list[str]:
    return gzip.decompress((copy / "recording.jsonl.gz").read_bytes()).decode().splitlines()


def put_lines(copy: Path, lines: list[str]) -> None:
    (copy / "recording.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode() + b"\n"))


@pytest.mark.parametrize(
    ("pattern", "other"),
    [
        (r'"at_ms": ?\d+', f'"at_ms":{"1" * 401}'),
        (r'"total": ?\d+', f'"total":{"1" * 401}'),
        (r'"timestamp": ?"[^"]*"', '"timestamp":"9999999-99"'),
        (r'"rate": ?[\d.]+', '"rate":1e999'),
        (r'"snapshot": ?\{', '"snapshot":[],"was":{'),
    ],
)
def test_figures_that_none_can_be_are_damage(copy: Path, pipegen: CommandLine, pattern: str, other: str) -> None:
    lines = lines_of(copy)
    changed = [re.sub(pattern, other, line) for line in lines]
    assert changed != lines
    put_lines(copy, [*lines[:8], *changed[8:]])
    told = pipegen("report", copy, "--format", "json")
    assert (told.code, "damaged" in told.text) == (0, True), told.text
    put_lines(copy, changed)  # all of them
    for command in (["report", copy, "--format", "csv"], ["compare", copy, copy]):
        assert pipegen(*command).code in {0, 2}


def test_a_summary_nested_without_end_is_as_good_as_none(copy: Path, pipegen: CommandLine) -> None:
    (copy / "summary.json").write_text('{"a":' * 100_000 + "1" + "}" * 100_000)
    assert pipegen("report", copy, "--format", "json").code == 0


@pytest.mark.parametrize("piece", [b"a" * (1 << 20), b"\n" * (1 << 20), b"a\n" * (1 << 19)])
def test_much_in_little_is_passed_over(copy: Path, pipegen: CommandLine, piece: bytes) -> None:
    path = copy / "recording.jsonl.gz"
    whole = path.read_bytes()
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(deflate.compress(piece) for _ in range(150)) + deflate.flush()
    path.write_bytes(bomb + whole)
    with bounded():
        told = pipegen("report", copy, "--format", "json")
    assert told.code == 0
    assert rows_of(copy, pipegen) == 12
    assert "damaged" in told.text


def test_members_of_a_minute_as_older_versions_wrote_them_still_open(copy: Path, pipegen: CommandLine) -> None:
    put_lines(copy, lines_of(copy))
    told = pipegen("report", copy, "--format", "json")
    assert (told.code, told.err) == (0, "")
    assert rows_of(copy, pipegen) == 12


@pytest.mark.parametrize("odd", [pipe, folder, link_to_itself, device])
def test_a_logo_that_is_no_file_is_a_warning(
    orders: Path, copy: Path, pipegen: CommandLine, odd: Callable[[Path], None]
) -> None:
    change(orders / ".pipegen.yaml", "pipeline:\n", "dashboard: {logo_url: /logo.png}\npipeline:\n")
    odd(orders / "logo.png")
    with bounded():
        told = pipegen("report", copy, "--project-dir", orders)
    assert (told.code, "logo" in told.text) == (0, True), told


def test_a_data_file_may_have_a_line_of_many_megabytes(
    tmp_path: Path, pipegen: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = write_csv(tmp_path / "data.csv", 20)
    with data.open("ab") as file:
        file.write(b"x" * 30_000_000)
    with bounded(megabytes=600):
        told = pipegen("init", "new", f"--input-file={data}")
    assert told.code in {0, 2}


@pytest.mark.parametrize("form", ["json", "csv", "md"])
def test_escapes_of_a_recording_never_reach_the_terminal(copy: Path, pipegen: CommandLine, form: str) -> None:
    lines = lines_of(copy)
    put_lines(
        copy,
        [line.replace('"pipeline":"', '"pipeline":"a\\u001b]0;x\\u0007\\u001b[2J\\u009b2J\\u202e') for line in lines],
    )
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "pipeline": "a\x1b]0;x\x07\x9b2J\u202e"}))
    for command in (["report", copy, "--format", form], ["compare", copy, copy], ["runs", "--runs-dir", copy.parent]):
        told = pipegen(*command)
        assert told.code == 0, told
        assert not set("\x1b\x07\x9b\u202e") & set(told.text)
    if form == "json":
        assert json.loads(pipegen("report", copy, "--format", "json").out)["manifest"]["pipeline"].startswith("a\x1b")
