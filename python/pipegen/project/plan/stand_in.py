"""Tables of other connectors than Kafka's, and the tables that stand in for them in a run. Pure.

A run reads back what comes out and writes nothing into somebody's database, so every sink is replaced. PipeGen feeds
sources that only generate rows, at the run's rate, and those whose connector Flink does not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipegen.project.plan.lexer import Token, tokenize
from pipegen.project.plan.statement import STARTS_JOB, Statement
from pipegen.project.plan.table import FlinkTable

READ_BACK: Final = frozenset({"print", "blackhole"})
"""Connectors whose rows nobody could read: a topic of the run's own stands in for them."""
GENERATORS: Final = frozenset({"datagen", "faker", "nexmark"})
"""Connectors that make their rows up."""
_KAFKA: Final = frozenset({"kafka", "upsert-kafka"})
_ARTIFACTS: Final[Mapping[str, str]] = {
    "jdbc": "org.apache.flink:flink-connector-jdbc",
    "elasticsearch-7": "org.apache.flink:flink-sql-connector-elasticsearch7",
    "hbase-2.2": "org.apache.flink:flink-sql-connector-hbase-2.2",
    "mongodb": "org.apache.flink:flink-sql-connector-mongodb",
    "kinesis": "org.apache.flink:flink-sql-connector-kinesis",
    "pulsar": "org.apache.flink:flink-sql-connector-pulsar",
    "iceberg": "org.apache.iceberg:iceberg-flink-runtime",
    "mysql-cdc": "org.apache.flink:flink-sql-connector-mysql-cdc",
    "postgres-cdc": "org.apache.flink:flink-sql-connector-postgres-cdc",
}


@dataclass(frozen=True, slots=True)
class StandInRules:
    """Which tables are replaced.

    Attributes:
        generators: Whether PipeGen feeds sources that only generate rows and that Flink could run.
        keep: Sinks that are written as they are.
        feed: Sources that are fed although Flink could read them.
    """

    generators: bool = True
    keep: frozenset[str] = frozenset()
    feed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a script does with names, as far as its words say.

    Attributes:
        written: Last parts of the names that an INSERT writes to.
        read: Words that stand elsewhere in what reads tables.
        versioned: Whether tables are looked up as of a time, which needs their primary key.
    """

    written: frozenset[str]
    read: frozenset[str]
    versioned: bool


def mentions(statements: Sequence[Statement]) -> Mentions:
    """What a script does with names."""
    written: set[str] = set()
    read: set[str] = set()
    versioned = False
    for statement in statements:
        if statement.kind not in STARTS_JOB | {"create_view", "compile_plan"}:
            continue
        for text in (statement.text, *(part.text for part in statement.parts)):
            tokens = list(tokenize(text))
            targets = _targets(tokens)
            written |= {tokens[index].value for index in targets}
            read |= {
                each.value
                for index, each in enumerate(tokens)
                if each.kind in {"word", "name"} and index not in targets
            }
            versioned = versioned or "SYSTEM_TIME" in {each.upper for each in tokens}
    return Mentions(frozenset(written), frozenset(read), versioned)


def _targets(tokens: Sequence[Token]) -> set[int]:
    """Where the last part of each name stands that is written to."""
    found = set()
    for index, each in enumerate(tokens[:-2]):
        if each.upper != "INSERT" or tokens[index + 1].upper not in {"INTO", "OVERWRITE"}:
            continue
        at = index + 2 + (tokens[index + 2].upper == "TABLE")
        while at + 2 < len(tokens) and tokens[at + 1].text == ".":
            at += 2
        found.add(min(at, len(tokens) - 1))
    return found


def topic_of(table: FlinkTable) -> str:
    """The topic in place of a table, without what a run adds; another topic of the script may be called as it is."""
    name = table.name.table if table.replaces is None else f"{table.name.table}.{table.own_connector or 'table'}"
    return plain_topic(name)


def plain_topic(name: str) -> str:
    """A topic's name made of any text."""
    return "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "-" for each in name)


def may_be_replaced(table: FlinkTable) -> bool:
    """Whether it is of a connector that something may stand in for."""
    return table.connector not in _KAFKA | READ_BACK


def source(table: FlinkTable, *, keyed: bool) -> FlinkTable:
    """A topic that PipeGen feeds in place of a source.

    Args:
        table: The source.
        keyed: Whether its primary key is needed; a topic of rows that are only added has none.
    """
    replaced = replace(table, replaces=table.options or {})
    options = {"topic": topic_of(replaced), "properties.bootstrap.servers": "own"}
    if keyed and table.primary_key:
        options |= {"connector": "upsert-kafka", "key.format": "json", "value.format": "json"}
        return replace(replaced, options=options)
    options |= {
        "connector": "kafka",
        "properties.group.id": "own",
        "scan.startup.mode": "earliest-offset",
        "format": "json",
    }
    return replace(replaced, options=options, primary_key=(), without_key=True)


def sink(table: FlinkTable) -> FlinkTable:
    """What takes the rows of a sink while its statements are planned; a run reads them back through a topic."""
    return replace(table, options={"connector": "blackhole"}, replaces=table.options or {}, without_key=True)


def artifact(connector: str) -> str:
    """Maven coordinates of a connector, as far as they are known."""
    return _ARTIFACTS.get(connector, f"the jar of the connector {connector}")
