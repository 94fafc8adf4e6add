"""What a script reads and writes, what becomes of records on the way, and how they are timed: from Flink's own plans.

Flink's answers were recorded from a real SQL gateway (``tools/record_plans.py``).
"""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import pytest

from pipegen.planner import ScriptPlan, plan_script
from pipegen.project.plan.latency import time_path
from pipegen.project.plan.splitter import split_files, split_script
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.topology import JoinKey, Origin, Output, OutputColumn, Topology
from tests.recorded_flink import PRELUDE, SCRIPTS, VARIABLES, recorded
from tests.statement_table import entries

SQL = {entry.title[0]: entry.sql for entry in entries(SCRIPTS)}


@cache
def plan(name: str) -> ScriptPlan:
    script = [*split_files([PRELUDE]), *split_script(SQL[name], Path("a.sql"))]
    return asyncio.run(plan_script(script, recorded(name), variables=VARIABLES))


def topology(name: str) -> Topology:
    return plan(name).topology


def output(name: str) -> Output:
    (only,) = topology(name).outputs
    return only


PATHS = {
    "projection": [("orders", "traced", "one_to_one", "header")],
    "filter": [("orders", "traced", "filter", "header")],
    "aliases": [("orders", "traced", "one_to_one", "header")],
    "view": [("orders", "traced", "filter", "header")],
    "header in name only": [("orders", "traced", "one_to_one", None)],
    "sink without metadata": [("orders", "plain", "one_to_one", None)],
    "window start is no due time": [("orders", "traced", "aggregate", None)],
    "tumbling window": [("orders", "traced", "aggregate", "timestamp")],
    "session window": [("orders", "traced", "aggregate", "timestamp")],
    "header of the last": [("orders", "traced", "aggregate", "header")],
    "windows without a group": [("orders", "traced", "one_to_one", "header"), ("orders", "plain", "join", None)],
    "over": [("orders", "traced", "one_to_one", "header")],
    "header of another record": [("orders", "traced", "one_to_one", None)],
    "deduplication": [("orders", "traced", "filter", "header")],
    "top-n": [("orders", "query_1", "aggregate", None)],
    "pattern": [("orders", "traced", "aggregate", "header")],
    "literals": [("orders", "traced", "filter", "header")],
    "literals in a pattern": [("orders", "traced", "aggregate", "header")],
    "interval join": [("orders", "traced", "join", "header"), ("payments", "traced", "join", "timestamp")],
    "temporal join": [("orders", "traced", "one_to_one", "header"), ("rates", "traced", "join", None)],
    "inner temporal join": [("orders", "traced", "filter", "header"), ("rates", "traced", "join", None)],
    "comma join": [("orders", "gone", "join", None), ("payments", "gone", "join", None)],
    "join in brackets of three": [
        ("orders", "gone", "join", None),
        ("rates", "gone", "join", None),
        ("payments", "gone", "join", None),
    ],
    "self-join": [("orders", "gone", "join", None)],
    "semi join": [("orders", "gone", "filter", None), ("rates", "gone", "join", None)],
    "anti join": [("orders", "gone", "filter", None), ("payments", "gone", "join", None)],
    "scalar subquery": [("orders", "gone", "one_to_one", None), ("rates", "gone", "aggregate", None)],
    "rows written out beside": [("orders", "gone", "join", None)],
    "each element": [("orders", "traced", "join", "header")],
    "union": [("orders", "traced", "one_to_one", "header"), ("payments", "traced", "one_to_one", "header")],
    "union with itself": [("orders", "traced", "join", "header")],
    "limit": [("orders", "traced", "filter", "header")],
    "ordered by time": [("orders", "traced", "one_to_one", "header")],
    "distinct": [("orders", "gone", "aggregate", None)],
    "except": [("orders", "gone", "aggregate", None), ("payments", "gone", "aggregate", None)],
    "values": [],
    "not null dropped": [("orders", "strict", "filter", None), ("orders", "gone", "one_to_one", None)],
    "counted per key": [("orders", "totals", "aggregate", None)],
    "changelog into upsert": [("rates", "latest", "filter", None)],
    "buffered upserts": [("orders", "totals", "aggregate", None)],
    "chained": [("orders", "traced", "filter", "header")],
    "in a circle": [("orders", "plain", "join", None)],
    "two sinks": [("orders", "traced", "one_to_one", "header"), ("orders", "totals", "aggregate", None)],
    "two statements into one sink": [("orders", "plain", "join", None)],
    "hints": [("orders", "traced", "one_to_one", "header")],
    "one table, two topics": [("orders", "gone", "join", None), ("orders_2", "gone", "join", None)],
    "two databases": [("default_database.orders", "gone", "join", None), ("shop.orders", "gone", "join", None)],
    "made of a query": [("orders", "gone", "aggregate", None)],
    "names that mislead": [("orders", "t.x, y", "one_to_one", None)],
    "keys": [("keyed", "gone", "one_to_one", None)],
    "casts": [("orders", "texts", "one_to_one", "timestamp")],
    "batch": [("bounded", "traced", "one_to_one", "header")],
}


