"""A planned script as a run submits it: tables hidden by temporary ones of the run's own, statements word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.project.plan.compose import SinkPlan
from pipegen.project.plan.create_as import read_create_as
from pipegen.project.plan.flow import Flow
from pipegen.project.plan.isolate import IsolatedStatement, isolated, shown
from pipegen.project.plan.masked import masked
from pipegen.project.plan.own_options import Own, own_options
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.splitter import split_script
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName

FILE = Path("job.sql")
SERVICES = {
    "RUN_ID": "abc234",
    "GROUP_ID": "g-abc234",
    "BOOTSTRAP_SERVERS": "local:9092",
    "SCHEMA_REGISTRY_URL": "http://registry",
    "KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
    "KAFKA_SASL_MECHANISM": "PLAIN",
    "KAFKA_SASL_JAAS_CONFIG": "",
    "KAFKA_CA_PEM": "",
    "KAFKA_CLIENT_CERT_PEM": "",
    "KAFKA_CLIENT_KEY_PEM": "",
    "SCHEMA_REGISTRY_USER_INFO": "",
    "SCHEMA_REGISTRY_TOKEN": "",
}
KAFKA = {"connector": "kafka", "topic": "orders", "format": "json", "properties.bootstrap.servers": "prod:9092"}


def own(**changes: str) -> Own:
    return Own(lambda topic: f"{topic}-abc234", SERVICES | changes)


def table(name: str = "orders", *, temporary: bool = False, **options: str) -> FlinkTable:
    return FlinkTable(
        TableName("c", "d", name), (TableColumn("id", "INT"),), options={**KAFKA, **options}, temporary=temporary
    )


def script(sql: str, *tables: FlinkTable, as_written: bool = False, changes: tuple[str, ...] = ("I",)) -> list[str]:
    """What is run, PipeGen's own statements among it; every statement that starts a job uses all the tables."""
    return [text for each in statements(sql, *tables, as_written=as_written, changes=changes) for text in flat(each)]


def statements(
    sql: str, *tables: FlinkTable, as_written: bool = False, changes: tuple[str, ...] = ("I",)
) -> list[IsolatedStatement]:
    flow = Flow(None, (), (), (), (), (), ())
    planned = [
        Planned(each, tables, (SinkPlan(each.place, flow, tables[0] if tables else None, (), changes),))
        if each.kind in {"insert", "statement_set", "compile_plan", "compile_and_execute_plan"}
        else Planned(each)
        for each in split_script(sql, FILE)
    ]
    return isolated(planned, None if as_written else own(), SERVICES, {})


def flat(statement: IsolatedStatement) -> list[str]:
    return [*statement.before, statement.text]


def test_a_table_is_hidden_once_and_the_insert_is_sent_word_for_word() -> None:
    insert = "INSERT INTO /* c */ orders\n  SELECT 'it''s' /* ; */, 1"
    ran = script(f"{insert};\nINSERT INTO orders SELECT 'b'", table())
    assert [text.split(" WITH")[0] for text in ran] == [
        "CREATE TEMPORARY TABLE `c`.`d`.`orders`",
        insert,
        "INSERT INTO orders SELECT 'b'",
    ]
    assert "'topic' = 'orders-abc234'" in ran[0]
    assert ran[0].endswith("LIKE `c`.`d`.`orders` (EXCLUDING OPTIONS EXCLUDING PARTITIONS)")


def test_tables_used_as_written_are_not_hidden() -> None:
    assert script("INSERT INTO orders SELECT 1", table(), as_written=True) == ["INSERT INTO orders SELECT 1"]


