"""Several jobs: one that has failed fails the outputs that its records get to, and no other."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipegen.diagnose import ErrorLog
from pipegen.errors import PipelineError
from pipegen.observe import FlinkReading, Reading
from pipegen.project.flink_project import PlannedScript
from pipegen.project.plan.compose import SinkPlan
from pipegen.project.plan.planned import Planned
from pipegen.project.plan.statement import Place
from pipegen.project.plan.table import FlinkTable, TableName
from pipegen.project.plan.topology import InnerTopic, Input, Output, Topology
from pipegen.run.job.feeding import failed_outputs, fed_by_job
from pipegen.run.job.guard import JobGuard
from pipegen.run.observers import Observers
from pipegen.run.progress import RunTracker
from pipegen.services.flink import ClusterOverview
from pipegen.snapshot import JobState, SqlStatement


def table(name: str) -> FlinkTable:
    return FlinkTable(TableName("c", "d", name), (), options={"connector": "kafka", "topic": name, "format": "json"})


ORDERS, BETWEEN, COPIES, COUNTS, PAID = map(table, ("orders", "between", "copies", "counts", "paid"))


def place(number: int) -> Place:
    return Place(Path("job.sql"), number, 1)


def statement(number: int, sink: FlinkTable | None, *scanned: FlinkTable) -> Planned:
    nothing: Any = None
    text: Any = SimpleNamespace(place=place(number), kind="insert")
    return Planned(text, sinks=(SinkPlan(place(number), nothing, sink, scanned, ("I",)),))


def output(name: str, number: int, *tables: FlinkTable) -> Output:
    return Output(name, tuple(each.name.table for each in tables), tables, (), ("I",), (), place(number))


def project() -> PlannedScript:
    """Orders to copies; orders by way of a topic to counts and to a query; orders to paid."""
    return PlannedScript(
        dir=Path(),
        name="job",
        planned=(
            statement(0, COPIES, ORDERS),
            statement(1, BETWEEN, ORDERS),
            statement(2, COUNTS, BETWEEN),
            statement(3, None, BETWEEN),
            statement(4, PAID, ORDERS),
        ),
        topology=Topology(
            inputs=(Input("orders", ("orders",), (ORDERS,)),),
            inner=(InnerTopic("between", ("between",), (BETWEEN,)),),
            outputs=(
                output("copies", 0, COPIES),
                output("counts", 2, COUNTS),
                output("query_1", 3),
                output("paid", 4, PAID),
            ),
        ),
        inputs=(),
    )


@pytest.mark.parametrize(
    ("index", "fed"),
    [(0, ("copies",)), (1, ("counts", "query_1")), (2, ("counts",)), (3, ("query_1",)), (4, ("paid",))],
)
def test_a_job_feeds_what_its_records_get_to_also_by_way_of_a_topic(index: int, fed: tuple[str, ...]) -> None:
    assert project().fed_by(index) == fed


def statements(*job_ids: str | None) -> tuple[SqlStatement, ...]:
    return tuple(
        SqlStatement(file="a.sql:1", kind="INSERT", summary="", state="running", error=None, job_id=job_id)
        for job_id in job_ids
    )


JOBS = statements("a", "b", "c", None, "d")


def reading(state: str, job: str = "b") -> FlinkReading:
    every = (each.job_id for each in JOBS if each.job_id is not None)
    return FlinkReading(
        ClusterOverview("2.3", 1, 4, 2),
        job_id=job,
        job_state=state,
        root_exception="/ by zero",
        jobs=tuple(
            JobState(id=each, name=each, state=state if each == job else "RUNNING", transitions=[]) for each in every
        ),
        causes={job: "/ by zero"},
    )


def test_a_failed_job_fails_the_outputs_that_it_feeds() -> None:
    assert failed_outputs(project(), JOBS, reading("FAILED")) == {"counts": "/ by zero", "query_1": "/ by zero"}
    assert failed_outputs(project(), JOBS, None) == {}


def test_a_job_of_which_the_statement_is_not_known_may_feed_all() -> None:
    assert fed_by_job(project(), JOBS, "other") == ("copies", "counts", "query_1", "paid")


@pytest.mark.parametrize(
    ("job", "told"),
    [
        ("b", "outputs counts, query_1: the Flink job failed: / by zero"),
        ("d", "output paid: the Flink job failed: / by zero"),
    ],
)
def test_the_run_ends_with_the_failure_of_the_job_and_names_the_outputs(job: str, told: str) -> None:
    tracker = RunTracker()
    tracker.update(statements=JOBS)
    observers = Observers(ErrorLog(), tracker)
    observers._flink = lambda: Reading(reading("FAILED", job), measured_ns=time.monotonic_ns())
    guard = JobGuard(
        observers,
        tracker,
        leading=frozenset(),
        may_finish=False,
        bounded=False,
        feeds=lambda job_id: fed_by_job(project(), JOBS, job_id),
    )
    with pytest.raises(PipelineError) as raised:
        asyncio.run(guard.watch())
    assert raised.value.message == told
