"""Which outputs stand for a table, how its rows are told apart, and where their order says nothing."""

from __future__ import annotations

from pathlib import Path

from pipegen.config.topics import InputSettings
from pipegen.project.inputs import input_records
from pipegen.project.plan.flow import PathShape, Step
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.topology import Input, Latency, Origin, Output, OutputColumn, Topology
from pipegen.project.plan.topology import Path as Way
from pipegen.project.planned_output import output_facts
from pipegen.project.table_facts import TableFacts, table_facts
from pipegen.run.feed.made_inputs import facts_of

PLACE = Place(Path("job.sql"), 3, 1)
UPSERT = {"connector": "upsert-kafka", "topic": "t", "key.format": "json", "value.format": "json"}


def output(
    options: dict[str, str], changes: str, *steps: Step, key: str = "id", exact: bool = True, mini_batch: bool = False
) -> Output:
    """An output of one path, whose key comes from the input as it was sent or not."""
    table = FlinkTable(
        TableName("c", "d", "sink"), (TableColumn("id", "INT"),), primary_key=tuple(key.split()), options=options
    )
    shape: PathShape = steps[-1].shape if steps else "one_to_one"
    way = Way("orders", "sink", shape, steps, (), Latency("header", "it arrives"), PLACE)
    origin = Origin("orders", "id", metadata=False, how="exact" if exact else "derived")
    column = OutputColumn("id", metadata=False, origins=frozenset({origin}))
    topics = ("t",) if "topic" in options else ()
    return Output("sink", topics, (table,), (column,), tuple(changes.split()), (way,), PLACE, mini_batch=mini_batch)


def facts(*arguments: object, **more: object) -> TableFacts:
    found = table_facts(output(*arguments, **more))  # type: ignore[arg-type]
    assert found is not None
    return found


def counted(changes: str, form: str, *, upsert: bool = True, steps: str = "I UA D") -> tuple[str, str, str]:
    """The shape of an output of orders whose rows change so, that of its path, and why."""
    sink = UPSERT if upsert else {"connector": "kafka", "topic": "t", "format": "debezium-json"}
    source = UPSERT if form == "upsert" else {"connector": "kafka", "topic": "orders", "format": form}
    columns = (TableColumn("id", "INT", nullable=False),)
    table = FlinkTable(TableName("c", "d", "orders"), columns, primary_key=("id",), options=source)
    fed = Input("orders", ("orders",), (table,))
    create, update, delete = changes.split()
    told = InputSettings.model_validate({"changes": {"create": create, "update": update, "delete": delete}})
    record = input_records(Topology(inputs=(fed,)), settings={"orders": told}, seed=1)["orders"]
    found = output_facts(output(sink, steps), topic="t", fed=[facts_of(fed, record, None)], inputs=[fed])
    return found.shape, found.paths[0].shape, found.shape_reason


def test_changes_count_one_by_one_where_each_of_them_comes_out_once() -> None:
    assert counted("20% 70% 10%", "debezium-json")[:2] == ("one_to_one", "one_to_one")
    assert counted("20% 80% 0%", "upsert")[:2] == ("one_to_one", "one_to_one")


def test_changes_that_come_out_twice_or_as_others_are_not_counted_one_by_one() -> None:
    deleted = counted("20% 70% 10%", "upsert")
    assert deleted == ("aggregate", "aggregate", "a deleted row of orders comes out as the record before it")
    twice = counted("20% 70% 10%", "debezium-json", upsert=False, steps="I UB UA D")
    assert twice == ("aggregate", "aggregate", "an update of orders comes out as two records")


GROUP, TOP = Step("aggregate", "GROUP BY"), Step("aggregate", "Top-N or deduplication", ranked=True)


def test_a_topic_that_rows_are_only_added_to_stands_for_no_table() -> None:
    assert table_facts(output({"connector": "kafka", "topic": "t", "format": "json"}, "I", key="")) is None
    assert table_facts(output({"connector": "print"}, "I", key="")) is None


def test_the_kafka_key_tells_rows_of_upsert_kafka_apart() -> None:
    assert facts(UPSERT, "I UA D") == TableFacts(None, ("id",), deletes=True)


def test_the_columns_of_the_primary_key_tell_rows_of_a_changelog_apart() -> None:
    assert facts({"connector": "kafka", "topic": "t", "format": "ogg-json"}, "I UB UA") == TableFacts(
        "ogg-json", ("id",)
    )


def test_what_stands_in_for_a_table_whose_rows_nobody_could_read_is_a_changelog() -> None:
    assert facts({"connector": "print"}, "I UB UA", key="") == TableFacts("debezium-json")


def test_updates_of_an_aggregate_can_be_combined() -> None:
    assert facts(UPSERT, "I UA", GROUP).combinable
    assert not facts(UPSERT, "I UA").combinable
    assert facts(UPSERT, "I UA", GROUP, mini_batch=True).mini_batch


def test_the_order_of_rows_that_rightly_go_back_is_not_judged() -> None:
    assert facts(UPSERT, "I UA", GROUP).steps_back is None
    assert "later one is deleted" in (facts(UPSERT, "I UA D", GROUP).steps_back or "")
    assert facts(UPSERT, "I UA", TOP).steps_back is None
    assert "Top-N" in (facts(UPSERT, "I UA", TOP, exact=False).steps_back or "")
    assert "Top-N" in (facts(UPSERT, "I UA D", TOP).steps_back or "")
