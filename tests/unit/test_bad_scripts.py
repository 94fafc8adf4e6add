"""What is wrong with a script is one clear sentence before anything starts. What Flink itself must say is in
`tests/cases/test_bad_scripts.py`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipegen.config import ResolvedSettings, Settings
from pipegen.errors import EXIT_CONFIG, ProjectError
from pipegen.planner import ScriptPlan, plan_script
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.splitter import split_script
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import InnerTopic, Latency, Output, Topology
from pipegen.project.plan.topology import Path as Way
from pipegen.run.planned_script import ready_script
from pipegen.services.sql_gateway import StatementRefusedError, StatementResult
from tests.unit.input_tables import table, topology

PLACE = Place(Path("job.sql"), 1, 1)
ORDERS = table("orders", ["id INT", "kind STRING"])
RATES = table("rates", ["id INT", "kind STRING"])
FACTORY = """org.apache.flink.table.api.ValidationException: Unable to create a source for reading table \
'default_catalog.default_database.orders'.

Table options are:

'connector'='kafka'
Caused by: org.apache.flink.table.api.ValidationException: Could not find any factory for identifier 'nosuch' that \
implements 'org.apache.flink.table.factories.DeserializationFormatFactory' in the classpath.

Available factory identifiers are:

avro
csv"""


def written(*tables: FlinkTable) -> Output:
    ways = tuple(Way(name, "out", "one_to_one", (), (), Latency("header", "a"), PLACE) for name in ("orders", "rates"))
    return Output("out", tables[0].topics, tables, (), ("I",), ways, PLACE)


def refused(of: Topology, script: str = "", **inputs: Any) -> str:
    """The sentence with which a script is refused."""
    told = of if of.outputs else replace(of, outputs=(written(table("out", ["id INT"])),))
    statements = tuple(Planned(each) for each in split_script(script, PLACE.file))
    settings = ResolvedSettings(Settings.model_validate({"inputs": inputs}), {})
    with pytest.raises(ProjectError) as caught:
        ready_script(ScriptPlan(told, (), {}, statements), settings, project_dir=Path(), name="job")
    assert caught.value.exit_code == EXIT_CONFIG
    assert caught.value.remedy
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_format_that_flink_does_not_know_names_the_table() -> None:
    class Flink:
        async def open_session(self, _name: str, _properties: dict[str, str]) -> str:
            return "s"

        async def end_session(self, _handle: str) -> None: ...

        async def execute(self, statement: str, *, timeout_s: float) -> StatementResult:
            del timeout_s
            if statement.startswith("EXPLAIN"):
                raise StatementRefusedError(
                    FACTORY.partition("ValidationException: Could ")[2].join(["Could ", ""]), FACTORY
                )
            return StatementResult(None, [])

    script = split_script("\nINSERT INTO out SELECT * FROM orders", PLACE.file)
    (told,) = asyncio.run(plan_script(script, Flink(), variables={})).findings
    assert told.where == "job.sql:2:1"
    assert told.message.startswith("table orders: Could not find any factory for identifier 'nosuch'")
    assert told.message.endswith("Available factory identifiers are: avro, csv")


@pytest.mark.parametrize("form", ["protobuf", "csv", "raw"])
def test_a_format_that_cannot_be_made(form: str) -> None:
    assert refused(topology(table("orders", ["id INT"], options={"format": form}))) == (
        f"orders reads the format {form}, which PipeGen does not make"
    )


def test_a_type_that_cannot_be_made() -> None:
    told = refused(topology(table("orders", ["id INT", "wait INTERVAL DAY TO SECOND"])))
    assert told == "orders: the column wait cannot be made: no record can hold the type INTERVAL"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("rates", "inputs.rates: rates is no input: no statement that starts a job reads it"),
        ("out", "inputs.out: out is no input: the script writes it itself"),
        ("order", "inputs.order: the script has no such input"),
    ],
)
def test_an_input_nobody_reads(name: str, told: str) -> None:
    script = "CREATE TABLE `c`.`d`.rates (id INT) WITH ('connector' = 'kafka')"
    assert refused(topology(ORDERS), script, **{name: {"rate": 5}}) == told


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"one_of": ["a"]}, {"one_of": ["b"]}),
        ({"one_of": ["1"]}, {"min": 2, "max": 3}),
    ],
)
def test_a_join_whose_keys_never_meet(left: dict[str, object], right: dict[str, object]) -> None:
    of = topology(ORDERS, RATES, joins=["orders.kind = rates.kind"])
    hints = {"orders": {"hints": {"kind": left}}, "rates": {"hints": {"kind": right}}}
    assert refused(of, **hints) == (
        "the join of orders.kind = rates.kind finds no partners: their hints have no value in common"
    )


def test_a_schema_file_that_does_not_fit(tmp_path: Path) -> None:
    file = tmp_path / "orders.avsc"
    file.write_text('{"type": "record", "name": "O", "fields": [{"name": "id", "type": "string"}]}')
    of = topology(table("orders", ["id INT"], options={"format": "avro"}))
    assert refused(of, orders={"schema": str(file)}) == f"orders reads id as INT, and {file} has it as string"


def two_tables(**options: str) -> Topology:
    """A topic that two tables read."""
    other = replace(table("same", ["id INT"], options=options), options={**ORDERS.options, **options})  # type: ignore[dict-item]
    (source,) = topology(ORDERS).inputs
    return Topology(inputs=(replace(source, tables=(ORDERS, other)),))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"format": "avro"}, "in two formats: json and avro"),
        ({"json.timestamp-format.standard": "ISO-8601"}, "in two formats: json and json"),
    ],
)
def test_two_tables_that_read_one_topic_in_two_ways(options: dict[str, str], told: str) -> None:
    assert refused(two_tables(**options)) == f"orders and same read one topic {told}"


def test_two_tables_that_read_one_key_in_two_ways() -> None:
    keyed = replace(ORDERS, options={**ORDERS.options, "key.format": "raw", "key.fields": "kind"})  # type: ignore[dict-item]
    other = replace(keyed, name=RATES.name, options={**keyed.options, "key.format": "json"})  # type: ignore[dict-item]
    (source,) = topology(keyed).inputs
    told = refused(Topology(inputs=(replace(source, tables=(keyed, other)),)))
    assert told == "orders and rates read one topic with two formats of its key: raw and json"


def test_a_key_that_one_of_two_tables_reads_is_made() -> None:
    keyed = replace(ORDERS, name=RATES.name, options={**ORDERS.options, "key.format": "raw", "key.fields": "kind"})  # type: ignore[dict-item]
    (source,) = topology(ORDERS).inputs
    of = Topology(inputs=(replace(source, tables=(ORDERS, keyed)),), outputs=(written(table("out", ["id INT"])),))
    settings = ResolvedSettings(Settings(), {})
    made = ready_script(ScriptPlan(of, (), {}), settings, project_dir=Path(), name="job").project.inputs[0].record
    assert made is not None
    assert made.key is not None
    assert made.key.columns == (("kind", "kind"),)


@pytest.mark.parametrize("inner", [True, False])
def test_two_tables_over_a_topic_that_the_script_writes(inner: bool) -> None:
    first, second = table("a", ["id INT"]), table("b", ["id INT"], options={"topic": "a", "format": "avro"})
    of = topology(ORDERS)
    between = InnerTopic("a", ("a",), (first, second))
    of = replace(of, inner=(between,)) if inner else replace(of, outputs=(written(first, second),))
    assert refused(of) == "a and b are the one topic a in two formats: json and avro"


def test_tables_whose_formats_are_one_on_the_wire_agree() -> None:
    first = table("a", ["id INT"], options={"format": "debezium-json"})
    others = [table(name, ["id INT"], options={"format": form}) for name, form in (("b", "json"), ("c", "raw"))]
    of = replace(topology(ORDERS), outputs=(written(first, *others),))
    ready_script(ScriptPlan(of, (), {}), ResolvedSettings(Settings(), {}), project_dir=Path(), name="job")