@pytest.mark.parametrize("name", PATHS)
def test_each_path_has_the_shape_and_the_timing_that_the_plan_shows(name: str) -> None:
    assert not plan(name).findings
    found = [(path.input, path.output, path.shape, path.latency.way) for path in topology(name).paths]
    assert found == PATHS[name]


def test_every_script_on_record_is_judged() -> None:
    assert SQL.keys() - PATHS.keys() == {"refused without a place in a set", "refused with a place"}


def column(name: str, wanted: str) -> set[tuple[str, str, str]]:
    origins = next(each.origins for each in output(name).columns if each.name == wanted)
    return {(origin.input, origin.column, origin.how) for origin in origins}


@pytest.mark.parametrize(
    ("name", "wanted", "origins"),
    [
        ("projection", "id", {("orders", "id", "exact")}),
        ("projection", "text", {("orders", "customer", "derived")}),
        ("projection", "headers", {("orders", "headers", "exact")}),
        ("filter", "text", {("orders", "address.city", "exact")}),
        ("aliases", "timestamp", {("orders", "timestamp", "exact")}),
        ("tumbling window", "timestamp", {("orders", "timestamp", "carried")}),
        ("header in name only", "headers", set()),
        ("header of another record", "headers", {("orders", "headers", "derived")}),
        ("over", "text", {("orders", "customer", "derived")}),
        ("pattern", "headers", {("orders", "headers", "carried")}),
        ("temporal join", "text", {("orders", "amount", "derived"), ("rates", "rate", "derived")}),
        ("interval join", "timestamp", {("orders", "timestamp", "carried"), ("payments", "timestamp", "carried")}),
        ("each element", "text", {("orders", "tags", "derived")}),
        ("union", "id", {("orders", "id", "exact"), ("payments", "order_id", "exact")}),
        ("chained", "text", {("orders", "customer", "exact")}),
        ("made of a query", "text", {("orders", "customer", "derived")}),
        ("casts", "id", {("orders", "id", "exact")}),
        ("casts", "text", {("orders", "customer", "derived")}),
        ("casts", "headers", {("orders", "headers", "derived")}),
        ("casts", "timestamp", {("orders", "timestamp", "exact")}),
        ("names that mislead", "d'x", {("orders", "customer", "derived")}),
    ],
)
def test_lineage_says_where_a_value_comes_from_and_whether_it_is_unchanged(
    name: str, wanted: str, origins: set[tuple[str, str, str]]
) -> None:
    assert column(name, wanted) == origins


def sides(key: JoinKey) -> tuple[set[str], set[str]]:
    def names(origins: frozenset[Origin]) -> set[str]:
        return {f"{origin.input}.{origin.column}" for origin in origins}

    return names(key.left), names(key.right)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("interval join", [({"orders.id"}, {"payments.order_id"})]),
        ("temporal join", [({"orders.currency"}, {"rates.currency"})]),
        ("comma join", [({"orders.id"}, {"payments.order_id"})]),
        (
            "join in brackets of three",
            [({"orders.currency"}, {"rates.currency"}), ({"payments.order_id"}, {"orders.id"})],
        ),
        ("self-join", [({"orders.id"}, {"orders.id"})]),
        ("semi join", [({"orders.currency"}, {"rates.currency"})]),
        ("anti join", [({"payments.order_id"}, {"orders.id"})]),
        ("filter", []),
    ],
)
def test_what_a_join_compares_is_known_by_the_columns_of_the_inputs(
    name: str, keys: list[tuple[set[str], set[str]]]
) -> None:
    assert [sides(key) for key in topology(name).join_keys] == keys


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("projection", ("I",)),
        ("counted per key", ("I", "UA")),
        ("top-n", ("I", "UA", "D")),
        ("names that mislead", ("I",)),
        ("batch", ()),
    ],
)
def test_the_changes_that_reach_a_sink_are_known(name: str, changes: tuple[str, ...]) -> None:
    assert output(name).changes == changes
    assert output(name).rewritten == any(change != "I" for change in changes)


def test_a_topic_that_is_written_and_read_again_is_inner_whatever_its_tables_are_called() -> None:
    found = topology("chained")
    assert [each.name for each in found.inputs] == ["orders"]
    assert [(each.name, [table.name.table for table in each.tables]) for each in found.inner] == [
        ("middle", ["middle", "middle_again"])
    ]
    assert found.paths[0].via == ("middle",)


def test_a_topic_that_only_its_own_writer_reads_is_an_output() -> None:
    assert (output("in a circle").name, topology("in a circle").inner) == ("plain", ())


