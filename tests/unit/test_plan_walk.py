"""Operators of a plan one by one, on plans written as Flink writes them."""

from __future__ import annotations

import pytest

from pipegen.project.plan.columns import Column, Source
from pipegen.project.plan.compose import SinkPlan, compose
from pipegen.project.plan.explain import hint_options, parse_trees, sections
from pipegen.project.plan.expression import Expressions
from pipegen.project.plan.flow import Flow
from pipegen.project.plan.literal import Literal
from pipegen.project.plan.sql_type import parse_type
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.walk import walk
from tests.recorded_flink import SCRIPTS

PLACE = Place(SCRIPTS, 1, 1)
SCAN = "LogicalTableScan(table=[[c, d, t]])"


def table(name: str, connector: str = "kafka", *columns: TableColumn) -> FlinkTable:
    options = {"connector": connector, "topic": name, "properties.bootstrap.servers": "b"}
    return FlinkTable(
        TableName("c", "d", name), columns or (TableColumn("a", "INT"), TableColumn("b", "STRING")), options=options
    )


def flow(plan: str) -> Flow:
    (root,) = parse_trees(plan)
    return walk(root, {"c, d, t": table("t"), "c, d, u": table("u", "datagen")})


def steps(plan: str) -> list[list[tuple[str, str]]]:
    return [[(step.shape, step.what) for step in way.steps] for way in flow(plan).ways]


@pytest.mark.parametrize(
    ("function", "shape"), [("TUMBLE", None), ("SESSION", "filter"), ("HOP", "join"), ("CUMULATE", "join")]
)
def test_windows_alone_keep_drop_or_repeat_records(function: str, shape: str | None) -> None:
    row = "RecordType(INTEGER a, VARCHAR(5) b, TIMESTAMP(3) window_start)"
    invocation = f"{function}(TABLE(#0), DESCRIPTOR(_UTF-16LE'a'), 5)"
    plan = f"LogicalTableFunctionScan(invocation=[{invocation}], rowType=[{row}])\n+- {SCAN}"
    assert steps(plan) == [[(shape, f"{function} window")] if shape else []]
    assert [(each.name, {source.how for source in each.sources}) for each in flow(plan).columns] == [
        ("a", {"exact"}),
        ("b", {"exact"}),
        ("window_start", {"derived"}),
    ]


def test_nothing_is_promised_of_an_operator_that_is_not_known() -> None:
    assert steps(f"LogicalInvention(x=[$0])\n+- {SCAN}") == [[("aggregate", "Invention")]]
    assert {source.how for column in flow(f"LogicalInvention\n+- {SCAN}").columns for source in column.sources} == {
        "derived"
    }


def read(text: str) -> Column:
    columns = [
        Column(name, frozenset({Source(0, name, metadata=False)}), parse_type(kind))
        for name, kind in (("a", "INT"), ("b", "STRING"), ("due", "TIMESTAMP_LTZ(3)"), ("row", "ROW<x INT>"))
    ]
    return Expressions(columns, {}, lambda _: []).read(text)


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("$2", {("due", "exact")}),
        ("CAST($0):BIGINT", {("a", "exact")}),
        ("CAST($0):SMALLINT", {("a", "derived")}),
        ("CAST(CAST($0):BIGINT):INTEGER", {("a", "derived")}),
        ("MAX($2)", {("due", "carried")}),
        ("MAX($2) FILTER $0", {("due", "carried")}),
        ("MAX($2) OVER (PARTITION BY $0 ORDER BY $2 NULLS FIRST)", {("due", "derived")}),
        ("COUNT(DISTINCT $1) FILTER $0", {("b", "derived")}),
        ("CASE(>($0, 3), $1, _UTF-16LE'it''s, ($2':VARCHAR(9) CHARACTER SET \"UTF-16LE\")", {("b", "carried")}),
        ("COALESCE($1, _UTF-16LE'x')", {("b", "carried")}),
        ("||($1, _UTF-16LE'$0')", {("b", "derived")}),
        ("$3.x", {("row.x", "exact")}),
        ("CAST($3.x):BIGINT NOT NULL", {("row.x", "exact")}),
        ("SEARCH($0, Sarg[(-∞..1), (1..5), [7..9)])", {("a", "derived")}),
        ("+($2, 3600000:INTERVAL HOUR)", {("due", "derived")}),
        ('null:(VARCHAR(2147483647) CHARACTER SET "UTF-16LE", VARBINARY(2147483647)) MAP', set()),
        ("2024-01-01 00:00:00", set()),
        ("LAST(B.$2, 0)", {("due", "carried")}),
        ("ROW_NUMBER() OVER (PARTITION BY $0 ORDER BY $2 NULLS FIRST)", set()),
    ],
)
def test_an_expression_says_what_becomes_of_the_columns_in_it(text: str, sources: set[tuple[str, str]]) -> None:
    assert {(source.column, source.how) for source in read(text).sources} == sources


DUE = TableColumn("due", "TIMESTAMP_LTZ(3)", kind="metadata", metadata_key="timestamp")