def test_a_table_that_was_temporary_is_kept_under_another_name_and_comes_back_before_it_is_dropped() -> None:
    ran = script("INSERT INTO orders SELECT 1; DROP TEMPORARY TABLE orders", table(temporary=True))
    assert ran[0] == "CREATE TEMPORARY TABLE `c`.`d`.`__pipegen_1` LIKE `c`.`d`.`orders`"
    assert ran[1] == "DROP TEMPORARY TABLE `c`.`d`.`orders`"
    assert ran[2].endswith("LIKE `c`.`d`.`__pipegen_1` (EXCLUDING OPTIONS EXCLUDING PARTITIONS)")
    assert ran[4:] == [
        "DROP TEMPORARY TABLE IF EXISTS `c`.`d`.`orders`",
        "CREATE TEMPORARY TABLE `c`.`d`.`orders` LIKE `c`.`d`.`__pipegen_1`",
        "DROP TEMPORARY TABLE `c`.`d`.`__pipegen_1`",
        "DROP TEMPORARY TABLE orders",
    ]


def test_a_table_is_uncovered_before_it_is_altered_and_others_stay_hidden() -> None:
    ran = script("INSERT INTO orders SELECT 1; ALTER TABLE d.orders ADD (x INT)", table(), table("rates"))
    assert ran[3:] == ["DROP TEMPORARY TABLE IF EXISTS `c`.`d`.`orders`", "ALTER TABLE d.orders ADD (x INT)"]


def test_print_is_stood_in_for_by_a_topic_that_can_be_read() -> None:
    printed = table("shown", connector="print")
    assert "'topic' = 'shown-abc234', 'format' = 'json'" in script("INSERT INTO shown SELECT 1", printed)[0]
    taken_back = script("INSERT INTO shown SELECT 1", printed, changes=("I", "UB", "UA"))
    assert "'format' = 'debezium-json'" in taken_back[0]


@pytest.mark.parametrize(
    ("hint", "becomes"),
    [
        ("'topic' = 'other;two'", "'topic' = 'other-abc234;two-abc234'"),
        ("'scan.startup.mode'='latest-offset', 'sink.parallelism'='2'",
         "'sink.parallelism' = '2', 'scan.startup.mode' = 'earliest-offset'"),
        ("'scan.startup.timestamp-millis' = '5'", "'properties.group.id' = 'g-abc234'"),
        ("'sink.parallelism'  =  '2'", "'sink.parallelism'  =  '2'"),
    ],
)  # fmt: skip
def test_literals_of_hints_give_way_to_the_runs_own(hint: str, becomes: str) -> None:
    insert = "INSERT INTO t SELECT * FROM orders /*+ OPTIONS(%s) */ AS o"
    assert script(insert % hint, table())[-1] == insert % becomes


def test_a_place_behind_a_changed_hint_is_still_told_in_the_users_file() -> None:
    sql = "INSERT INTO t\nSELECT a FROM o /*+ OPTIONS('topic'='x') */ WHERE nosuch = 1"
    statement = statements(sql, table())[0]
    line = statement.text.splitlines()[1]
    assert statement.place_of(2, line.index("nosuch") + 1) == (2, sql.splitlines()[1].index("nosuch") + 1)


def test_what_leads_to_the_users_cluster_is_left_out_and_the_rest_stays() -> None:
    told = {
        **KAFKA,
        "properties.security.protocol": "SASL_SSL",
        "properties.sasl.jaas.config": "secret",
        "properties.ssl.truststore.location": "/etc/ca",
        "properties.group.id": "theirs",
        "properties.fetch.min.bytes": "1",
        "scan.startup.mode": "timestamp",
        "scan.startup.timestamp-millis": "5",
        "scan.bounded.mode": "latest-offset",
        "sink.transactional-id-prefix": "tx",
    }
    assert own_options(told, own()) == {
        "connector": "kafka",
        "topic": "orders-abc234",
        "format": "json",
        "properties.bootstrap.servers": "local:9092",
        "properties.fetch.min.bytes": "1",
        "properties.group.id": "g-abc234",
        "scan.startup.mode": "earliest-offset",
        "sink.transactional-id-prefix": "g-abc234-tx",
    }


