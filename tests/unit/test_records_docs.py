"""What the manual says of records is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipegen.avro import parse_schema_text
from pipegen.config import Settings, load_settings
from pipegen.config.records import FAULT_NAMES, UNREADABLE_FAULTS, FaultSettings
from pipegen.hotpath import RecordPlan
from pipegen.run import record_plan

TEXT = (Path(__file__).parents[2] / "docs" / "records.md").read_text(encoding="utf-8")
YAML_BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)
SCHEMA = {
    "type": "record",
    "name": "Order",
    "fields": [
        {"name": "order_id", "type": "string"},
        {"name": "status", "type": "string"},
        {"name": "quantity", "type": "int", "pipegen": {"min": 1, "max": 9}},
        {"name": "note", "type": ["null", "string"]},
        {"name": "customer_id", "type": "string"},
        {"name": "referrer_id", "type": "string"},
        {
            "name": "customer",
            "type": {"type": "record", "name": "Customer", "fields": [{"name": "email", "type": "string"}]},
        },
        {"name": "created_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    part = TEXT.partition(f"{heading}\n")[2]
    lines = re.search(r"(?:^\|.*\n)+", part, flags=re.MULTILINE)
    assert lines is not None
    return [[cell.strip() for cell in line.strip("\n")[1:-1].split("|")] for line in lines[0].splitlines()[2:]]


def known(message: str) -> set[str]:
    """The words that an error lists."""
    return set(message.partition("use one of: ")[2].split(", "))


@pytest.mark.parametrize("block", YAML_BLOCKS)
def test_every_block_of_settings_can_be_used(block: str, tmp_path: Path) -> None:
    (tmp_path / ".pipegen.yaml").write_text(block)
    settings = load_settings(project_dir=tmp_path, flags={}, environ={}).settings
    schema = parse_schema_text(json.dumps(SCHEMA), tmp_path / "input.avsc")
    assert record_plan(schema, settings, schema_id=1).outgoing(first_event=0, count=100, due_ns=0)


def test_the_table_of_hints_has_every_hint_and_no_other() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words in the message are what is wanted
        RecordPlan(json.dumps(SCHEMA), hints_json='{"note": {"xxxxxxxxxxxx": 1}}')
    listed = {word for row in rows("## Values") for word in re.findall(r"`(\w+)`", row[0])}
    assert listed == known(str(caught.value))


def test_the_table_of_faults_has_every_fault_its_options_and_what_comes_of_it() -> None:
    table = rows("## Faults on purpose")
    assert [row[0].strip("`") for row in table] == list(FAULT_NAMES)
    assert {row[0].strip("`") for row in table if row[3].startswith("no")} == set(UNREADABLE_FAULTS)
    options: dict[str, Any] = {}
    for row in table:
        for option in re.findall(r"`([^`]+)`", row[2]):
            options |= yaml.safe_load(option)
    given = FaultSettings.model_validate(options)
    assert {FaultSettings.model_fields[name].alias or name for name in given.model_fields_set} == {
        name
        for name in (info.alias or key for key, info in FaultSettings.model_fields.items())
        if name not in FAULT_NAMES
    }
    without_lists = given.model_copy(update={"null_fields": [], "rule_fields": []})
    assert without_lists == FaultSettings(), "the options show their defaults"


def test_every_key_of_the_table_can_be_used() -> None:
    for row in rows("## Keys"):
        key = yaml.safe_load(row[0].strip("`"))
        RecordPlan(json.dumps(SCHEMA), key_json=json.dumps(key))
        assert Settings.model_validate({"pipeline": {"key": key}}).pipeline.key == key


def test_the_forms_of_times_in_json_are_those_of_the_table() -> None:
    forms = {row[0].strip("`"): row[1].strip("`") for row in rows("## Formats")}
    for logical, avro_type in (
        ("date", "int"),
        ("time-millis", "int"),
        ("timestamp-millis", "long"),
        ("local-timestamp-millis", "long"),
    ):
        schema = {
            "type": "record",
            "name": "R",
            "fields": [{"name": "x", "type": {"type": avro_type, "logicalType": logical}}],
        }
        plan = RecordPlan(json.dumps(schema), value_format="json")
        value, _key = plan.record(0, due_ns=1_780_000_000_123_000_000)
        assert value.decode() == f'{{"x":{forms[logical]}}}'
