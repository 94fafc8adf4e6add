"""The rows of a data file as records for a table of the SQL: every format, keys, and captured records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipegen.cli.capacity import _limits
from pipegen.config import ResolvedSettings, Settings
from pipegen.errors import ProjectError, SettingsError
from pipegen.planner import ScriptPlan
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import Input, Topology
from pipegen.run.feed.generated import SchemaIds
from pipegen.run.feed.table_rows import TableRows
from pipegen.run.planned_script import ready_script
from pipegen.run.planning import spec_of
from pipegen.run.spec import RunSpec
from tests.unit.input_tables import table
from tests.unit.test_capture import SCHEMA, binary, record, write_capture
from tests.unit.test_planned_script import output

COLUMNS = ["id BIGINT NOT NULL", "placed TIMESTAMP(3)", "total DECIMAL(10, 2)", "note STRING"]
AVRO = {"format": "avro-confluent"}


def spec(folder: Path, *tables: FlinkTable, inputs: dict[str, Any], **told: Any) -> RunSpec:
    """The run of a script that reads these tables, with settings of inputs."""
    sources = tuple(Input(each.name.table, each.topics, (each,)) for each in tables)
    plan = ScriptPlan(Topology(inputs=sources, outputs=(output("big", topics=("big",), shape="join"),)), (), {})
    resolved = ResolvedSettings(Settings.model_validate({"inputs": inputs} | told), {})
    made = ready_script(plan, resolved, project_dir=folder, name="job")
    return spec_of(made.project, made.resolved, command=(), on_rows=lambda _: True)


def sent(folder: Path, file: Path, read: FlinkTable) -> list[tuple[bytes | None, bytes | None]]:
    """Values and keys of the rows of a file for a table."""
    of = spec(folder, read, inputs={read.name.table: {"file": str(file)}})
    opened = of.file
    assert opened is not None
    rows = TableRows(opened, of.project.inputs[0], of.settings, ids=SchemaIds(value=7, key=8))
    return [(value, key) for value, key, _ in rows.rows(b"")]


def csv(folder: Path) -> Path:
    file = folder / "orders.csv"
    file.write_text("id,placed,total,note\n7,2026-01-02 03:04:05.678,12.50,a\n8,2026-01-02T03:04:06Z,0.05,\n")
    return file


@pytest.mark.parametrize(
    ("options", "placed"), [({}, "2026-01-02 03:04:05.678"), ({"json.timestamp-format.standard": "ISO-8601"}, None)]
)
def test_json_rows_have_times_in_the_tables_format(tmp_path: Path, options: dict[str, str], placed: str | None) -> None:
    (first, _), (second, _) = sent(tmp_path, csv(tmp_path), table("orders", COLUMNS, options=options))
    assert json.loads(first or b"")["placed"] == (placed or "2026-01-02T03:04:05.678")
    value = json.loads(second or b"")
    assert (value["id"], str(value["total"]), value["note"]) == (8, "0.05", None)


@pytest.mark.parametrize(
    ("key_format", "key"),
    [("raw", (7).to_bytes(8, "big")), ("json", b'{"id":7}'), ("avro-confluent", b"\0\0\0\0\x08\x0e")],
)
def test_the_key_is_built_from_columns_of_the_row_and_removed_from_the_value(
    tmp_path: Path, key_format: str, key: bytes
) -> None:
    options = {"key.format": key_format, "key.fields": "id", "value.fields-include": "EXCEPT_KEY", **AVRO}
    options = {("value.format" if name == "format" else name): told for name, told in options.items()}
    read = table("orders", COLUMNS, options=options)
    (first, _) = sent(tmp_path, csv(tmp_path), read)
    assert first[1] == key
    assert first[0] is not None
    assert first[0].startswith(b"\0\0\0\0\x07\x02"), "framed, then the time: the id is only in the key"


def test_captured_json_is_sent_unchanged_with_its_key(tmp_path: Path) -> None:
    file = write_capture(tmp_path / "c.avro", record(0, value=b'{"id": 1}', key=b"k"), record(1, value=None))
    read = table("orders", COLUMNS, options={"key.format": "raw", "key.fields": "note"})
    assert sent(tmp_path, file, read) == [(b'{"id": 1}', b"k"), (None, b"k")]


def test_captured_avro_is_sent_in_the_tables_own_format(tmp_path: Path) -> None:
    value = binary(SCHEMA, {"id": 5, "email": "a@b.de"})
    file = write_capture(tmp_path / "c.avro", record(0, value=value, key=b"k"), schema=SCHEMA)
    columns = ["id BIGINT NOT NULL", "email STRING NOT NULL"]
    assert sent(tmp_path, file, table("orders", columns)) == [(b'{"id":5,"email":"a@b.de"}', b"k")]
    framed = sent(tmp_path, file, table("orders", columns, options=AVRO))
    assert framed == [(b"\0\0\0\0\x07" + value, b"k")]


def test_captured_keys_of_another_registry_are_rebuilt_or_refused(tmp_path: Path) -> None:
    options = {"value.format": "avro-confluent", "key.format": "avro-confluent", "key.fields": "id"}
    columns = ["id BIGINT NOT NULL", "email STRING NOT NULL"]
    value = binary(SCHEMA, {"id": 5, "email": "a@b.de"})
    file = write_capture(tmp_path / "c.avro", record(0, value=value, key=b"\0\0\0\0\1\2"), schema=SCHEMA)
    assert sent(tmp_path, file, table("orders", columns, options=options))[0][1] == b"\0\0\0\0\x08\x0a"
    except_key = {**options, "value.fields-include": "EXCEPT_KEY"}
    with pytest.raises(ProjectError, match="the captured keys refer to schemas of the registry they come from"):
        sent(tmp_path, file, table("orders", columns, options=except_key))


def test_each_of_several_inputs_has_a_file_of_its_own_or_is_generated(tmp_path: Path) -> None:
    captured = write_capture(tmp_path / "c.avro", record(0, topic="rates"), record(0, topic="other"))
    told = {"orders": {"file": str(csv(tmp_path))}, "rates": {"file": str(captured)}}
    tables = (table("orders", COLUMNS), table("rates", ["note STRING"]), table("late", ["note STRING"]))
    of = spec(tmp_path, *tables, inputs=told)
    assert of.file is None
    assert set(of.files) == {"orders", "rates"}
    assert of.files["rates"].count(9) == 1, "only the records of the table's own topic"
    options: Any = None
    with pytest.raises(SettingsError, match="needs generated records: this project sends a data file"):
        _limits(options, of)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"feed": {"speed": 2.0}}, "feed.speed: the SQL has several inputs"),
        ({"feed": {"loop": False}}, "feed.loop: the SQL has several inputs"),
        ({"faults": {"corrupt": 0.1}}, "inputs.orders.file: corrupt: faults are injected into generated records"),
    ],
)
def test_unsupported_settings_for_files_of_several_inputs_are_refused_before_the_run(
    tmp_path: Path, told: dict[str, Any], sentence: str
) -> None:
    tables = (table("orders", COLUMNS), table("rates", ["note STRING"]))
    with pytest.raises(SettingsError, match=sentence):
        spec(tmp_path, *tables, inputs={"orders": {"file": str(csv(tmp_path))}}, **told)


def test_a_single_input_gets_only_its_own_topic_from_a_capture_of_several(tmp_path: Path) -> None:
    captured = write_capture(tmp_path / "c.avro", record(0, topic="rates", value=b"1"), record(0, topic="orders"))
    assert sent(tmp_path, captured, table("orders", COLUMNS)) == [(b"v", b"k")]