def test_the_registry_is_the_runs_and_subjects_are_named_after_its_topics() -> None:
    told = {
        "connector": "upsert-kafka",
        "topic": "t",
        "key.format": "avro-confluent",
        "value.format": "avro-confluent",
        "key.avro-confluent.url": "https://prod",
        "value.avro-confluent.schema-registry.url": "https://prod",
        "value.avro-confluent.subject": "theirs",
        "value.avro-confluent.basic-auth.user-info": "u:p",
        "value.avro-confluent.timestamp_mapping.legacy": "false",
    }
    made = own_options(told, own(SCHEMA_REGISTRY_TOKEN="t0"))
    registry = {key: value for key, value in made.items() if "avro-confluent." in key}
    assert registry == {
        "key.avro-confluent.url": "http://registry",
        "key.avro-confluent.bearer-auth.credentials-source": "STATIC_TOKEN",
        "key.avro-confluent.bearer-auth.token": "t0",
        "value.avro-confluent.url": "http://registry",
        "value.avro-confluent.bearer-auth.credentials-source": "STATIC_TOKEN",
        "value.avro-confluent.bearer-auth.token": "t0",
        "value.avro-confluent.timestamp_mapping.legacy": "false",
    }
    assert "scan.startup.mode" not in made, "upsert-kafka always reads from the beginning"


def test_a_pattern_of_topics_becomes_one_topic() -> None:
    made = own_options({"connector": "kafka", "topic-pattern": "orders-.*"}, own())
    assert (made["topic"], "topic-pattern" in made) == ("orders-abc234", False)


@pytest.mark.parametrize(
    ("sql", "shown_as"),
    [
        ("'properties.sasl.jaas.config' = 'M required password=\"p\";'", "'properties.sasl.jaas.config' = '***'"),
        ("'aws.credentials.basic.secretkey'='k'", "'aws.credentials.basic.secretkey'='***'"),
        ("'url' = 'jdbc:x://u:p@host/db'", "'url' = 'jdbc:x://***@host/db'"),
        (
            "'url' = 'jdbc:x://host/db?user=u&password=p&ssl=true'",
            "'url' = 'jdbc:x://host/db?user=u&password=***&ssl=true'",
        ),
        ("'a' = 'b' -- , 'x.password' = 'p'\n)", "'a' = 'b' -- , 'x.password' = '***'\n)"),
        (
            "/* 'x.password' = 'p' */ 'x.password' /* = */ = 'p'",
            "/* 'x.password' = '***' */ 'x.password' /* = */ = '***'",
        ),
        ("SET 'a.password' = 'p'", "SET 'a.password' = '***'"),
        ("SET a.secret-key = 'p'", "SET a.secret-key = '***'"),
        ("'x.credentials-source' = 'USER_INFO'", "'x.credentials-source' = 'USER_INFO'"),
        ("'topic' = 'passwords'", "'topic' = 'passwords'"),
        ("SELECT 'a' FROM t WHERE password = 'p'", "SELECT 'a' FROM t WHERE password = '***'"),
    ],
)
def test_secrets_are_masked_where_sql_is_shown(sql: str, shown_as: str) -> None:
    assert masked(sql) == shown_as


def test_secrets_are_masked_at_any_length() -> None:
    long = "CREATE TABLE t (a INT) WITH (" + ", ".join(f"'k{n}' = 'v{n}'" for n in range(3000))
    (statement,) = split_script(f"{long}, 'x.password' = 'hidden-word')", FILE)
    assert "hidden-word" not in shown(statement).text
    assert "'k2999' = 'v2999'" in shown(statement).text


def test_a_table_that_is_made_of_a_query_is_a_temporary_one_that_is_hidden_like_any_other() -> None:
    sql = "CREATE TABLE IF NOT EXISTS made WITH ('connector' = 'kafka', 'topic' = 'made') AS\n SELECT nosuch FROM o"
    (statement,) = split_script(sql, FILE)
    flow = Flow(None, (), (), (), (), (), ())
    made = table("made", temporary=True, topic="made")
    planned = Planned(statement, (made,), (SinkPlan(statement.place, flow, made, (), ("I",)),), rows={"id": "INT"})
    (ran,) = isolated([planned], own(), SERVICES, {})
    assert ran.before[0] == (
        "CREATE TEMPORARY TABLE IF NOT EXISTS made (`id` INT) WITH ('connector' = 'kafka', 'topic' = 'made')"
    )
    assert "'topic' = 'made-abc234'" in ran.before[-1]
    assert ran.text == "INSERT INTO `c`.`d`.`made` SELECT nosuch FROM o"
    assert ran.place_of(1, ran.text.index("nosuch") + 1) == (2, 9)


