"""A project folder once Flink has read its SQL: what is fed, what is read back, and which topics are whose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipegen.errors import ProjectError
from pipegen.project.flink_project import PlannedScript
from pipegen.project.plan.topology import InnerTopic, Latency, Other, Output, Topology
from pipegen.project.plan.topology import Path as Way
from tests.unit.folder_topology import PLACE, TOPICS, VARIABLES, fed, insert, read, table, written


def shadows(project: PlannedScript) -> list[str]:
    return [text for statement in project.render(VARIABLES) for text in statement.before]


def test_the_table_of_the_input_topic_is_fed_and_that_of_the_output_topic_read_first(tmp_path: Path) -> None:
    others, outputs = fed("others"), (written("audit"), written("out", TOPICS.output))
    project = read(tmp_path, Topology(inputs=(others, fed("orders", TOPICS.input)), outputs=outputs))
    assert [each.name for each in project.inputs] == ["orders", "others"]
    assert [each.name for each in project.outputs] == ["out", "audit"]
    assert (project.shape, project.latency_source) == ("one_to_one", "header")


def test_a_table_with_a_topic_of_its_own_name_is_fed_through_the_runs_topic(tmp_path: Path) -> None:
    source, sink = fed("orders"), written("out")
    project = read(
        tmp_path, Topology(inputs=(source,), outputs=(sink,)), (insert(source.tables[0], sink=sink.tables[0]),)
    )
    made = shadows(project)
    assert "'topic' = 'orders-input-abc123'" in made[0]
    assert "'topic' = 'orders-output-abc123'" in made[1]


def test_a_topic_that_others_fill_stays_as_it_is_written(tmp_path: Path) -> None:
    source, rates, sink = fed("orders", TOPICS.input), fed("rates"), written("out", TOPICS.output)
    statement = insert(source.tables[0], rates.tables[0], sink=sink.tables[0])
    topology = Topology(inputs=(source, rates), outputs=(sink,))
    project = read(tmp_path / "left", topology, (statement,), left=("rates",))
    assert [("`rates`" in text) for text in shadows(project)] == [False, False]
    project = read(tmp_path / "fed", topology, (statement,))
    assert "'topic' = 'rates-abc123'" in shadows(project)[1]


def test_a_further_output_gets_a_topic_of_the_runs_own_that_is_named_and_read(tmp_path: Path) -> None:
    named = written("audit", "audit-abc123")
    outputs = (written("out", TOPICS.output), written("big"), named)
    project = read(tmp_path, Topology(inputs=(fed("orders", TOPICS.input),), outputs=outputs))
    assert project.named(VARIABLES).topics == (TOPICS.input, "big-abc123", "audit-abc123")
    assert [each.topic for each in project.outputs] == ["orders-output", "big", "audit"]


def test_of_a_table_over_several_topics_one_is_sent_to_and_the_others_are_made(tmp_path: Path) -> None:
    source, sink = fed("orders", f"{TOPICS.input};other"), written("out", TOPICS.output)
    statement = insert(source.tables[0], sink=sink.tables[0])
    project = read(tmp_path, Topology(inputs=(source,), outputs=(sink,)), (statement,))
    assert project.named(VARIABLES).topics == (TOPICS.input, "other-abc123")
    assert f"'topic' = '{TOPICS.input};other-abc123'" in shadows(project)[0]


def test_a_source_starts_where_the_sql_says_only_where_topics_are_the_users(tmp_path: Path) -> None:
    source = fed("orders", TOPICS.input, **{"scan.startup.mode": "latest-offset", "scan.bounded.mode": "latest-offset"})
    sink = written("out", TOPICS.output)
    statement = insert(source.tables[0], sink=sink.tables[0])
    topology = Topology(inputs=(source,), outputs=(sink,))
    own = read(tmp_path / "own", topology, (statement,))
    assert "'scan.startup.mode' = 'earliest-offset'" in shadows(own)[0]
    assert "scan.bounded" not in shadows(own)[0]
    assert (own.bounded_source, own.ends_left_out, own.reads_from_beginning) == (False, ("orders",), True)
    theirs = read(tmp_path / "theirs", topology, (statement,), keeps_start=True)
    assert "'scan.startup.mode' = 'latest-offset'" in shadows(theirs)[0]
    assert (theirs.bounded_source, theirs.ends_left_out, theirs.reads_from_beginning) == (True, (), False)


def test_in_batch_mode_a_source_keeps_its_end(tmp_path: Path) -> None:
    source, sink = fed("orders", TOPICS.input, **{"scan.bounded.mode": "latest-offset"}), written("out", TOPICS.output)
    statement = insert(source.tables[0], sink=sink.tables[0], **{"execution.runtime-mode": "BATCH"})
    project = read(tmp_path, Topology(inputs=(source,), outputs=(sink,)), (statement,))
    assert "'scan.bounded.mode' = 'latest-offset'" in shadows(project)[0]
    assert (project.bounded_source, project.sent_first) == (True, True)


def test_the_load_is_sent_first_only_if_every_source_is_bounded(tmp_path: Path) -> None:
    end = {"scan.bounded.mode": "latest-offset"}
    source, other, sink = fed("orders", TOPICS.input, **end), fed("rates", **end), written("out", TOPICS.output)
    noise = Other("noise", table("noise", connector="datagen"), read=True, written=False)
    endless = fed("late")
    for number, (inputs, others, mode, first) in enumerate(
        (
            ((source, other), (), "batch", True),
            ((source, other), (noise,), "batch", True),
            ((source, other), (), "streaming", True),
            ((source, other), (noise,), "streaming", False),
            ((source, endless), (), "streaming", False),
            ((endless,), (), "streaming", False),
        )
    ):
        read_tables = (each.tables[0] for each in inputs)
        statement = insert(*read_tables, sink=sink.tables[0], **{"execution.runtime-mode": mode})
        topology = Topology(inputs=inputs, outputs=(sink,), others=others)
        project = read(tmp_path / str(number), topology, (statement,), keeps_start=True)
        assert project.sent_first is first, number


def test_the_table_that_reads_the_data_file_is_the_input_where_flink_reads_it(tmp_path: Path) -> None:
    file = table("lines", connector="filesystem")
    way = Way("lines", "out", "filter", (), (), Latency(None, "no header"), PLACE)
    sink = Output("out", (TOPICS.output,), (table("out", TOPICS.output),), (), ("I",), (), PLACE, (way,))
    project = read(
        tmp_path, Topology(outputs=(sink,), others=(Other("lines", file, read=True, written=False),)), reads_file=True
    )
    assert (project.inputs[0].name, project.shape, project.latency_source) == ("lines", "filter", None)


@pytest.mark.parametrize(("way", "shape"), [("header", "one_to_one"), ("timestamp", "aggregate"), (None, "aggregate")])
def test_where_others_write_too_each_record_is_only_accounted_for_by_its_header(
    tmp_path: Path, way: str | None, shape: str
) -> None:
    noise = Way("noise", "out", "one_to_one", (), (), Latency(None, "no header"), PLACE)
    sink = replace(written("out", TOPICS.output, way=way), from_others=(noise,))
    project = read(tmp_path, Topology(inputs=(fed("orders", TOPICS.input),), outputs=(sink,)))
    assert project.shape == shape
    assert ("records of noise come out too" in project.shape_reason) == (way != "header")


@pytest.mark.parametrize(
    ("topology", "reads_file", "told"),
    [
        (Topology(outputs=(written("out"),)), False, "there is nothing to send"),
        (Topology(inputs=(fed("orders"),)), False, "no statement writes what can be read back"),
        (Topology(inputs=(fed("orders"),), outputs=(written("out"),)), True, "no statement reads a file"),
    ],
)
def test_what_is_lacking_is_one_sentence(tmp_path: Path, topology: Topology, *, reads_file: bool, told: str) -> None:
    with pytest.raises(ProjectError, match=told):
        read(tmp_path, topology, reads_file=reads_file)


def test_only_statements_behind_the_input_lead(tmp_path: Path) -> None:
    source, inner, sink, beside = fed("orders", TOPICS.input), table("inner"), written("out"), table("datagen")
    statements = (
        insert(beside, sink=table("side")),
        insert(source.tables[0], sink=inner),
        insert(inner, sink=sink.tables[0]),
    )
    topology = Topology(inputs=(source,), inner=(InnerTopic("inner", ("inner",), (inner,)),), outputs=(sink,))
    assert read(tmp_path, topology, statements).leading_statements == {1, 2}
