"""Tables of other connectors than Kafka's: which are replaced, by what, and in which statements."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from pipegen.planner import plan_script
from pipegen.project.plan.isolate import isolated
from pipegen.project.plan.own_options import Own
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.splitter import split_script
from pipegen.project.plan.stand_in import StandInRules, mentions, sink, source, topic_of
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.services.sql_gateway import StatementRefusedError, StatementResult
from tests.unit.test_isolated_script import SERVICES

FILE = Path("a.sql")


def table(name: str, connector: str, *, key: bool = False, partitioned_by: tuple[str, ...] = ()) -> FlinkTable:
    return FlinkTable(
        TableName("c", "d", name),
        (
            TableColumn("id", "INT", nullable=False),
            TableColumn("at", "TIMESTAMP(3)", kind="computed", expression="now()"),
        ),
        primary_key=("id",) if key else (),
        options={"connector": connector, "password": "theirs"},
        partitioned_by=partitioned_by,
    )


def test_names_are_written_read_or_both() -> None:
    said = mentions(
        split_script(
            "CREATE TABLE unused (a INT) WITH ('connector' = 'x');"
            "CREATE VIEW v AS SELECT * FROM seen;"
            "INSERT INTO c.d.`out` SELECT * FROM `between`;"
            "EXECUTE STATEMENT SET BEGIN INSERT INTO `between` SELECT 1; INSERT OVERWRITE last_one SELECT 2; END",
            FILE,
        )
    )
    assert said.written == {"out", "between", "last_one"}
    assert {"seen", "between"} <= said.read
    assert not {"out", "last_one", "unused"} & said.read
    assert not said.versioned
    assert mentions(split_script("SELECT * FROM a JOIN b FOR SYSTEM_TIME AS OF a.t ON a.k = b.k", FILE)).versioned


def test_a_source_is_a_topic_called_after_table_and_connector() -> None:
    stands_in = source(table("orders", "faker", key=True), keyed=False)
    assert (stands_in.connector, stands_in.topics, stands_in.primary_key) == ("kafka", ("orders.faker",), ())
    assert stands_in.own_connector == "faker"
    assert source(table("orders", "faker", key=True), keyed=True).connector == "upsert-kafka"
    assert source(table("orders", "faker"), keyed=True).connector == "kafka"


def run(sql: str, *used: FlinkTable) -> list[str]:
    """All that a run submits; every view and every job uses all the tables."""
    planned = [
        Planned(each, used if each.kind in {"insert", "create_view"} else ()) for each in split_script(sql, FILE)
    ]
    own = Own(lambda topic: f"{topic}-abc234", SERVICES)
    return [text for each in isolated(planned, own, SERVICES, {}) for text in (*each.before, each.text)]


def test_a_view_is_made_over_what_stands_in() -> None:
    ran = run(
        "CREATE VIEW v AS SELECT * FROM orders;\nINSERT INTO x SELECT * FROM v",
        source(table("orders", "faker"), keyed=False),
    )
    assert [text.split(" WITH")[0] for text in ran] == [
        "CREATE TEMPORARY TABLE `c`.`d`.`orders`",
        "CREATE VIEW v AS SELECT * FROM orders",
        "INSERT INTO x SELECT * FROM v",
    ]
    assert "'topic' = 'orders.faker-abc234'" in ran[0]
    assert "theirs" not in ran[0]
    assert ran[0].endswith("(EXCLUDING OPTIONS EXCLUDING PARTITIONS EXCLUDING CONSTRAINTS)")


def test_the_rows_of_a_sink_go_to_a_topic_and_its_key_stays_behind() -> None:
    (hidden, _) = run("INSERT INTO totals SELECT 1", sink(table("totals", "jdbc", key=True)))
    assert "'topic' = 'totals.jdbc-abc234'" in hidden
    assert hidden.endswith("EXCLUDING CONSTRAINTS)")


def test_a_partitioned_table_is_written_out_because_like_takes_its_partitions_over() -> None:
    (hidden, _) = run("INSERT INTO files SELECT 1", sink(table("files", "filesystem", partitioned_by=("id",))))
    assert hidden.startswith(
        "CREATE TEMPORARY TABLE `c`.`d`.`files` (`id` INT NOT NULL, `at` AS now()) WITH ('connector' = 'kafka'"
    )


def test_a_table_like_another_is_made_of_the_scripts_own() -> None:
    ran = run(
        "CREATE VIEW v AS SELECT * FROM orders;CREATE TABLE b WITH ('connector' = 'print') LIKE orders",
        source(table("orders", "faker"), keyed=False),
    )
    assert ran[2:] == [
        "DROP TEMPORARY TABLE IF EXISTS `c`.`d`.`orders`",
        "CREATE TABLE b WITH ('connector' = 'print') LIKE orders",
    ]


class FlinkWithTables:
    """The seam FlinkSql: knows tables as they are created, and that it has no connector but those named."""

    def __init__(self, *at_hand: str) -> None:
        self._at_hand = at_hand
        self._created: dict[str, str] = {}
        self.told: list[str] = []

    async def open_session(self, _name: str, _properties: dict[str, str]) -> str:
        return "s1"

    async def end_session(self, _handle: str) -> None:
        pass

    async def execute(self, statement: str, *, timeout_s: float) -> StatementResult:
        assert timeout_s > 0
        self.told.append(statement)
        made = re.match(r"CREATE (?:TEMPORARY )?TABLE (\w+) ", statement)
        if made is not None:
            self._created[made[1]] = statement
        name = statement.rpartition(".")[2].strip("`")
        if statement == "SET":
            return StatementResult(None, [])
        if statement == "SHOW CURRENT CATALOG":
            return StatementResult(None, [["c"]])
        if statement == "SHOW CURRENT DATABASE":
            return StatementResult(None, [["d"]])
        if statement.startswith("DESCRIBE"):
            return StatementResult(None, [["id", "INT", True, None, None, None]])
        if statement.startswith("SHOW CREATE TABLE"):
            return StatementResult(None, [[self._created[name]]])
        if statement.startswith("SHOW CREATE CATALOG"):
            return StatementResult(None, [["CREATE CATALOG `c` WITH ('type' = 'generic_in_memory')"]])
        if statement.startswith("EXPLAIN SELECT"):
            connector = re.search(r"'connector' = '([\w-]+)'", self._created[name])
            assert connector is not None
            if connector[1] not in self._at_hand:
                raise StatementRefusedError(f"Could not find any factory for identifier '{connector[1]}'", "")
        if statement.startswith("EXPLAIN"):
            raise StatementRefusedError("this double plans nothing", "")
        return StatementResult(None, [["OK"]])


def hidden(sql: str, rules: StandInRules | None, *at_hand: str) -> dict[str, str]:
    """Connector by which each table is hidden once the script reads or writes."""
    flink = FlinkWithTables(*at_hand)
    asyncio.run(plan_script(split_script(sql, FILE), flink, variables={}, replaced=rules))
    found = (
        re.match(r"CREATE TEMPORARY TABLE `c`\.`d`\.`(\w+)` .*'connector' = '([\w-]+)'", text) for text in flink.told
    )
    return {each[1]: each[2] for each in found if each is not None}


def created(**connectors: str) -> str:
    return "".join(f"CREATE TABLE {name} (id INT) WITH ('connector' = '{kind}');" for name, kind in connectors.items())


TABLES = created(made="datagen", far="kinesis", near="filesystem", out="jdbc", shown="print", topic="kafka")
JOB = "INSERT INTO out SELECT * FROM made; INSERT INTO shown SELECT * FROM far, near, topic"


def test_generators_far_sources_and_sinks_are_replaced_and_nothing_else() -> None:
    assert hidden(TABLES + JOB, StandInRules(), "datagen", "filesystem", "jdbc") == {
        "made": "kafka",
        "far": "kafka",
        "out": "blackhole",
    }


def test_what_the_user_names_is_kept_or_fed() -> None:
    rules = StandInRules(generators=False, keep=frozenset({"out"}), feed=frozenset({"near"}))
    assert hidden(TABLES + JOB, rules, "datagen", "filesystem", "jdbc") == {"far": "kafka", "near": "kafka"}


def test_where_topics_are_used_as_written_nothing_is_replaced() -> None:
    assert hidden(TABLES + JOB, None) == {}


def test_what_is_written_and_read_is_a_topic_between_statements() -> None:
    tables = created(between="filesystem", last="print")
    job = "INSERT INTO between VALUES (1); INSERT INTO last TABLE between"
    assert hidden(tables + job, StandInRules(), "filesystem") == {"between": "kafka"}


@pytest.mark.parametrize(("name", "topic"), [("orders", "orders.faker"), ("a b", "a-b.faker")])
def test_a_topic_in_place_of_a_table_is_not_called_as_the_table_alone(name: str, topic: str) -> None:
    assert topic_of(source(table(name, "faker"), keyed=False)) == topic