@pytest.mark.parametrize(
    ("kind", "timestamp", "timed"),
    [
        ("inner", "GREATEST($1, $3)", ["t", "u"]),
        ("left", "GREATEST($1, $3)", []),
        ("left", "$3", []),
        ("left", "CAST($3):TIMESTAMP_LTZ(3)", []),
        ("left", "$1", ["t"]),
        ("right", "$1", []),
        ("left", "COALESCE($3, $1)", ["t", "u"]),
        ("left", "GREATEST($1, COALESCE($3, $1))", ["t", "u"]),
        ("full", "GREATEST(COALESCE($1, $3), COALESCE($3, $1))", ["t", "u"]),
        ("full", "COALESCE($1, $1)", []),
    ],
)
def test_a_timestamp_that_an_outer_join_may_leave_null_is_not_used_for_timing(
    kind: str, timestamp: str, timed: list[str]
) -> None:
    scans = [f"LogicalTableScan(table=[[c, d, {name}, metadata=[timestamp]]])" for name in ("t", "u")]
    plan = f"LogicalSink(table=[c.d.out], fields=[a, timestamp])\n+- LogicalProject(a=[$0], timestamp=[{timestamp}])\n"
    plan += f"   +- LogicalJoin(condition=[=($0, $2)], joinType=[{kind}])\n      :- {scans[0]}\n      +- {scans[1]}"
    t, u, out = (table(name, "kafka", TableColumn("a", "INT"), DUE) for name in ("t", "u", "out"))
    (root,) = parse_trees(plan)
    joined = walk(root, {"c, d, t": t, "c, d, u": u})
    paths = compose([SinkPlan(PLACE, joined, out, (t, u), ("I",))]).paths
    assert [path.input for path in paths if path.latency.by_timestamp] == timed
    if not timed:
        assert "is null where an outer join finds no partner" in paths[0].latency.reason


def test_only_a_rank_is_a_number_of_rows() -> None:
    assert read("ROW_NUMBER() OVER (ORDER BY $2)").numbered
    assert not read("SUM($0) OVER (ORDER BY $2)").numbered


def sink(plan: str, target: FlinkTable, *scanned: FlinkTable, drop: bool = False) -> SinkPlan:
    config = {"table.exec.sink.not-null-enforcer": "DROP"} if drop else {}
    return SinkPlan(PLACE, flow(plan), target, scanned, ("I",), config)


def test_a_table_of_another_connector_is_no_input_and_has_no_path() -> None:
    plan = "LogicalSink(table=[c.d.out], fields=[a, b])\n+- LogicalTableScan(table=[[c, d, u]])"
    found = compose([sink(plan, table("out"), table("u", "datagen"))])
    assert (found.inputs, found.paths) == ((), ())
    assert [(each.name, each.read, each.written) for each in found.others] == [("u", True, False)]


def test_a_sink_of_another_connector_is_not_read_back() -> None:
    plan = f"LogicalSink(table=[c.d.out], fields=[a, b])\n+- {SCAN}"
    found = compose([sink(plan, table("out", "jdbc"), table("t"))])
    assert ([each.name for each in found.inputs], found.outputs) == (["t"], ())
    assert [(each.name, each.read, each.written) for each in found.others] == [("out", False, True)]


@pytest.mark.parametrize(
    ("nullable", "drop", "shape"), [(False, True, "filter"), (False, False, "one_to_one"), (True, True, "one_to_one")]
)
def test_rows_are_dropped_only_where_a_null_is_not_allowed_and_the_script_says_so(
    nullable: bool, drop: bool, shape: str
) -> None:
    plan = f"LogicalSink(table=[c.d.out], fields=[a])\n+- {SCAN}"
    target = table("out", "kafka", TableColumn("a", "INT", nullable=nullable))
    (path,) = compose([sink(plan, target, table("t"), drop=drop)]).paths
    assert path.shape == shape


def test_the_sections_of_an_explanation_are_told_apart() -> None:
    assert sections("== A ==\nx\n\n== B ==\ny") == {"A": "x", "B": "y"}
    assert hint_options("OPTIONS inheritPath:[] options:{topic=a;b, scan.startup.mode=latest-offset}") == {
        "topic": "a;b",
        "scan.startup.mode": "latest-offset",
    }
    assert hint_options("STATE_TTL options:{o=1d}") == {}


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("=($0, 2)", Literal((2,))),
        ("=(-3, $0)", Literal((-3,))),
        ("=($0, 1.5:DECIMAL(2, 1))", Literal((1.5,))),
        ("IS NOT DISTINCT FROM($1, _UTF-16LE'it''s':VARCHAR(5) CHARACTER SET \"UTF-16LE\")", Literal(("it's",))),
        ("<>($1, CAST(_UTF-16LE'A'):VARCHAR(3) CHARACTER SET \"UTF-16LE\")", Literal(("A",))),
        ("SEARCH($1, Sarg[_UTF-16LE'A':CHAR(1), _UTF-16LE'B']:CHAR(1))", Literal(("A", "B"))),
        ("SEARCH($0, Sarg[1, 2, 30])", Literal((1, 2, 30))),
        ("SEARCH($0, Sarg[(-∞..7), (7..+∞)])", Literal((7,))),
        ("SEARCH($0, Sarg[3, (5..7], [20..+∞)])", Literal((3,), (5, 20), (7,))),
        (">($0, 100)", Literal(above=(100,))),
        (">=(100, $0)", Literal(below=(100,))),
    ],
)
def test_compared_literals_are_read_from_the_plan(text: str, literal: Literal) -> None:
    (found,) = flow(f"LogicalFilter(condition=[{text}])\n+- {SCAN}").literals
    assert found[1] == literal


@pytest.mark.parametrize(
    "text", ["=($0, $1)", "=($0, 2020-01-01)", "IS NULL($0)", "=($0, null:INTEGER)", "AND($0, true)"]
)
def test_only_texts_and_numbers_count_as_literals(text: str) -> None:
    assert flow(f"LogicalFilter(condition=[{text}])\n+- {SCAN}").literals == ()