def test_the_options_of_hints_win() -> None:
    found = topology("hints")
    assert found.inputs[0].topics == ("orders-2",)
    assert found.inputs[0].tables[0].option("properties.client.id") == "it's; it"
    assert found.outputs[0].topics == ("traced-2",)


def test_a_side_that_is_looked_up_as_of_a_time_is_versioned() -> None:
    assert [(each.name, each.versioned) for each in topology("temporal join").inputs] == [
        ("orders", False),
        ("rates", True),
    ]


def test_the_condition_of_a_lookup_filters_nothing() -> None:
    rates = topology("temporal join").paths[1]
    assert [step.what for step in rates.steps] == ["a changelog is read", "LEFT JOIN … FOR SYSTEM_TIME AS OF"]


def test_a_table_is_known_as_flink_knows_it() -> None:
    (found,) = topology("keys").inputs
    table = found.tables[0]
    assert table.topics == ("keyed", "more")
    assert [(each.name, each.type, each.kind) for each in table.columns] == [
        ("k_id", "BIGINT", "physical"),
        ("name", "STRING", "physical"),
        ("other", "STRING", "physical"),
        ("at", "TIMESTAMP(3)", "metadata"),
        ("twice", "BIGINT", "computed"),
    ]
    assert (table.key_format, table.key_fields, table.key_prefix, table.format) == ("raw", ("k_id",), "k_", "json")
    assert table.value_fields == ("name", "other")
    assert table.partitioned_by == ("name",)
    assert table.watermark is not None
    assert table.watermark.column == "at"
    assert topology("temporal join").inputs[1].tables[0].primary_key == ("currency",)


def test_a_table_made_of_a_query_has_the_querys_columns_beside_its_own() -> None:
    (made,) = topology("made of a query").inner
    assert [each.name for each in made.columns] == ["note", "text", "customer", "n"]
    assert made.tables[0].primary_key == ("customer",)


def test_what_is_not_measurable_says_why_and_what_to_do() -> None:
    told = {name: topology(name).paths[0].latency for name in ("header in name only", "sink without metadata")}
    assert told["header in name only"].reason.endswith(
        "headers is filled with a literal; timestamp is filled with a literal"
    )
    assert told["sink without metadata"].reason == "plain writes neither headers nor timestamp of its records"
    assert told["sink without metadata"].remedy == (
        "Add to plain: hdr MAP<STRING, BYTES> METADATA FROM 'headers', and let the query fill it from orders"
    )
    rates = topology("temporal join").paths[1].latency
    assert rates.reason == "rates reads neither headers nor timestamp of its records"


def test_a_refusal_has_its_place_in_the_users_file() -> None:
    (found,) = plan("refused with a place").findings
    assert (found.message, found.where) == ("Column 'nosuch' not found in any table", "a.sql:3:3")
    (found,) = plan("refused without a place in a set").findings
    assert found.where == "a.sql:3:1"
    assert "Different number of columns" in found.message


def test_the_session_is_closed_whatever_happens() -> None:
    flink = recorded("projection")
    with pytest.raises(AssertionError, match="another statement is on record"):
        asyncio.run(plan_script(split_script("SHOW TABLES", Path("a.sql")), flink, variables={}))
    assert flink.closed


def test_a_column_that_does_not_tell_the_due_time_says_what_it_is_filled_with() -> None:
    told = (TableColumn("headers", "MAP<STRING, BYTES>", kind="metadata", metadata_key="headers"),)
    orders, sink = (
        FlinkTable(TableName("c", "d", name), told, options={"connector": "kafka"}) for name in ("orders", "sink")
    )

    def reason(*origins: Origin) -> str:
        filled = OutputColumn("headers", True, frozenset(origins))
        return time_path("orders", orders, sink, [filled]).reason.partition(": ")[2]

    assert reason() == "headers is filled with a literal"
    assert reason(Origin("rates", "hdr", metadata=False, how="exact")) == "headers comes from rates"
    assert reason(Origin("orders", "note", metadata=False, how="derived")) == "headers is computed from note"


def test_columns_that_are_compared_with_literals_are_told_with_them() -> None:
    found = {each.column: (each.values, each.above, each.below) for each in topology("literals").compared}
    assert found == {
        "id": ((2,), (), ()),
        "customer": (("A", "B"), (), ()),
        "address.city": (("Bern",), (), ()),
        "amount": ((), (5,), (20,)),
        "currency": (("EUR", "CHF"), (), ()),
    }
    of_pattern = topology("literals in a pattern").compared
    assert [(each.column, each.values) for each in of_pattern] == [("currency", ("new", "paid", "lost"))]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("tumbling window", ["customer"]),
        ("over", ["customer"]),
        ("deduplication", ["id"]),
        ("literals in a pattern", ["customer"]),
        ("projection", []),
    ],
)
def test_columns_that_records_are_put_together_by_are_told(name: str, columns: list[str]) -> None:
    assert topology(name).groups == tuple(("orders", column) for column in columns)
