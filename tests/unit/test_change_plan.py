"""Inputs whose rows are created, updated and deleted: what is inferred, and what is refused before the start."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipegen.avro import parse_schema_text
from pipegen.config.topics import InputSettings
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan
from pipegen.project.inputs import InputRecord, InputRecords, input_records
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.topology import Input, Topology

DEBEZIUM = {"connector": "kafka", "topic": "orders", "format": "debezium-json"}
UPSERT = {"connector": "upsert-kafka", "topic": "orders", "key.format": "json", "value.format": "json"}
COLUMNS = (TableColumn("id", "INT", nullable=False), TableColumn("amount", "BIGINT"))


def made(
    options: Mapping[str, str],
    *,
    key: tuple[str, ...] = ("id",),
    columns: tuple[TableColumn, ...] = COLUMNS,
    total: int | None = None,
    beside: bool = False,
    **told: Any,
) -> InputRecords:
    """The records of orders, and of another input where there is one beside it."""
    tables = [FlinkTable(TableName("c", "d", "orders"), columns, primary_key=key, options=options)]
    if beside:
        plain = {"connector": "kafka", "topic": "clicks", "format": "json"}
        tables.append(FlinkTable(TableName("c", "d", "clicks"), COLUMNS, options=plain))
    inputs = tuple(Input(each.name.table, each.topics, (each,)) for each in tables)
    settings = {"orders": InputSettings.model_validate(told)}
    totals = None if total is None else {"orders": total}
    return input_records(Topology(inputs=inputs), settings=settings, seed=1, totals=totals)


def orders(*arguments: Any, **more: Any) -> InputRecord:
    return made(*arguments, **more)["orders"]


def refused(*arguments: Any, **more: Any) -> str:
    with pytest.raises(ProjectError) as raised:
        made(*arguments, **more)
    return f"{raised.value.message} → {raised.value.remedy}"


def test_a_changelog_format_is_sent_changes_of_a_pool_in_the_usual_shares() -> None:
    changes = orders(DEBEZIUM).changes
    assert changes is not None
    assert (changes.format, changes.pool, changes.key, changes.table) == ("debezium-json", 1_000, ("id",), "orders")
    assert (changes.told.create, changes.told.update, changes.told.delete) == (0.2, 0.7, 0.1)


def test_upsert_kafka_is_sent_whole_rows_unless_changes_are_asked_for() -> None:
    assert orders(UPSERT).changes is None
    changes = orders(UPSERT, changes={"create": "10%", "update": "80%", "delete": "10%"}).changes
    assert changes is not None
    assert changes.format == "upsert"


def test_all_changes_of_a_row_have_its_key_though_the_table_does_not_read_it() -> None:
    record = orders(DEBEZIUM)
    plan = RecordPlan(**record.for_generator())
    for value, key, _ in plan.outgoing(first_event=0, count=50, due_ns=10**18):
        told = json.loads(value or b"")
        assert json.loads(key or b"") == {"id": (told["after"] or told["before"])["id"]}


def test_a_pool_has_room_for_the_rows_that_a_load_creates() -> None:
    assert orders(DEBEZIUM, total=100_000).changes.pool == 20_000  # type: ignore[union-attr]
    told = orders(DEBEZIUM, total=100_000, changes={"create": 0.5, "delete": 0.5}).changes
    assert told is not None
    assert told.pool == 1_000
    beside = orders(DEBEZIUM, total=100_000, beside=True)
    assert (beside.changes.pool, beside.load.records) == (40_000, 20_000)  # type: ignore[union-attr]


def test_a_pool_that_is_too_small_for_the_rate_is_refused() -> None:
    assert refused(DEBEZIUM, total=100_000, changes={"pool": 500}) == (
        "inputs.orders.changes.pool: 500 rows are too few: the load creates 10\u2009000 more than it deletes"
        " → Set it to at least 10000, or let it delete as many as it creates."
    )
    assert "Let it delete as many as it creates, or lower" in refused(DEBEZIUM, total=10**9)
    assert "the load deletes 1\u2009000 rows more than it creates, and there are 0" in refused(
        DEBEZIUM, total=1_000, changes={"delete": "100%"}
    )


def test_a_pool_that_its_type_makes_too_small_is_refused() -> None:
    narrow = (TableColumn("id", "TINYINT", nullable=False), TableColumn("amount", "BIGINT"))
    assert "127 rows are too few: the load creates 200 more" in refused(DEBEZIUM, columns=narrow, total=2_000)
    assert orders(DEBEZIUM, columns=narrow, total=1_000).changes.pool == 127  # type: ignore[union-attr]


def test_a_table_without_a_primary_key_needs_a_column_that_is_named_like_one() -> None:
    assert orders(DEBEZIUM, key=()).changes.key == ("id",)  # type: ignore[union-attr]
    nameless = (TableColumn("region", "STRING"), TableColumn("amount", "BIGINT"))
    told = refused(DEBEZIUM, key=(), columns=nameless)
    assert told.startswith("orders has no primary key, so nothing tells which row a change is about → Add PRIMARY KEY")
    named = orders(DEBEZIUM, key=(), columns=nameless, changes={"key": "region"}).changes
    assert named is not None
    assert named.key == ("region",)
    assert "orders has no column regoin in its records → Did you mean" in refused(
        DEBEZIUM, key=(), columns=nameless, changes={"key": "regoin"}
    )


def test_a_hint_on_the_key_is_refused_but_for_its_size() -> None:
    assert orders(DEBEZIUM, hints={"id": {"pool": 77}}).changes.pool == 77  # type: ignore[union-attr]
    assert "id tells the rows of orders apart, and its values cannot be numbered" in refused(
        DEBEZIUM, hints={"id": {"min": 1, "max": 9}}
    )


def test_changes_of_a_table_that_rows_are_only_added_to_are_refused() -> None:
    plain = {"connector": "kafka", "topic": "orders", "format": "json"}
    assert refused(plain, changes={"create": 1}).startswith(
        "inputs.orders.changes: records of orders only add rows: it is read by the connector kafka in the format json"
    )


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"changes": {"create": "20%", "update": "70%", "delete": "20%"}}, "are 110 % together: make them 100 %"),
        ({"changes": {"crate": "20%"}}, "crate"),
        ({"changes": {"pool": 0}}, "greater than or equal to 1"),
        ({"changes": {}, "faults": {"late": "1%"}}, "changes of rows do not go with faults"),
        ({"changes": {}, "file": "rows.csv"}, "changes of rows do not go with file"),
    ],
)
def test_settings_of_changes_that_cannot_be_are_refused(told: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        InputSettings.model_validate(told)


def test_a_schema_file_of_the_envelope_is_told_from_one_of_the_row() -> None:
    row = {"type": "record", "name": "Row", "fields": [{"name": "id", "type": "int"}]}
    before_and_after = [
        {"name": name, "type": ["null", row if name == "before" else "Row"]} for name in ("before", "after")
    ]
    for fields, told in ((row["fields"], None), (before_and_after, "describes a change")):
        schema = parse_schema_text(json.dumps({"type": "record", "name": "E", "fields": fields}), Path("orders.avsc"))
        table = FlinkTable(TableName("c", "d", "orders"), COLUMNS, primary_key=("id",), options=DEBEZIUM)
        of = Topology(inputs=(Input("orders", ("orders",), (table,)),))
        if told is None:
            assert input_records(of, settings={}, seed=1, schemas={"orders": schema})["orders"].changes is not None
            continue
        with pytest.raises(ProjectError, match=told):
            input_records(of, settings={}, seed=1, schemas={"orders": schema})


def test_faults_and_files_of_a_changelog_format_are_refused() -> None:
    assert "which do not go with faults → Leave faults out." in refused(DEBEZIUM, faults={"late": "1%"})
    assert "rows of a file are no changes" in refused(DEBEZIUM, file="rows.csv")
