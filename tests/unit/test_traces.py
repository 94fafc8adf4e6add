"""Columns whose values lead back to their records: which are chosen, what their values are, what is read of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pipegen.config.topics import InputSettings, OutputSettings
from pipegen.errors import ProjectError
from pipegen.hotpath import Meters, Schedule, Trace, TraceReader
from pipegen.project import InputFacts, OutputFacts
from pipegen.project.flink_project import topics_of
from pipegen.project.inputs import InputRecord, InputRecords, input_records
from pipegen.project.plan.flow import PathShape
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import ComparedColumn, Latency, LatencyWay, Origin, Output, OutputColumn, Topology
from pipegen.project.plan.topology import Path as Way
from pipegen.project.planned_output import output_facts
from pipegen.run.feed.made_inputs import facts_of
from pipegen.run.read.trace import traces_of
from tests.unit.input_tables import DUE_NS, PLACE, made, table
from tests.unit.input_tables import topology as inputs_of

ORDERS = table("orders", ["order_id BIGINT NOT NULL", "customer_id STRING", "amount INT", "ref STRING"])
PAYMENTS = table("payments", ["payment_id STRING NOT NULL", "order_id BIGINT NOT NULL"])


def out(
    columns: Mapping[str, str],
    *names: str,
    by: LatencyWay | None = None,
    shape: PathShape = "one_to_one",
    value_format: str = "json",
    changes: tuple[str, ...] = ("I",),
) -> Output:
    """An output whose columns are ``input.column`` each, or ``f(input.column)`` where it is computed."""
    lineage = []
    for name, source in columns.items():
        how = "derived" if source.startswith("f(") else "exact"
        inside = source.removeprefix("f(").removesuffix(")")
        origins = [Origin(*each.split("."), metadata=False, how=how) for each in inside.split("+") if each]  # type: ignore[arg-type]
        lineage.append(OutputColumn(name, metadata=False, origins=frozenset(origins)))
    sink = table("out", [f"{name} STRING" for name in columns], options={"format": value_format})
    ways = tuple(
        Way(each, "out", shape, (), (), Latency(by, "why"), PLACE, meets=frozenset(names) - {each}) for each in names
    )
    return Output("out", ("out",), (sink,), tuple(lineage), changes, ways, PLACE)


def read(*tables: FlinkTable, output: Output, joins: tuple[str, ...] = (), **more: Any) -> Topology:
    return replace(inputs_of(*tables, joins=joins), outputs=(output,), **more)


def chosen(
    topology: Topology,
    *,
    inputs: Mapping[str, InputSettings] | None = None,
    outputs: Mapping[str, OutputSettings] | None = None,
    totals: Mapping[str, int] | None = None,
) -> InputRecords:
    return input_records(topology, settings=inputs or {}, seed=7, outputs=outputs, totals=totals, guess_traces=True)


def traces(records: InputRecords) -> dict[str, str]:
    return {f"{each.name}.{trace.column}": trace.kind for each in records.records for trace in each.traces}


def facts(topology: Topology, records: InputRecords) -> OutputFacts:
    fed: list[InputFacts] = [
        facts_of(source, record, None) for source, record in zip(topology.inputs, records.records, strict=True)
    ]
    (output,) = topology.outputs
    return output_facts(output, topic=topics_of(output.tables[0])[0], fed=fed, inputs=topology.inputs)


def values(record: InputRecord, column: str, count: int = 300) -> list[Any]:
    return [json.loads(value)[column] for value, _ in made(record, count)]


COPY = {"id": "orders.order_id", "amount": "orders.amount"}


def test_a_column_that_differs_for_each_record_is_found_where_no_header_arrives() -> None:
    found = chosen(read(ORDERS, output=out(COPY, "orders")))
    assert traces(found) == {"orders.order_id": "long"}
    assert any("order_id leads back to its record" in note for note in found["orders"].notes)
    assert traces(chosen(read(ORDERS, output=out(COPY, "orders", by="header")))) == {}
    assert traces(chosen(read(ORDERS, output=out(COPY, "orders", by="timestamp")))) == {"orders.order_id": "long"}


def test_a_column_that_is_no_id_or_comes_again_is_not_taken_for_one() -> None:
    for column in ("customer_id", "amount", "ref"):
        assert traces(chosen(read(ORDERS, output=out({"x": f"orders.{column}"}, "orders")))) == {}, column
    assert traces(chosen(read(ORDERS, output=out({"x": "f(orders.order_id)"}, "orders")))) == {}
    grouped = read(ORDERS, output=out(COPY, "orders"), groups=(("orders", "order_id"),))
    assert traces(chosen(grouped)) == {}
    compared = read(ORDERS, output=out(COPY, "orders"), compared=(ComparedColumn("orders", "order_id", (3,)),))
    assert traces(chosen(compared)) == {}
    hinted = {"orders": InputSettings(hints={"order_id": {"min": 1, "max": 10_000_000}})}
    assert traces(chosen(read(ORDERS, output=out(COPY, "orders")), inputs=hinted)) == {}


def test_settings_can_say_that_there_is_none() -> None:
    topology = read(ORDERS, output=out(COPY, "orders"))
    assert traces(chosen(topology, outputs={"out": OutputSettings(trace="none")})) == {}
    assert traces(chosen(topology, inputs={"orders": InputSettings(trace="none")})) == {}


def test_a_column_that_the_settings_name_is_a_trace_even_where_the_sql_groups_by_it() -> None:
    grouped = read(ORDERS, output=out(COPY, "orders"), groups=(("orders", "order_id"),))
    found = chosen(grouped, outputs={"out": OutputSettings(trace="id")})
    assert traces(found) == {"orders.order_id": "long"}
    assert len(set(values(found["orders"], "order_id"))) == 300
    by_input = chosen(grouped, inputs={"orders": InputSettings(trace="ref")})
    assert traces(by_input) == {"orders.ref": "text"}


@pytest.mark.parametrize(
    ("trace", "said", "remedy"),
    [
        ("idd", "outputs.out.trace: out has no column idd", "id"),
        ("twice", "outputs.out.trace: twice does not lead back to a record: it is computed from orders.amount", "id"),
        ("amount", 'orders.amount does not lead back to one record: its values are those of the hint "max"', "Name a"),
        ("paid", "the SQL compares it with literals", "Name a"),
        ("at", "only INT, BIGINT, and STRING or VARCHAR of 25 characters or more can be traced", "Name a"),
    ],
)
def test_a_column_that_cannot_lead_back_is_refused_in_one_sentence(trace: str, said: str, remedy: str) -> None:
    wide = table("orders", ["order_id BIGINT", "amount INT", "paid INT", "at TIMESTAMP(3)"])
    lineage = {"id": "orders.order_id", "twice": "f(orders.amount)"}
    lineage |= {name: f"orders.{name}" for name in ("amount", "paid", "at")}
    topology = read(wide, output=out(lineage, "orders"), compared=(ComparedColumn("orders", "paid", (3,)),))
    inputs = {"orders": InputSettings(hints={"amount": {"max": 9}})}
    with pytest.raises(ProjectError) as refusal:
        chosen(topology, inputs=inputs, outputs={"out": OutputSettings(trace=trace)})
    assert said in refusal.value.message
    assert remedy in (refusal.value.remedy or "")


def test_where_nothing_is_traced_the_reason_says_what_would_be() -> None:
    grouped = read(ORDERS, output=out(COPY, "orders"), groups=(("orders", "order_id"),))
    of = facts(grouped, chosen(grouped))
    assert of.latency_source is None
    assert of.latency_reason.endswith(". Or set outputs.out.trace: id, so that each record has its own")
    other = read(ORDERS, output=out({"who": "orders.customer_id"}, "orders"))
    assert "trace" not in facts(other, chosen(other)).latency_reason


def test_a_column_that_cannot_be_read_from_the_output_is_refused() -> None:
    unread = read(ORDERS, output=out(COPY, "orders", value_format="csv"))
    with pytest.raises(ProjectError, match=r"outputs.out.trace: id cannot be read .*: PipeGen does not read csv"):
        chosen(unread, outputs={"out": OutputSettings(trace="id")})
    assert traces(chosen(unread)) == {}, "its values are left as they are"
    in_key = out(COPY, "orders")
    options = {"key.format": "json", "key.fields": "id", "value.fields-include": "EXCEPT_KEY"}
    sink = table("out", ["id STRING", "amount STRING"], options=options)
    with pytest.raises(ProjectError, match="it stands in the Kafka key alone"):
        chosen(read(ORDERS, output=replace(in_key, tables=(sink,))), outputs={"out": OutputSettings(trace="id")})


def test_a_key_that_others_share_is_refused_and_one_that_others_follow_is_not() -> None:
    joined = {"id": "orders.order_id", "pay": "payments.payment_id", "who": "payments.order_id"}
    topology = read(
        ORDERS,
        PAYMENTS,
        output=out(joined, "orders", "payments", shape="join"),
        joins=("orders.order_id = payments.order_id",),
    )
    found = chosen(topology, totals={"orders": 500, "payments": 500})
    assert traces(found) == {"orders.order_id": "long", "payments.payment_id": "text"}
    paid, ordered = values(found["payments"], "order_id"), values(found["orders"], "order_id", 400)
    assert set(paid) <= set(ordered)
    schedule = Schedule([(0, 4_000_000_000, 100.0, 100.0)])
    reader = traces_of(facts(topology, found), [schedule, schedule], schema_by_id=lambda _: None)
    assert reader is not None
    rows = [json.dumps({"id": own, "pay": None}).encode() for own in ordered]
    assert [order for order, _ in reader.read(rows).events()] == list(range(400))
    assert len(set(paid)) == 300
    with pytest.raises(ProjectError, match=r"its values come again, so that joins with orders.order_id find partners"):
        chosen(topology, outputs={"out": OutputSettings(trace="who")})


def test_the_output_is_traced_and_counts_from_the_latest_of_what_meets() -> None:
    joined = {"id": "orders.order_id", "pay": "payments.payment_id"}
    topology = read(
        ORDERS,
        PAYMENTS,
        output=out(joined, "orders", "payments", shape="join"),
        joins=("orders.order_id = payments.order_id",),
    )
    of = facts(topology, chosen(topology))
    assert (of.latency_source, of.traced_by, of.joint, of.bound) == ("trace", "trace:id,pay", True, None)
    assert {path.input: path.traced_by for path in of.paths} == {"orders": "trace:id", "payments": "trace:pay"}
    assert not of.stamped
    half = read(
        ORDERS,
        PAYMENTS,
        output=out({"id": "orders.order_id"}, "orders", "payments", shape="join"),
        joins=("orders.order_id = payments.order_id",),
    )
    bound = facts(half, chosen(half))
    assert (bound.latency_source, bound.traced_by) == ("trace", "trace:id")
    assert "the record of payments may have been due later" in (bound.bound or "")


@pytest.mark.parametrize(
    ("value_format", "place"),
    [("json", ("id",)), ("debezium-json", ("after", "id")), ("avro-confluent", ("id",)), ("csv", None)],
)
def test_a_trace_is_read_where_the_format_of_the_output_has_it(
    value_format: str, place: tuple[str, ...] | None
) -> None:
    topology = read(ORDERS, output=out(COPY, "orders", value_format=value_format))
    (path,) = facts(topology, chosen(topology)).paths
    assert (path.trace.place if path.trace else None) == place
    assert path.latency_source == ("trace" if place else None)


def test_what_comes_out_leads_back_to_the_event_whatever_the_kind() -> None:
    wide = table("orders", ["id STRING", "order_id INT", "ref STRING", "code VARCHAR(25)"])
    lineage = {name: f"orders.{name}" for name in ("id", "order_id", "ref", "code")}
    schedule = Schedule([(0, 10_000_000_000, 100.0, 100.0)])
    for column, kind in {"id": "uuid", "order_id": "int", "ref": "text", "code": "text"}.items():
        topology = read(wide, output=out(lineage, "orders"))
        found = chosen(topology, outputs={"out": OutputSettings(trace=column)})
        assert traces(found) == {f"orders.{column}": kind}
        reader = traces_of(facts(topology, found), [schedule], schema_by_id=lambda _: None)
        assert reader is not None
        sent = [value for value, _ in made(found["orders"], 1_001)]
        events = [event for (event,) in reader.read(sent).events()]
        assert events == [*range(1_000), None], "the last is not planned"
        assert all(len(json.loads(value)["code"]) <= 25 for value in sent)


def test_an_event_of_a_trace_is_due_when_the_pacer_says_so() -> None:
    schedule = Schedule([(0, 2_000_000_000, 10.0, 90.0)], arrivals="poisson", seed=3)
    trace = Trace(["id"], kind="long", stream=5, schedule=schedule)
    meters = Meters()
    meters.start(DUE_NS)
    event = 40
    value = json.dumps({"id": trace.value(event)}).encode()
    read_ns = DUE_NS + schedule.due_ns(event) + 12_000_000
    found = TraceReader([trace]).read_json([value, b'{"id": 5}'])
    batch = meters.consumed([None, None], value_bytes=[1, 1], partitions=[0, 0], consumed_ns=read_ns, traces=found)
    assert (batch.count, batch.unmeasured, meters.totals().foreign) == (2, 1, 1)
    assert meters.histogram("end_to_end").min_us == pytest.approx(12_000, rel=0.01)
    assert meters.missing(end=3, most=9) == [0, 1, 2]
