"""The drain of several outputs: each waits for its own records, and what is missing names the output."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipegen.config.topics import OutputSettings
from pipegen.diagnose import ErrorLog
from pipegen.errors import FlinkError, SettingsError
from pipegen.hotpath import Meters, Pacer, Schedule, now_ns
from pipegen.journal import Journal, RunHead
from pipegen.observe import FlinkReading, Reading, SourceState
from pipegen.project import OutputFacts
from pipegen.run.context import RunContext, context_of
from pipegen.run.draining import Drained, Look, drained
from pipegen.run.emptiness import judge_emptiness
from pipegen.run.feed.generated import record_plan
from pipegen.run.job.guard import JobGuard
from pipegen.run.names import names_for
from pipegen.run.pipeline import Pipeline
from pipegen.run.progress import RunTracker
from pipegen.run.read.output_settings import output_settings
from pipegen.run.read.outputs import OutputReading
from pipegen.services.flink import ClusterOverview
from tests.unit.run_spec import spec_as_read, spec_in

SECOND_NS = 1_000_000_000
RUN = 77
COPY = OutputFacts("copies", "copies", "json", "one_to_one", "header", "the header arrives unchanged")


def context_in(folder: Path, *outputs: OutputReading, timeout: str = "30s") -> tuple[RunContext, list[bytes]]:
    """A run that has sent ten records, with their headers."""
    spec = spec_in(folder, pipeline_timeout=timeout)
    names, tracker, errors = names_for("abc234", "orders", spec.settings), RunTracker(), ErrorLog()
    context = context_of(
        spec,
        names,
        tracker=tracker,
        errors=errors,
        make_tap=None,
        go=lambda *_: None,
        crashed=print,
        journal=Journal(RunHead(names.run_id, 1, "", str(folder), keep=False), on_failure=lambda *_: None),
    )
    meters = context.senders.own_meters
    pacer = Pacer(Schedule([(0, SECOND_NS, 10, 10)]))
    pacer.start(now_ns() - 2 * SECOND_NS)
    plan = record_plan(spec.project.input_schema, spec.settings, schema_id=None)
    headers = []
    while (permits := pacer.acquire(max_events=500, timeout_ns=0)) is not None:
        for _, _, _, told, delivered in plan.batch(permits, meters):
            delivered(None, None)
            headers.append(told[0][1])
    return replace(context, outputs=outputs or context.outputs), headers


def output(name: str, run: int, **told: Any) -> OutputReading:
    return OutputReading(replace(COPY, name=name), name, f"group-{name}", Meters(run=run), OutputSettings(**told))


def read(reading: OutputReading, headers: list[bytes]) -> None:
    reading.meters.consumed(
        list(headers), value_bytes=[1] * len(headers), partitions=[0] * len(headers), consumed_ns=now_ns()
    )


def end_of(context: RunContext, late: Callable[[], None]) -> Drained:
    """How the drain ends, where something comes once the first output is through."""
    guard = JobGuard(context.observers, context.tracker, leading=frozenset(), may_finish=True, bounded=False)
    nothing: Any = None
    pipeline = Pipeline(nothing, guard, nothing, None)

    async def both() -> Drained:
        asyncio.get_running_loop().call_later(1.3, late)
        rest = await drained(context, pipeline, cut_short=False, hurry=asyncio.Event())
        return await judge_emptiness(context, pipeline, rest)

    return asyncio.run(both())


def two(folder: Path, second: int, *, late: int = 0, timeout: str = "30s", **told: Any) -> tuple[RunContext, Drained]:
    """A run whose first output brought out everything, and its second one so many records, and some late."""
    mark = names_for("abc234", "orders", spec_in(folder).settings).run_mark
    one, other = output("copies", mark), output("kept", mark, **told)
    context, headers = context_in(folder, one, other, timeout=timeout)
    read(one, headers)
    read(other, headers[:second])
    return context, end_of(context, lambda: read(other, headers[second : second + late]))


def test_the_run_is_drained_when_each_output_is(tmp_path: Path) -> None:
    context, end = two(tmp_path, 7, late=3)
    assert (end.known, end.missing) == (True, None)
    assert [each.drained for each in context.outputs] == [True, True]
    assert [each.drain for each in context.outputs] == ["all 10 expected records came out"] * 2
    assert context.tracker.status.drain == "all 2 outputs are drained"
    assert context.tracker.status.expected_total == 20


def test_what_is_missing_names_the_output(tmp_path: Path) -> None:
    context, end = two(tmp_path, 7, timeout="2s")
    assert (end.missing or "").startswith("output kept: 3 of 10 records did not come out within 2s: ")
    assert [each.drained for each in context.outputs] == [True, True]
    assert (context.tracker.status.drain or "").startswith("output kept: 7 of 10 expected records have come out")


def test_an_output_waits_for_as_many_records_as_its_settings_say(tmp_path: Path) -> None:
    context, end = two(tmp_path, 7, expected_messages=7)
    assert (end.missing, context.outputs[1].drain) == (None, "all 7 expected records came out")


def test_an_output_that_none_is_expected_of_has_to_stay_empty(tmp_path: Path) -> None:
    _, end = two(tmp_path, 2, timeout="2s", expected_messages=0)
    assert end.missing == "output kept: 2 records came out where none is expected"


@pytest.mark.parametrize("told", [{}, {"may_be_empty": True}])
def test_an_empty_output_is_a_failure_unless_it_may_be_empty(tmp_path: Path, told: dict[str, Any]) -> None:
    mark = names_for("abc234", "orders", spec_in(tmp_path).settings).run_mark
    one, other = output("copies", mark), output("kept", mark, **told)
    other.facts = replace(other.facts, shape="filter")
    context, headers = context_in(tmp_path, one, other)
    read(one, headers)
    guard: Any = None
    rest = asyncio.run(judge_emptiness(context, _without_clients(guard), Drained(True, {"copies": None, "kept": None})))
    if told:
        assert rest.missing is None
        assert (other.drain or "").endswith("nothing came out, which outputs.kept.may_be_empty allows")
    else:
        assert rest.missing == "output kept: 0 of 10 records came out"


def test_records_that_come_while_flink_is_asked_are_waited_for_to_the_last(tmp_path: Path) -> None:
    mark = names_for("abc234", "orders", spec_in(tmp_path).settings).run_mark
    one, other = output("copies", mark), output("kept", mark)
    context, headers = context_in(tmp_path, one, other)
    read(one, headers)
    context.tracker.update(job_ids=("job",))

    class SlowFlink:
        """The seam FlinkRest: records come out while it is asked."""

        async def job(self, _job_id: str) -> Any:
            read(other, headers)
            raise FlinkError("does not answer")

    clients: Any = SimpleNamespace(flink=SlowFlink())
    guard: Any = None
    drains: list[int] = []

    async def again() -> Drained:
        drains.append(other.meters.totals().distinct)
        return Drained(True, {"copies": None, "kept": None})

    rest = Drained(True, {"copies": None, "kept": None})
    end = asyncio.run(judge_emptiness(context, Pipeline(clients, guard, guard, None), rest, again=again))
    assert (end.missing, drains) == (None, [10])


def _without_clients(guard: Any) -> Pipeline:
    class NoFlink:
        """Answers nothing."""

        flink = None

    clients: Any = NoFlink()
    return Pipeline(clients, guard, guard, None)


def test_many_outputs_that_lack_records_are_told_shortly() -> None:
    missing = Drained(True, {f"t{number}": "nothing" for number in range(8)}).missing or ""
    assert missing.startswith("output t0: nothing; output t1: nothing; ")
    assert missing.endswith("; and 3 more outputs")


def test_settings_of_an_output_that_is_not_there_name_those_that_are(tmp_path: Path) -> None:
    spec = spec_as_read(tmp_path, outputs={"nosuch": {"may_be_empty": True}})
    (name,) = (facts.name for facts in spec.project.outputs)
    with pytest.raises(SettingsError, match=r"outputs\.nosuch: the SQL has no such output") as caught:
        output_settings(spec.project, spec.settings, {})
    assert caught.value.remedy == f"The output is {name}."


def test_expected_messages_go_with_one_output_alone(tmp_path: Path) -> None:
    spec = spec_as_read(tmp_path, expected_messages=5)
    (facts,) = spec.project.outputs
    assert output_settings(spec.project, spec.settings, {})[facts.name].expected_messages == 5

    class Two:
        """A project with two outputs."""

        read = True
        outputs = (facts, replace(facts, name="other"))

    project: Any = Two()
    with pytest.raises(SettingsError, match="there are several outputs") as caught:
        output_settings(project, spec.settings, {})
    assert "outputs.NAME.expected_messages" in (caught.value.remedy or "")


def test_a_single_output_is_told_of_without_its_name(tmp_path: Path) -> None:
    mark = names_for("abc234", "orders", spec_in(tmp_path).settings).run_mark
    one = output("copies", mark)
    context, headers = context_in(tmp_path, one)
    read(one, headers[:7])
    end_of(context, lambda: read(one, headers[7:]))
    assert context.tracker.status.drain == "all 10 expected records came out"


def test_sources_that_read_something_else_and_go_on_are_known_to_the_drain(tmp_path: Path) -> None:
    one = output("copies", 77)
    context, _ = context_in(tmp_path, one)
    sources = (
        SourceState("orders", "RUNNING", 0, True),
        SourceState("clock", "RUNNING", None, False),
        SourceState("done", "FINISHED", None, False),
        SourceState("unknown", "RUNNING", None, None),
    )
    reading = FlinkReading(ClusterOverview("2.3", 1, 4, 2), sources=sources)
    context.observers._flink = lambda: Reading(reading, measured_ns=time.monotonic_ns())
    guard = JobGuard(context.observers, context.tracker, leading=frozenset(), may_finish=True, bounded=False)
    assert Look(context, _without_clients(guard)).take(one).others == ("clock",)
