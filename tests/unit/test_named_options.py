"""What the SQL itself names on the services, so that it can be taken away with all else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.project import NamedInSql, named_in_sql, split_statements

VARIABLES = {"RUN_ID": "k3m9xa", "INPUT_TOPIC": "in-k3m9xa", "OUTPUT_TOPIC": "out-k3m9xa", "GROUP_ID": "flink-k3m9xa"}


def named(sql: str) -> NamedInSql:
    return named_in_sql(split_statements(sql, Path("01.sql")), VARIABLES)


def table(*options: str) -> str:
    return f"CREATE TABLE t (n BIGINT) WITH ('connector' = 'kafka', {', '.join(options)});"


def test_names_with_a_variable_are_the_runs_and_others_the_users() -> None:
    sql = table(
        "'topic' = 'side-${RUN_ID};orders ; ${OUTPUT_TOPIC}'",
        "'properties.group.id' = '${GROUP_ID}-side'",
        "'value.avro-confluent.subject' = 'it''s-${RUN_ID}'",
    )
    sql += table("'topic' = 'orders'", "'properties.group.id' = 'mine'", "'avro-confluent.subject' = 'orders'")
    assert named(sql) == NamedInSql(
        topics=("side-k3m9xa", "orders", "out-k3m9xa"), groups=("flink-k3m9xa-side",), subjects=("it's-k3m9xa",)
    )


@pytest.mark.parametrize(
    "option",
    [
        "avro-confluent.subject",
        "key.avro-confluent.subject",
        "value.avro-confluent.schema-registry.subject",
        "debezium-avro-confluent.subject",
    ],
)
def test_a_subject_may_be_named_under_every_name_of_the_option(option: str) -> None:
    assert named(table(f"'{option}' = 's-${{RUN_ID}}'")).subjects == ("s-k3m9xa",)


@pytest.mark.parametrize(
    "sql",
    [
        table("'sink.transactional-id-prefix' = 'mine'"),
        "INSERT INTO t /*+ OPTIONS('sink.transactional-id-prefix' = 'mine') */ SELECT 1",
        "CREATE TABLE t WITH ('sink.transactional-id-prefix'='mine') AS SELECT n FROM s",
    ],
)
def test_a_prefix_of_transactional_ids_counts_wherever_it_stands(sql: str) -> None:
    assert named(sql).transactional_prefixes == ("mine",)


def test_a_name_in_a_hint_is_not_the_runs_since_nothing_is_filled_in_there() -> None:
    assert named("INSERT INTO t /*+ OPTIONS('topic' = 'side-${RUN_ID}') */ SELECT 1") == NamedInSql()


@pytest.mark.parametrize(("key_format", "expected"), [("avro-confluent", True), ("json", False), ("avro", False)])
def test_flink_registers_keys_of_one_format(key_format: str, expected: bool) -> None:
    assert named(table(f"'key.format' = '{key_format}'")).avro_keys is expected


def test_an_apostrophe_in_a_comment_hides_nothing() -> None:
    assert named("-- it's\n" + table("'topic' = 'side-${RUN_ID}'")).topics == ("side-k3m9xa",)
