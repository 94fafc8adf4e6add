"""Topologies of project folders as Flink's plan would give them, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipegen.config import Settings
from pipegen.project import open_project
from pipegen.project.flink_project import PlannedScript
from pipegen.project.plan.compose import SinkPlan
from pipegen.project.plan.flow import Flow
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.splitter import split_script
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableColumn, TableName
from pipegen.project.plan.topology import Input, Latency, Output, Topology
from pipegen.project.plan.topology import Path as Way
from pipegen.project.read_folder import FolderTopics, read_folder
from tests.unit.project_folder import write_orders

PLACE = Place(Path("01.sql"), 1, 1)
TOPICS = FolderTopics("orders-input-abc123", "orders-output-abc123", "-abc123")
VARIABLES = {
    "RUN_ID": "abc123",
    "GROUP_ID": "group",
    "BOOTSTRAP_SERVERS": "b:9092",
    "SCHEMA_REGISTRY_URL": "http://r",
    **dict.fromkeys(
        (
            "KAFKA_SASL_JAAS_CONFIG",
            "KAFKA_CA_PEM",
            "KAFKA_CLIENT_CERT_PEM",
            "SCHEMA_REGISTRY_USER_INFO",
            "SCHEMA_REGISTRY_TOKEN",
        ),
        "",
    ),
    "KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
}


def table(name: str, topic: str | None = None, columns: Sequence[str] = ("id",), **options: str) -> FlinkTable:
    told = {"connector": "kafka", "topic": topic or name, "value.format": "json"} | options
    return FlinkTable(TableName("c", "d", name), tuple(TableColumn(each, "INT") for each in columns), options=told)


def fed(name: str, topic: str | None = None, columns: Sequence[str] = ("id",), **options: str) -> Input:
    made = table(name, topic, columns, **options)
    return Input(name, made.topics, (made,))


def written(
    name: str,
    topic: str | None = None,
    *,
    source: str = "orders",
    way: str | None = "header",
    columns: Sequence[str] = ("id",),
) -> Output:
    made = table(name, topic, columns)
    timed = Latency(way, "it arrives unchanged" if way else "nothing arrives")  # type: ignore[arg-type]
    path = Way(source, name, "one_to_one", (), (), timed, PLACE)
    return Output(name, made.topics, (made,), (), ("I",), (path,), PLACE)


def read(folder: Path, topology: Topology, planned: tuple[Planned, ...] = (), **how: Any) -> PlannedScript:
    opened = open_project(write_orders(folder), Settings())
    given: dict[str, Any] = {"reads_file": False, "keeps_start": False} | how
    return read_folder(opened, planned, topology, TOPICS, **given)


def insert(*scanned: FlinkTable, sink: FlinkTable, **config: str) -> Planned:
    statement = split_script("INSERT INTO a SELECT * FROM b", Path("01.sql"))[0]
    plan = SinkPlan(PLACE, Flow(None, (), (), (), (), (), ()), sink, scanned, ("I",), config)
    return Planned(statement, (*scanned, sink), (plan,))
