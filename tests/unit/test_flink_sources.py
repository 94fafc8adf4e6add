"""Which sources of the jobs read the pipeline's input, by the names that Flink gives them."""

from __future__ import annotations

import pytest

from pipegen.observe.flink_sources import (
    PipelineSources,
    SourceState,
    belongs,
    pending_of,
    reads_inputs,
    source_name,
    topics_in,
)


@pytest.mark.parametrize(
    ("vertex", "name"),
    [
        ("Source: noise[3] -> Calc[4]", "noise"),
        ("Source: KafkaSource-default_catalog.default_database.orders -> Calc[2]", "orders"),
        ("Source: KafkaSource-default_catalog.default_database.orders", "orders"),
        ("Source: TableSourceScan(table=[[default_catalog, default_database, noise]], fields=[a]) -> Calc", "noise"),
        ("Calc[2] -> out_orders[6]: Writer", None),
        ("GlobalWindowAggregate[11]", None),
    ],
)
def test_the_table_of_a_source_stands_in_the_name_of_its_vertex(vertex: str, name: str | None) -> None:
    assert source_name(vertex) == name


def test_the_topics_of_a_source_stand_in_the_names_of_its_metrics() -> None:
    names = [
        "Source__KafkaSource-a_b_orders.KafkaSourceReader.topic.orders_v1-in.partition.0.currentOffset",
        "Source__KafkaSource-a_b_orders.KafkaSourceReader.topic.orders_v1-in.partition.1.currentOffset",
        "Source__KafkaSource-a_b_orders.pendingRecords",
    ]
    assert topics_in(names) == {"orders_v1-in"}


def test_a_source_belongs_to_the_pipeline_by_its_topic_and_without_one_by_its_table() -> None:
    # Flink writes a dot in a topic's name as an underscore.
    pipeline = PipelineSources(frozenset({"orders.v1-in"}), frozenset({"orders"}))
    assert belongs("anything", frozenset({"orders_v1-in"}), pipeline) is True
    assert belongs("orders", frozenset({"rates"}), pipeline) is False
    assert belongs("orders", frozenset(), pipeline) is True
    assert belongs("noise", frozenset(), pipeline) is False
    assert belongs("orders", frozenset({"orders"}), PipelineSources()) is None


def test_what_one_job_reads_of_another_is_no_input() -> None:
    both = frozenset({"orders.v1", "between"})
    pipeline = PipelineSources(both, frozenset({"orders", "between"}), inputs=frozenset({"orders.v1"}))
    assert reads_inputs("orders", frozenset({"orders_v1"}), pipeline) is True
    assert reads_inputs("between", frozenset({"between"}), pipeline) is False
    assert reads_inputs("noise", frozenset(), pipeline) is False
    assert reads_inputs("anything", frozenset(), PipelineSources()) is True


def source(name: str, pending: int | None, of_pipeline: bool | None) -> SourceState:
    return SourceState(name, "RUNNING", pending, of_pipeline)


def test_only_what_the_pipelines_sources_have_left_is_pending() -> None:
    sources = [source("orders", 3, True), source("between", 4, True), source("rates", 1000, False)]
    assert pending_of(sources) == 7
    assert pending_of([source("orders", None, True), source("rates", 1000, False)]) is None


def test_every_source_counts_where_none_is_known_to_be_the_pipelines() -> None:
    assert pending_of([source("a", 3, None), source("b", 4, None), source("c", None, None)]) == 7
    assert pending_of([]) is None
