"""``--use-topics-as-written``: what lies under the script's own names is told beforehand, or ends the run there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import confluent_kafka as ck
import pytest

from pipegen.config import ResolvedSettings, Settings
from pipegen.errors import ProjectError
from pipegen.planner import ScriptPlan
from pipegen.project.plan.statement import Place
from pipegen.project.plan.subjects import subjects_of
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.topology import Input, Latency, Output, Topology
from pipegen.project.plan.topology import Path as Way
from pipegen.run.announcement import told_of_as_written
from pipegen.run.as_written import AsWritten, find_as_written
from pipegen.run.connect import make_clients
from pipegen.run.planned_script import ReadyScript, ready_script
from pipegen.stack import Endpoints
from tests.unit.stand_in_kafka import StandInKafka
from tests.unit.stand_in_registry import StandInRegistry

PLACE = Place(Path("job.sql"), 3, 1)
DERIVED = json.dumps(
    {
        "type": "record",
        "name": "record",
        "namespace": "org.apache.flink.avro.generated",
        "fields": [{"name": "id", "type": "int"}],
    }
)
"""What Flink makes of the columns of the tables below."""
THEIRS = '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "int"}, {"name": "n", "type": "int"}]}'


def table(name: str, **options: str) -> FlinkTable:
    told = {"connector": "kafka", "topic": f"{name}-t", "format": "json"} | options
    return FlinkTable(TableName("c", "d", name), (TableColumn("id", "INT", nullable=False),), options=told)


def topology(source: dict[str, str] | None = None, sink: dict[str, str] | None = None) -> Topology:
    read, written = table("orders", **(source or {})), table("paid", **(sink or {}))
    way = Way("orders", "paid", "one_to_one", (), (), Latency("header", "arrives"), PLACE)
    return Topology(
        inputs=(Input("orders", read.topics, (read,)),),
        outputs=(Output("paid", written.topics, (written,), (), ("I",), (way,), PLACE),),
    )


def ready(plan: Topology, found: AsWritten = AsWritten(), **settings: object) -> ReadyScript:  # noqa: B008 -- a value
    told = {"bootstrap_servers": "here:9092", "pipeline": {"use_topics_as_written": True}, **settings}
    resolved = ResolvedSettings(Settings.model_validate(told), {})
    return ready_script(ScriptPlan(plan, (), {}), resolved, project_dir=Path(), name="job", found=found)


def told(plan: Topology, found: AsWritten = AsWritten()) -> list[str]:  # noqa: B008 -- a value
    made = ready(plan, found)
    return list(told_of_as_written(made.project, made.resolved.settings, found))


AVRO = {"format": "avro-confluent"}


def test_topics_subjects_and_groups_are_told_beforehand() -> None:
    plan = topology(AVRO | {"properties.group.id": "theirs"}, AVRO | {"avro-confluent.subject": "paid"})
    assert told(plan, AsWritten(topics=frozenset({"orders-t"}))) == [
        "it creates, and deletes at its end, the topics paid-t",
        "it registers, and deletes at its end, the subjects orders-t-value, paid",
        "its jobs commit offsets of the groups that the script names: theirs",
    ]
    assert told(topology(), AsWritten(topics=frozenset({"orders-t", "paid-t"}))) == ["it creates no topic"]


@pytest.mark.parametrize(("known", "warned"), [(DERIVED, False), (THEIRS, True), ("no schema", True)])
def test_a_job_that_registers_another_version_is_told_as_a_warning(known: str, warned: bool) -> None:
    lines = told(topology(sink=AVRO), AsWritten(schemas={"paid-t-value": known}))
    warning = (
        "warning: its jobs may register a new version of paid-t-value, where another schema is, and fail if the"
        " registry refuses it"
    )
    assert (warning in lines) is warned


def test_a_table_may_say_the_schema_that_it_writes() -> None:
    sink = AVRO | {"avro-confluent.schema": THEIRS}
    assert not any("warning" in line for line in told(topology(sink=sink), AsWritten(schemas={"paid-t-value": THEIRS})))


def test_records_are_made_from_the_schema_of_a_subject_that_exists() -> None:
    found = AsWritten(schemas={"orders-t-value": THEIRS})
    facts = ready(topology(AVRO), found).project.inputs[0]
    assert facts.schema.text == THEIRS, "the registry has it already, so nothing new is registered"
    assert [field["name"] for field in facts.record.schema["fields"]] == ["id", "n"]  # type: ignore[union-attr]


def test_a_schema_file_that_the_subject_does_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.avsc").write_text(DERIVED)
    inputs = {"orders": {"schema": str(tmp_path / "own.avsc")}}
    with pytest.raises(ProjectError, match="subject orders-t-value has another schema, and --use-topics-as-written"):
        ready(topology(AVRO), AsWritten(schemas={"orders-t-value": THEIRS}), inputs=inputs)
    ready(topology(AVRO), AsWritten(schemas={"orders-t-value": DERIVED}), inputs=inputs)


def test_a_key_that_its_subject_does_not_have_is_refused() -> None:
    plan = topology(AVRO | {"key.format": "avro-confluent", "key.fields": "id"})
    with pytest.raises(ProjectError, match="subject orders-t-key has another schema than the key that orders reads"):
        ready(plan, AsWritten(schemas={"orders-t-key": THEIRS}))
    ready(plan, AsWritten(schemas={"orders-t-key": DERIVED}))


@pytest.mark.parametrize(
    ("options", "value", "fault"),
    [
        ({}, b"id,kind", "a record in it is no JSON"),
        ({}, b"[1]", "a record in it is no JSON object"),
        ({}, b'{"other": 1}', "a record in it has none of the columns id"),
        (AVRO, b'{"id": 1}', "a record in it has no id of a schema"),
        ({}, b'{"id": 1}', None),
        (AVRO, b"\0\0\0\0\7\2", None),
        ({"json.ignore-parse-errors": "true"}, b"id,kind", None),
    ],
)
def test_a_topic_that_exists_with_other_data_is_refused(
    options: dict[str, str], value: bytes, fault: str | None
) -> None:
    found = AsWritten(topics=frozenset({"orders-t"}), values={"orders-t": (value,)})
    if fault is None:
        ready(topology(options), found)
        return
    with pytest.raises(ProjectError) as caught:
        ready(topology(options), found)
    assert caught.value.message.startswith("topic orders-t exists with other data: orders reads it from the beginning")
    assert caught.value.message.endswith(fault)


def test_a_pattern_of_topics_cannot_be_sent_to() -> None:
    read = table("orders")
    pattern = FlinkTable(
        read.name, read.columns, options={"connector": "kafka", "topic-pattern": "o.*", "format": "json"}
    )
    plan = Topology(inputs=(Input("orders", (), (pattern,)),), outputs=topology().outputs)
    with pytest.raises(ProjectError, match="input orders reads a pattern of topics"):
        ready(plan)


def test_other_brokers_and_registries_are_told_in_a_sentence_each() -> None:
    away = {"properties.bootstrap.servers": "prod:9092"}
    sink = away | AVRO | {"avro-confluent.url": "https://user:hidden-word@registry.prod"}
    brokers, registry = told(topology(away, sink))[-2:]
    end = "unless both are the same, nothing comes out"
    assert (
        brokers == f"warning: orders and paid: the SQL names the brokers prod:9092, and the run uses here:9092: {end}"
    )
    assert registry.startswith(
        "warning: paid: the SQL names the registry https://registry.prod, and the run uses http://"
    )
    same = {"properties.bootstrap.servers": "here:9092"}
    assert not any("warning" in line for line in told(topology(same, same)))


def test_transactional_ids_that_are_taken_over_are_told() -> None:
    lines = told(topology(sink={"sink.transactional-id-prefix": "billing"}))
    assert (
        "warning: its jobs take over transactional ids that begin with billing: a job that uses them now fails" in lines
    )


def test_groups_that_are_new_are_the_runs_and_those_that_exist_are_not() -> None:
    plan = topology({"properties.group.id": "theirs"})
    variables = {"RUN_ID": "abc", "GROUP_ID": "g"}
    assert ready(plan).project.named(variables).groups == ("theirs",)
    assert ready(plan, AsWritten(groups=frozenset({"theirs"}))).project.named(variables).groups == ()


def test_subjects_are_those_that_options_name_in_either_spelling() -> None:
    named = table("a", **AVRO, **{"avro-confluent.schema-registry.subject": "s", "key.format": "avro-confluent"})
    assert subjects_of(named) == ["s", "a-t-key"]
    assert subjects_of(table("a")) == []


def test_what_is_there_is_asked_of_kafka_and_the_registry() -> None:
    kafka, registry = StandInKafka(), StandInRegistry()
    try:
        kafka.create("orders-t", 1)
        producer = ck.Producer({"bootstrap.servers": kafka.bootstrap_servers})
        producer.produce("orders-t", b"theirs")
        producer.flush(5)
        registry.register("orders-t-value", THEIRS)
        endpoints = Endpoints(
            bootstrap_servers=kafka.bootstrap_servers,
            schema_registry_url=registry.url,
            flink_url="http://127.0.0.1:9",
            sql_gateway_url="http://127.0.0.1:9",
        )

        async def ask() -> AsWritten:
            clients = make_clients(endpoints, Settings(), on_kafka_fault=lambda _fault: None)
            try:
                return await find_as_written(topology(AVRO | {"scan.startup.mode": "earliest-offset"}, AVRO), clients)
            finally:
                await clients.close()

        found = asyncio.run(ask())
    finally:
        kafka.close()
        registry.close()
    assert found.topics == {"orders-t"}
    assert found.schemas == {"orders-t-value": THEIRS}
    assert found.values == {"orders-t": (b"theirs",)}
