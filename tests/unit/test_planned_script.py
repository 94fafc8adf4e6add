"""What a run needs of a planned script, and how it is told where the script has not got it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.config import ResolvedSettings, Settings
from pipegen.datafile import RowEncoder
from pipegen.errors import ProjectError, SettingsError
from pipegen.planner import ScriptPlan
from pipegen.project import Finding
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.topology import Input, Latency, Output, Topology
from pipegen.project.plan.topology import Path as Way
from pipegen.run.announcement import told_of
from pipegen.run.feed.generated import SchemaIds, input_plan, loading_plan
from pipegen.run.folder_sql import doubts_of_shapes
from pipegen.run.planned_script import ready_script
from pipegen.run.planning import spec_of

PLACE = Place(Path("job.sql"), 3, 1)


def table(name: str, **options: str) -> FlinkTable:
    told = {"connector": "kafka", "topic": f"{name}-topic", "format": "json"} | options
    return FlinkTable(TableName("c", "d", name), (TableColumn("id", "INT"),), options=told)


def source(name: str = "orders", **options: str) -> Input:
    return Input(name, (f"{name}-topic",), (table(name, **options),))


def output(name: str, *, topics: tuple[str, ...], shape: str = "one_to_one") -> Output:
    path = Way("orders", name, shape, (), (), Latency("header", "the header arrives unchanged"), PLACE)  # type: ignore[arg-type]
    made = table(name) if topics else table(name, connector="print")
    return Output(name, topics, (made,), (), ("I",), (path,), PLACE)


def plan(*outputs: Output, inputs: tuple[Input, ...] | None = None, findings: tuple[Finding, ...] = ()) -> ScriptPlan:
    return ScriptPlan(Topology(inputs=(source(),) if inputs is None else inputs, outputs=outputs), findings, {})


def ready(planned: ScriptPlan, **pipeline: object):  # type: ignore[no-untyped-def]
    settings = ResolvedSettings(Settings.model_validate({"pipeline": pipeline}), {})
    return ready_script(planned, settings, project_dir=Path(), name="job")


BIG = output("big", topics=("big-topic",), shape="join")
BIG_TOO = output("more", topics=("more-topic",), shape="join")


def test_topics_and_format_come_from_the_script() -> None:
    made = ready(plan(BIG))
    pipeline = made.resolved.settings.pipeline
    assert (pipeline.input_topic, pipeline.output_topic) == ("orders-topic", "big-topic")
    assert (pipeline.unique_names, pipeline.value_format) == (True, "json")
    assert made.project.shape == "aggregate", "of a join nobody knows how many records come out"
    assert made.project.latency_source == "header"
    assert told_of(made.project)[-1].startswith("topics, groups and subjects are the run's own")


def test_used_as_written_a_run_says_beforehand_what_it_writes_to() -> None:
    made = ready(plan(BIG), use_topics_as_written=True)
    assert made.resolved.settings.pipeline.unique_names is False
    assert told_of(made.project)[-1] == (
        "topics are used as written: the run sends records to orders-topic, and its jobs write to big-topic"
    )


def test_hints_of_the_user_win_over_those_of_the_columns() -> None:
    tiny = FlinkTable(TableName("c", "d", "orders"), (TableColumn("id", "TINYINT"),), options=table("orders").options)
    fed = Input("orders", ("orders-topic",), (tiny,))

    def hints(**pipeline: object) -> object:
        record = ready(plan(BIG, inputs=(fed,)), **pipeline).project.inputs[0].record
        return record.hints["id"]

    assert hints() == {"bits": 8}
    assert hints(hints={"id": {"min": 7, "max": 8}}) == {"bits": 8, "min": 7, "max": 8}


def test_a_table_whose_rows_nobody_could_read_is_read_back_by_a_topic_of_its_name() -> None:
    made = ready(plan(output("shown", topics=())))
    assert made.resolved.settings.pipeline.output_topic == "shown"
    assert (made.project.output_format, made.project.latency_source) == ("json", None)


@pytest.mark.parametrize(
    ("planned", "told"),
    [
        (plan(), "writes nothing that can be read back"),
        (plan(BIG, inputs=()), "there is nothing to send"),
        (
            plan(BIG, inputs=(source(format="protobuf"),)),
            "orders reads the format protobuf, which PipeGen",
        ),
    ],
)
def test_what_a_run_lacks_is_one_sentence(planned: ScriptPlan, told: str) -> None:
    with pytest.raises(ProjectError) as caught:
        ready(planned)
    assert told in caught.value.message


def test_what_is_said_of_the_one_input_is_refused_where_there_are_several() -> None:
    two = plan(BIG, inputs=(source(), source("rates")))
    with pytest.raises(ProjectError) as caught:
        ready(two, hints={"id": {"min": 7}})
    assert caught.value.message == "pipeline.hints: the script has several inputs (orders, rates)"


def test_each_of_several_inputs_is_fed_in_its_own_topic_and_counts_for_its_outputs() -> None:
    made = ready(plan(BIG, inputs=(source(), source("rates"))))
    assert [(each.name, each.topic) for each in made.project.inputs] == [
        ("orders", "orders-topic"),
        ("rates", "rates-topic"),
    ]
    assert made.project.outputs[0].inputs == ("orders",), "rates is not on the way to it"
    assert "input rates (rates-topic)" in told_of(made.project)
    spec = spec_of(made.project, made.resolved, command=(), on_rows=lambda _: True)
    assert spec.records is None, "each input has a generator of its own"


@pytest.mark.parametrize(("form", "framed"), [("json", False), ("avro-confluent", True)])
def test_values_are_framed_where_the_registry_knows_their_schema_alone(form: str, framed: bool) -> None:
    made = ready(plan(BIG, inputs=(source(format=form),)))
    spec = spec_of(made.project, made.resolved, command=(), on_rows=lambda _: True)
    ids = SchemaIds(value=7, key=7)
    records = input_plan(made.project.inputs[0], spec.settings, ids=ids, schedule=spec.schedule)
    assert (spec.records is None) is framed
    assert records.record(0, due_ns=0)[0].startswith(b"\0\0\0\0\7") is framed


def test_a_versioned_table_is_loaded_first_and_its_records_do_not_time_the_result() -> None:
    rates = FlinkTable(
        TableName("c", "d", "rates"),
        (TableColumn("id", "INT", nullable=False), TableColumn("rate", "DOUBLE")),
        primary_key=("id",),
        options={"connector": "upsert-kafka", "topic": "rates", "key.format": "raw", "value.format": "json"},
    )
    met = tuple(Way(name, "big", "join", (), (), Latency("header", "arrives"), PLACE) for name in ("orders", "rates"))
    joined = Output("big", ("big-topic",), (table("big"),), (), ("I",), met, PLACE)
    made = ready(plan(joined, inputs=(source(), Input("rates", ("rates",), (rates,)))))
    loaded = made.project.inputs[1].record
    assert loaded is not None
    assert loaded.load is not None
    assert loaded.load.records == 1_000
    assert made.project.outputs[0].inputs == ("orders",)
    assert made.project.outputs[0].latency_source == "header"
    first, *_, last = [
        loading_plan(made.project.inputs[1].schema, loaded, ids=SchemaIds()).record(n, due_ns=0) for n in range(1_000)
    ]
    assert first[1] != last[1]
    spec = spec_of(made.project, made.resolved, command=(), on_rows=lambda _: True)
    changes = input_plan(made.project.inputs[1], spec.settings, ids=SchemaIds(), schedule=spec.schedules[1])
    assert spec.schedules[1].total_events == 10 * spec.plan.duration_ns // 10**9
    assert changes.record(0, due_ns=0) == first, "numbers of single records are those of the whole input"


def test_the_rows_of_a_table_that_is_read_alone_are_the_load_itself() -> None:
    alone = FlinkTable(
        TableName("c", "d", "orders"),
        (TableColumn("id", "INT", nullable=False),),
        primary_key=("id",),
        options={"connector": "upsert-kafka", "topic": "orders", "key.format": "raw", "value.format": "json"},
    )
    made = ready(plan(BIG, inputs=(Input("orders", ("orders",), (alone,)),)))
    record = made.project.inputs[0].record
    assert record is not None
    assert (record.load, record.key is None) == (None, False)


def union_of_two() -> Output:
    ways = tuple(
        Way(name, "big", "filter", (), (), Latency("header", "arrives"), PLACE) for name in ("orders", "rates")
    )
    return Output("big", ("big-topic",), (table("big"),), (), ("I",), ways, PLACE)


@pytest.mark.parametrize("told", ["one_to_one", "join"])
def test_the_users_word_on_the_shape_of_an_output_counts_more_than_the_plan(told: str) -> None:
    settings = ResolvedSettings(Settings.model_validate({"outputs": {"big": {"shape": told}}}), {})
    planned = plan(union_of_two(), BIG_TOO, inputs=(source(), source("rates")))
    big, more = ready_script(planned, settings, project_dir=Path(), name="job").project.outputs
    assert big.shape == ("one_to_one" if told == "one_to_one" else "aggregate")
    assert ([path.shape for path in big.paths], big.shape_reason) == ([told, told], "set as outputs.big.shape")
    assert (more.shape, more.shape_reason.startswith("from Flink's plan")) == ("aggregate", True)


def test_a_shape_that_is_not_the_plans_is_told() -> None:
    settings = ResolvedSettings(Settings.model_validate({"outputs": {"big": {"shape": "one_to_one"}}}), {})
    made = ready_script(plan(BIG, BIG_TOO), settings, project_dir=Path(), name="job")
    (doubt,) = doubts_of_shapes(made.project)
    assert doubt.message == "outputs.big.shape is one_to_one, but Flink's plan is aggregate"


def test_of_records_that_are_joined_only_those_with_a_header_are_to_come_out_once() -> None:
    silent = Latency(None, "nothing arrives")
    met = tuple(
        Way(name, "big", "join", (), (), latency, PLACE, meets=frozenset({other}))
        for name, latency, other in (("orders", Latency("header", "arrives"), "rates"), ("rates", silent, "orders"))
    )
    joined = Output("big", ("big-topic",), (table("big"),), (), ("I",), met, PLACE)
    settings = ResolvedSettings(Settings.model_validate({"outputs": {"big": {"shape": "one_to_one"}}}), {})
    planned = plan(joined, inputs=(source(), source("rates")))
    (facts,) = ready_script(planned, settings, project_dir=Path(), name="job").project.outputs
    assert (facts.shape, facts.inputs, facts.latency_source) == ("one_to_one", ("orders",), "header")


def test_flinks_refusals_come_before_everything_else() -> None:
    findings = tuple(
        Finding(severity="error", file="job.sql", line=line, column=2, message=f"no column {line}") for line in (4, 9)
    )
    with pytest.raises(ProjectError) as caught:
        ready(plan(findings=findings))
    assert (caught.value.message, caught.value.detail) == ("job.sql:4:2: no column 4", "job.sql:9:2: no column 9")


def test_an_output_without_a_topic_cannot_be_used_as_written() -> None:
    with pytest.raises(ProjectError, match="output shown has no topic"):
        ready(plan(output("shown", topics=())), use_topics_as_written=True)


def test_the_traffic_pattern_of_the_one_input_is_that_of_the_load() -> None:
    settings = ResolvedSettings(Settings.model_validate({"inputs": {"orders": {"traffic": "1s-2s:300%"}}}), {})
    made = ready_script(plan(BIG), settings, project_dir=Path(), name="job")
    spec = spec_of(made.project, made.resolved, command=(), on_rows=lambda _: True)
    assert spec.schedule.planned_between(from_ns=10**9, to_ns=2 * 10**9) == 300


def with_file(planned: ScriptPlan, file: Path):  # type: ignore[no-untyped-def]
    settings = ResolvedSettings(Settings.model_validate({"inputs": {"orders": {"file": str(file)}}}), {})
    return ready_script(planned, settings, project_dir=Path(), name="job")


def test_the_rows_of_a_file_are_sent_to_the_one_input(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("id\n7\n8\n")
    made = with_file(plan(BIG, inputs=(source(format="avro-confluent"),)), file)
    spec = spec_of(made.project, made.resolved, command=(), on_rows=lambda _: True)
    assert spec.file is not None
    rows = RowEncoder(spec.file, made.project.input_schema.parsed, key_field=None).encoded()
    assert [value for value, _ in rows] == [b"\2\x0e", b"\2\x10"], "a nullable INT of Avro each"


def test_the_rate_of_the_one_input_is_that_of_the_load() -> None:
    told = Settings.model_validate({"inputs": {"orders": {"rate": 60, "arrivals": "poisson"}}})
    made = ready_script(plan(BIG), ResolvedSettings(told, {}), project_dir=Path(), name="job").resolved.settings
    assert (made.message_rate, made.arrivals) == (60, "poisson")
    with pytest.raises(SettingsError, match="the message rate of the one input is 100 msg/s"):
        ready_script(plan(BIG), ResolvedSettings(told, {"message_rate": "--rate"}), project_dir=Path(), name="job")
