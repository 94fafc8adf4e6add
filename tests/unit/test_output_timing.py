"""How an output of several inputs is timed: from the latest due time, from one of them as a bound, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.project.plan.flow import PathShape, Step
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.timing import Timing, time_output
from pipegen.project.plan.topology import Input, Latency, LatencyWay, Output
from pipegen.project.plan.topology import Path as Way
from tests.unit.test_plan_topology import topology

PLACE = Place(Path("job.sql"), 3, 1)
DUE = TableColumn("due", "TIMESTAMP_LTZ(3)", kind="metadata", metadata_key="timestamp")


def table(name: str, *columns: TableColumn) -> FlinkTable:
    told = {"connector": "kafka", "topic": name, "format": "json"}
    return FlinkTable(TableName("c", "d", name), (TableColumn("id", "INT"), *columns), options=told)


def way(
    name: str,
    by: LatencyWay | None,
    *,
    meets: str = "",
    shape: PathShape = "join",
    step: str = "JOIN",
    timestamp: bool = False,
) -> Way:
    latency = Latency(by, f"{name} arrives" if by else f"nothing of {name} arrives", by_timestamp=timestamp)
    steps = (Step(shape, step),)
    return Way(name, "paid", shape, steps, (), latency, PLACE, meets=frozenset(meets.split()))


def timed(*paths: Way, declared: bool = True) -> Timing:
    columns = (DUE,) if declared else ()
    inputs = [Input(each.input, (each.input,), (table(each.input, *columns),)) for each in paths]
    sink = table("paid", *columns)
    return time_output(Output("paid", ("paid",), (sink,), (), ("I",), paths, PLACE), paths, inputs)


def test_records_that_are_not_joined_are_timed_by_their_own_headers() -> None:
    found = timed(way("orders", "header", shape="filter"), way("payments", "header", shape="one_to_one"))
    assert (found.way, found.joint, found.bound) == ("header", False, None)


def test_one_untimed_path_leaves_an_output_without_joins_without_a_latency() -> None:
    found = timed(way("orders", "header", shape="filter"), way("payments", None, shape="filter"))
    assert found.way is None
    assert found.reason == "nothing of payments arrives. Records of orders are timed on their own paths"


def test_joined_records_count_from_the_latest_due_time_where_all_arrive() -> None:
    both = (way("orders", "timestamp", meets="payments", timestamp=True), way("payments", "timestamp", meets="orders"))
    found = timed(*both)
    assert (found.way, found.joint, found.bound) == ("timestamp", True, None)
    assert found.reason.endswith("and latency counts from the latest of their due times")


def test_the_header_of_one_and_the_timestamp_of_the_other_give_the_latest_due_time() -> None:
    found = timed(way("orders", "header", meets="payments"), way("payments", "timestamp", meets="orders"))
    assert (found.way, found.joint, found.bound) == ("timestamp", True, None)


def test_with_the_due_time_of_one_side_the_latency_is_a_bound_that_names_the_other() -> None:
    found = timed(way("orders", "header", meets="payments"), way("payments", None, meets="orders"))
    assert (found.way, found.joint) == ("header", True)
    assert found.bound == ("it counts from the due time of orders, but the record of payments may have been due later")
    assert "Set the timestamp of paid in the query to GREATEST(orders.due, payments.due)" in found.reason


def test_a_header_that_may_come_from_either_input_is_a_bound_too() -> None:
    found = timed(way("orders", "header", meets="payments"), way("payments", "header", meets="orders"))
    assert (found.way, found.joint) == ("header", True)
    assert found.bound is not None
    assert found.bound.startswith("it counts from the due time of one of orders and payments")


@pytest.mark.parametrize(
    ("step", "shape", "told"),
    [
        ("JOIN", "join", "GREATEST(orders.due, payments.due)"),
        ("LEFT JOIN", "join", "GREATEST(COALESCE(orders.due, payments.due), COALESCE(payments.due, orders.due))"),
        ("GROUP BY", "aggregate", "MAX of orders.due or payments.due"),
    ],
)
def test_the_remedy_fits_the_query(step: str, shape: PathShape, told: str) -> None:
    names = ("orders", "payments"), ("payments", "orders")
    found = timed(*(way(name, None, meets=other, step=step, shape=shape) for name, other in names))
    assert found.way is None
    assert told in found.reason


def test_the_remedy_first_declares_the_column_that_a_table_lacks() -> None:
    found = timed(way("orders", "header", meets="payments"), way("payments", None, meets="orders"), declared=False)
    told = "Add due TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' to orders and payments and paid, and set the timestamp"
    assert told in found.reason


@pytest.mark.parametrize(
    ("name", "meets"),
    [
        ("union", [set(), set()]),
        ("interval join", [{"payments"}, {"orders"}]),
        ("comma join", [{"payments"}, {"orders"}]),
        ("join in brackets of three", [{"payments", "rates"}, {"orders", "payments"}, {"orders", "rates"}]),
        ("self-join", [set()]),
        ("semi join", [{"rates"}, {"orders"}]),
        ("scalar subquery", [{"rates"}, {"orders"}]),
        ("except", [{"payments"}, {"orders"}]),
    ],
)
def test_the_plan_shows_which_inputs_are_combined(name: str, meets: list[set[str]]) -> None:
    assert [set(path.meets) for path in topology(name).paths] == meets


def test_records_combined_before_an_inner_topic_count_as_combined_after_it() -> None:
    (path,) = topology("chained").paths
    assert path.meets == frozenset()