BOTH = "STATEMENT SET BEGIN\nINSERT INTO orders SELECT '${RUN_ID}';\nINSERT INTO orders SELECT 2;\nEND"


def test_a_compiled_plan_is_run_as_its_statement_and_no_file_is_written() -> None:
    one, both = statements(
        "COMPILE AND EXECUTE PLAN '/plan.json' FOR INSERT INTO orders SELECT 1;\n"
        f"COMPILE AND EXECUTE PLAN '/${{RUN_ID}}.json' FOR {BOTH}",
        table(),
    )
    assert (one.text, len(one.before), one.left_out) == ("INSERT INTO orders SELECT 1", 1, None)
    assert both.text == f"EXECUTE {BOTH.replace('${RUN_ID}', 'abc234')}"
    assert one.place_of(1, 13) == (1, 55)


def test_a_plan_that_the_script_compiles_first_is_run_where_it_is_executed() -> None:
    compiles, executes, other = statements(
        f"COMPILE PLAN '/${{RUN_ID}}' FOR {BOTH};\nEXECUTE PLAN '/abc234';\nEXECUTE PLAN '/of-somebody-else'", table()
    )
    assert compiles.left_out is not None
    assert (compiles.before, "file is not written" in compiles.left_out) == ((), True)
    assert (executes.text, len(executes.before)) == (f"EXECUTE {BOTH.replace('${RUN_ID}', 'abc234')}", 1)
    assert other.text == "EXECUTE PLAN '/of-somebody-else'"


def test_plans_are_compiled_as_written_where_tables_are_used_as_written() -> None:
    script = f"COMPILE AND EXECUTE PLAN '/${{RUN_ID}}' FOR {BOTH}"
    (only,) = statements(script, table(), as_written=True)
    assert (only.text, only.left_out) == (script.replace("${RUN_ID}", "abc234"), None)


def test_the_rows_of_a_bare_query_go_to_a_topic_of_the_run() -> None:
    columns = {"id": "INT", "a`b": "STRING"}
    (planned,) = (Planned(each, rows=columns) for each in split_script("SELECT id, `a``b` FROM orders", FILE))
    (ran,) = isolated([planned], own(), SERVICES, {str(planned.statement.place): "result"})
    create, insert = flat(ran)
    assert create.startswith("CREATE TEMPORARY TABLE `result` (`id` INT, `a``b` STRING) WITH ('connector' = 'kafka', ")
    assert "'topic' = 'result-abc234', 'format' = 'json'" in create
    assert insert == "INSERT INTO result SELECT id, `a``b` FROM orders"


def test_only_the_table_of_a_create_as_is_made_temporary() -> None:
    create = read_create_as("CREATE TABLE t COMMENT 'like CREATE TABLE' WITH ('connector' = 'kafka') AS SELECT 1 AS a")
    assert create is not None
    assert create.temporary_table({"a": "INT"}) == (
        "CREATE TEMPORARY TABLE t (`a` INT) COMMENT 'like CREATE TABLE' WITH ('connector' = 'kafka')"
    )


def test_a_create_as_keeps_the_types_that_it_names_and_takes_the_others_from_its_query() -> None:
    create = read_create_as("CREATE TABLE t (id BIGINT, note) AS SELECT id, note, n FROM orders")
    assert create is not None
    assert create.table({"id": "INT", "note": "STRING", "n": "INT"}).rstrip() == (
        "CREATE TABLE t (id BIGINT, `note` STRING, `n` INT)"
    )
