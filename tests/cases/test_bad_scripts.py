"""A script that cannot run ends with one clear sentence and exit code 2, before anything is created."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent

pytestmark = pytest.mark.stack

KAFKA = "'connector' = 'kafka', 'properties.bootstrap.servers' = 'prod:9092', 'properties.group.id' = 'theirs'"
OTHERS = f"CREATE TABLE others (id INT, kind STRING) WITH ({KAFKA}, 'topic' = 'TOPIC', 'format' = 'avro');"
INSERT = "INSERT INTO paid SELECT id, kind FROM orders;"


def script(
    *,
    orders: str = "'topic' = 'bad-orders', 'format' = 'json'",
    paid: str = "'topic' = 'bad-paid', 'format' = 'json'",
    columns: str = "id INT, kind STRING",
    more: str = "",
    insert: str = INSERT,
) -> str:
    return (
        f"CREATE TABLE orders ({columns}) WITH ({KAFKA}, {orders});\n"
        f"CREATE TABLE paid (id INT, kind STRING) WITH ({KAFKA}, {paid});\n{more}\n{insert}\n"
    )


CASES = {
    "a table without a topic": (script(orders="'format' = 'json'"), "", "table orders: "),
    "a format that Flink does not know": (
        script(orders="'topic' = 'bad-orders', 'format' = 'nosuch'"),
        "",
        "table orders: Could not find any factory for identifier 'nosuch'",
    ),
    "a format that PipeGen does not make": (
        script(orders="'topic' = 'bad-orders', 'format' = 'csv'"),
        "",
        "orders reads the format csv, which PipeGen does not make",
    ),
    "a type that cannot be made": (
        script(
            columns="id INT, kind STRING, at TIMESTAMP(3)", orders="'topic' = 'bad-orders', 'format' = 'avro'"
        ).replace("at TIMESTAMP(3)", "at TIMESTAMP_LTZ(3)"),
        "",
        "at",
    ),
    "an input nobody reads": (
        script(more=f"CREATE TABLE unread (id INT) WITH ({KAFKA}, 'topic' = 'bad-unread', 'format' = 'json');"),
        "inputs: {unread: {rate: 5}}",
        "inputs.unread: unread is no input: no statement that starts a job reads it",
    ),
    "a join whose keys never meet": (
        script(
            more=f"CREATE TABLE kinds (kind STRING) WITH ({KAFKA}, 'topic' = 'bad-kinds', 'format' = 'json');",
            insert="INSERT INTO paid SELECT o.id, o.kind FROM orders o JOIN kinds k ON o.kind = k.kind;",
        ),
        "inputs: {orders: {hints: {kind: {one_of: [a]}}}, kinds: {hints: {kind: {one_of: [b]}}}}",
        "the join of orders.kind = kinds.kind finds no partners",
    ),
    "a schema file that does not fit": (
        script(orders="'topic' = 'bad-orders', 'format' = 'avro'"),
        "inputs: {orders: {schema: order.avsc}}",
        "orders reads id as INT, and ",
    ),
    "two tables that disagree about one topic": (
        script(
            more=OTHERS.replace("TOPIC", "bad-orders"),
            insert="INSERT INTO paid SELECT * FROM orders UNION ALL SELECT * FROM others;",
        ),
        "",
        "orders and others read one topic in two formats: json and avro",
    ),
    "two tables that disagree about a topic that is written": (
        script(
            more=OTHERS.replace("TOPIC", "bad-paid"),
            insert=f"{INSERT}{INSERT.replace('paid', 'others')}",
        ),
        "",
        "paid and others are the one topic bad-paid in two formats: json and avro",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_sentence_and_nothing_created(
    case: str, tmp_path: Path, start_run: StartRun, independent: Independent
) -> None:
    sql, settings, sentence = CASES[case]
    (tmp_path / "job.sql").write_text(sql)
    (tmp_path / ".pipegen.yaml").write_text(f"pipeline: {{sql: [job.sql]}}\n{settings}\n")
    (tmp_path / "order.avsc").write_text(
        '{"type": "record", "name": "O", "fields": [{"name": "id", "type": "string"}]}'
    )

    def there() -> tuple[object, ...]:
        topics = [name for name in independent.topics("") if not name.startswith("__")]  # Kafka makes those itself
        return topics, independent.subjects("bad-"), independent.running_jobs("pipegen-job-")

    before = there()
    done = start_run(tmp_path, "--duration=3s", "--message-rate=100").finish()
    assert done.exit_code == 2, done.err
    told = [line for line in done.err.splitlines() if line.startswith("error")]
    assert len(told) == 1, done.err
    assert sentence in told[0]
    assert "Traceback" not in done.err
    assert there() == before


def test_a_topic_that_exists_with_other_data(tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    independent.make_topics("bad-existing")
    independent.send("bad-existing", b"id,kind")
    options = "'topic' = 'bad-existing', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset'"
    (tmp_path / "job.sql").write_text(script(orders=options).replace("prod:9092", "${BOOTSTRAP_SERVERS}"))
    before = independent.topics(""), independent.end_offset_sum("bad-existing")
    done = start_run(tmp_path, f"--sql={tmp_path / 'job.sql'}", "--duration=3s", "--use-topics-as-written").finish()
    assert done.exit_code == 2, done.err
    assert "topic bad-existing exists with other data: orders reads it from the beginning as json" in done.err
    assert (independent.topics(""), independent.end_offset_sum("bad-existing")) == before
