"""Commands from the command line to the exit code, on doubles of Kafka, Flink and the registry."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from pipegen.bus import Event, EventBus, HistogramsTaken, PhaseChanged, SnapshotTaken
from pipegen.cli import app
from pipegen.cli.display import ConsoleTeller
from pipegen.errors import EXIT_CONFIG, EXIT_OK, EXIT_TERMINATED, PipelineError, SettingsError
from pipegen.hotpath import HistogramSnapshot
from pipegen.replay import Recording
from pipegen.replay.player import play
from tests.unit.project_folder import change, write_orders
from tests.unit.stand_in_services import LENIENT, StandIns, admin_stands_in, stand_ins


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: exit code, what it wrote, and where."""

    code: int
    out: str
    err: str
    folder: Path
    services: StandIns


def flags(services: StandIns) -> list[str]:
    """Flags that name the doubles."""
    return [word for key, value in services.addresses().items() for word in (f"--{key.replace('_', '-')}", str(value))]


def invoke(services: StandIns, folder: Path, *words: str) -> Ended:
    result = CliRunner(env={"HOME": str(folder)}).invoke(app, list(words), catch_exceptions=False)
    return Ended(result.exit_code, result.stdout, result.stderr, folder, services)


def recordings(folder: Path) -> list[Path]:
    """The folders of recordings."""
    return [path for path in (folder / "runs").iterdir() if path.is_dir()]


@pytest.fixture
def services() -> Iterator[StandIns]:
    with stand_ins() as opened, admin_stands_in():
        yield opened


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """`pipegen run` with every file that it can write."""
    folder = write_orders(tmp_path_factory.mktemp("commands") / "orders")
    # On a busy machine records leave late: that is not what is tested here.
    change(folder / ".pipegen.yaml", "dashboard:\n", f"validity: {json.dumps(LENIENT)}\n\ndashboard:\n")
    files = ["--summary-json", str(folder / "summary.json"), "--junit", str(folder / "junit.xml")]
    load = ["--message-rate", "10", "--duration", "1s", "--threshold", "lost==0", "--stack", "none", "--keep", "1"]
    step = {"GITHUB_STEP_SUMMARY": str(folder / "step.md")}
    with stand_ins() as opened, admin_stands_in(), patch.dict(os.environ, step):
        page = ["--dashboard", "--dashboard-port", "0", "--no-open"]
        return invoke(opened, folder, "run", "--project-dir", str(folder), *flags(opened), *load, *files, *page)


def test_a_run_tells_each_step_as_a_line_and_ends_with_its_accounts(ran: Ended) -> None:
    assert ran.code == EXIT_OK
    page, *told = ran.err.splitlines()
    assert re.fullmatch(r"dashboard: http://127.0.0.1:\d+/?", page)
    assert told[:2] == ["starting: looking for the services", "starting: asking the services"]
    assert "running: sending the planned load" in told
    assert "draining: waiting for the last records" in told
    # The last step is what the summary says.
    assert not any("done" in line for line in told)
    summary = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert any(line.startswith("finished orders run") for line in summary)
    for line in ("planned 10", "consumed 10", "lost 0", "duplicated 0"):
        assert line in summary, ran.out


def test_a_run_shows_its_figures_in_a_line_while_it_sends(ran: Ended) -> None:
    (line, *_) = [line for line in ran.err.splitlines() if re.match(r"\d s  sent ", line)]
    assert " of 10  " in line
    assert "Flink RUNNING" in line


def test_recording_and_report_are_where_the_run_says(ran: Ended) -> None:
    told = dict(line.split(": ", 1) for line in ran.err.splitlines() if line.startswith(("recording", "report")))
    recording = re.fullmatch(r"(.+) \([\d.]+ kB, [\d.]+ [kM]B an hour\)", told["recording"])
    assert recording is not None, told
    summary = json.loads((ran.folder / "summary.json").read_text(encoding="utf-8"))
    (kept,) = recordings(ran.folder)
    assert kept.name.endswith(summary["run_id"])
    assert Path(recording[1]).name == kept.name
    (report,) = (ran.folder / "reports").glob("*.html")
    assert Path(told["report"]).name == report.name
    assert summary["run_id"] in report.read_text(encoding="utf-8")


def test_the_files_for_a_ci_say_the_same_as_the_terminal(ran: Ended) -> None:
    summary = json.loads((ran.folder / "summary.json").read_text(encoding="utf-8"))
    assert (summary["outcome"], summary["exit_code"], summary["lost"]) == ("finished", 0, 0)
    assert summary["verdict"]["outcome"] == "pass"
    (suite,) = ET.parse(ran.folder / "junit.xml").getroot().iter("testsuite")  # noqa: S314
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    assert [case.get("name") for case in suite.iter("testcase")][-1:] == ["lost==0"]
    assert "lost==0" in (ran.folder / "step.md").read_text(encoding="utf-8")


def test_without_a_terminal_the_dashboard_ends_with_the_run(ran: Ended) -> None:
    assert "stays at" not in ran.err


def test_ctrl_c_during_a_run_ends_it_in_order_with_its_code(services: StandIns, tmp_path: Path) -> None:
    folder = write_orders(tmp_path / "orders")
    say = ConsoleTeller.say

    def say_and_interrupt(teller: ConsoleTeller, text: str) -> None:
        say(teller, text)
        if text == "running: sending the planned load":
            os.kill(os.getpid(), signal.SIGTERM)

    with patch.object(ConsoleTeller, "say", say_and_interrupt):
        ended = invoke(services, folder, "run", "--project-dir", str(folder), *flags(services), "--duration", "60s")
    assert ended.code == EXIT_TERMINATED
    assert ended.out.startswith("interrupted")
    assert len(services.kafka.deleted) == 2


def test_on_a_terminal_the_dashboard_stays_until_ctrl_c(services: StandIns, tmp_path: Path) -> None:
    folder = write_orders(tmp_path / "orders")
    say, told = ConsoleTeller.say, []

    def say_and_leave(teller: ConsoleTeller, text: str) -> None:
        say(teller, text)
        told.append(text)
        if "stays at" in text:
            os.kill(os.getpid(), signal.SIGINT)

    load = ["--message-rate", "1", "--duration", "1s", "--dashboard-port", "0", "--no-open", "--no-generate-report"]
    with patch.object(ConsoleTeller, "say", say_and_leave), patch.object(ConsoleTeller, "interactive", new=True):
        ended = invoke(services, folder, "run", "--project-dir", str(folder), *flags(services), *load)
    # The run had ended well before: leaving its dashboard changes nothing of that.
    assert ended.code == EXIT_OK
    assert re.fullmatch(r"\nThe dashboard stays at http://127.0.0.1:\d+/? until Ctrl-C.", told[-1])
    assert not any(line.startswith("report:") for line in told)


def after(ran: Ended, *words: str) -> Ended:
    """A command on what the run left."""
    return invoke(ran.services, ran.folder, *words, "--project-dir", str(ran.folder))


def test_a_recorded_run_is_told_again_in_every_format(ran: Ended, tmp_path: Path) -> None:
    run_id = json.loads((ran.folder / "summary.json").read_text(encoding="utf-8"))["run_id"]
    told = json.loads(after(ran, "report", "last", "--format", "json").out)
    assert json.dumps(told).count(run_id)
    assert "PipeGen sent 10 records" in after(ran, "report", run_id, "--format", "md").out
    assert after(ran, "report", "last", "--format", "csv").out.count("\n") > 2
    page = tmp_path / "mine.html"
    ended = after(ran, "report", "last", "--output", str(page))
    assert (ended.code, ended.out.split(": ")[0]) == (EXIT_OK, "report")
    assert run_id in page.read_text(encoding="utf-8")
    text = tmp_path / "mine.md"
    assert after(ran, "report", "last", "--format", "md", "--output", str(text)).out == ""
    assert "PipeGen sent 10 records" in text.read_text(encoding="utf-8")


def test_a_run_compared_with_itself_has_no_difference(ran: Ended, tmp_path: Path) -> None:
    wanted = tmp_path / "compared.json"
    ended = after(ran, "compare", "last", "last", "--json", str(wanted), "--fail-on-regression", "1%")
    assert ended.code == EXIT_OK
    (told,) = json.loads(wanted.read_text(encoding="utf-8"))
    assert told["differences"]
    assert not [each for each in told["differences"] if each["meaning"] in {"better", "worse"}]
    # A summary has no recording: what it does not hold is not known, and is no difference.
    assert after(ran, "compare", str(ran.folder / "summary.json"), "last").code == EXIT_OK


def test_a_recording_is_played_again_event_by_event(ran: Ended) -> None:
    (folder,) = recordings(ran.folder)
    recording = Recording(folder)

    async def body() -> tuple[int, list[Event]]:
        bus = EventBus()
        heard = bus.subscribe()
        played = await play(recording, bus, speed=100_000)
        bus.close()
        return played, [event async for event in heard]

    played, events = asyncio.run(body())
    snapshots = [event.snapshot for event in events if isinstance(event, SnapshotTaken)]
    assert (len(snapshots), snapshots[-1].run.phase) == (played, "finished")
    assert [snapshot.sequence for snapshot in snapshots] == sorted(snapshot.sequence for snapshot in snapshots)
    phases = [event.phase for event in events if isinstance(event, PhaseChanged)]
    assert list(dict.fromkeys(phases)) == ["starting", "probing", "running", "draining", "finished"]
    counted = [
        HistogramSnapshot.from_hdr_base64(text).count
        for event in events
        if isinstance(event, HistogramsTaken)
        for stage, text in event.stages.items()
        if stage == "end_to_end"
    ]
    assert sum(counted) == 10


def test_a_recording_is_played_at_the_pace_that_is_asked_for(ran: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder,) = recordings(ran.folder)
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr("pipegen.replay.player.asyncio.sleep", note)

    async def body() -> None:
        await play(Recording(folder), EventBus(), speed=2)

    asyncio.run(body())
    times = [at_ms for at_ms, _, _ in Recording(folder).timeline()]
    whole_s = (times[-1] - times[0]) / 1000
    # Nothing was waited for, so the last wait is the whole of it.
    assert waits[0] == 0
    assert waits[-1] == pytest.approx(whole_s / 2, rel=0.5)
    assert waits[-1] <= whole_s / 2


def test_everything_that_a_run_needs_is_there(services: StandIns, tmp_path: Path) -> None:
    services.kafka.create("orders", 3)
    ended = invoke(services, tmp_path, "check", "--format", "json", *flags(services))
    parts: dict[str, Any] = {each["name"]: each for each in json.loads(ended.out)}
    assert parts["Kafka"]["found"] == f"1 brokers, 1 topics, 3 partitions at {services.kafka.bootstrap_servers}"
    assert parts["Flink"]["found"] == f"2.1.0, 1 TaskManagers, 4 of 4 slots free at {services.flink.rest.url}"
    assert parts["SQL gateway"]["found"] == f"2.1.0 at {services.flink.gateway.url}"
    assert re.fullmatch(rf"answered in \d+ ms at {services.registry.url}", parts["schema registry"]["found"])
    assert {parts[name]["state"] for name in ("Kafka", "Flink", "SQL gateway", "schema registry")} == {"ok"}
    assert (
        ended.code
        == {"ok": 0, "warning": 1, "critical": 2}[
            max((each["state"] for each in parts.values()), key=["ok", "warning", "critical"].index)
        ]
    )


def test_a_cluster_without_free_slots_is_a_warning_and_a_service_that_is_gone_is_critical(
    services: StandIns, tmp_path: Path
) -> None:
    services.flink.task_managers = 0
    services.registry.close()
    ended = invoke(services, tmp_path, "check", *flags(services))
    text = " ".join(ended.out.split())
    assert "Flink ▲ warning 2.1.0, 0 TaskManagers, 0 of 0 slots free" in text
    assert "→ Cancel a job (`pipegen clean --flink` on the local stack) or add a TaskManager." in text
    assert "schema registry ■ critical" in text
    assert "Kafka ● ok" in text
    assert ended.code == 2


def test_a_search_whose_pipeline_does_not_run_says_why(services: StandIns, tmp_path: Path) -> None:
    services.flink.refuse = lambda text: "java.lang.RuntimeException: no such connector" if "TABLE" in text else None
    folder = write_orders(tmp_path / "orders")
    rates = ["--start-rate", "10", "--max-rate", "20", "--step-duration", "1s", "--warm-up", "1s"]
    with pytest.raises(PipelineError) as raised:
        invoke(services, folder, "capacity", "--project-dir", str(folder), "--stack", "none", *rates, *flags(services))
    assert raised.value.message == (
        "the run at 10 msg/s failed: sql/01_source.sql:4:1: Flink refuses this statement: no such connector"
    )
    assert raised.value.remedy == "Correct the SQL; `pipegen validate --flink` says all that Flink has against it."
    assert not services.kafka.created, "nothing is made for SQL that Flink refuses"
    assert len(recordings(folder)) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--start-rate", "100", "--max-rate", "99"], "--start-rate is above --max-rate"),
        (["--precision", "0%"], "--precision 0% is out of range"),
        (["--precision", "101%"], "--precision 101% is out of range"),
        (["--precision", "much"], "--precision: "),
        (["--warm-up", "999ms"], "--warm-up 999ms is too short"),
        (["--step-duration", "0.5s"], "--step-duration 0.5s is too short"),
        (["--step-duration", "long"], "--step-duration: "),
        (["--max-p99", "1 parsec"], "--max-p99 or --max-backpressure"),
    ],
)
def test_a_search_that_cannot_be_made_is_refused_before_it_begins(
    tmp_path: Path, words: list[str], message: str
) -> None:
    folder = write_orders(tmp_path / "orders")
    with pytest.raises(Exception, match=re.escape(message)) as raised:
        CliRunner().invoke(app, ["capacity", "--project-dir", str(folder), *words], catch_exceptions=False)
    assert raised.value.exit_code == EXIT_CONFIG  # type: ignore[attr-defined]


def watch(services: StandIns, folder: Path, *words: str) -> Ended:
    """The dashboard alone, ended by a signal as soon as it says that it watches."""
    say = ConsoleTeller.say

    def say_and_end(teller: ConsoleTeller, text: str) -> None:
        say(teller, text)
        if text.startswith("watching"):
            os.kill(os.getpid(), signal.SIGTERM)

    with patch.object(ConsoleTeller, "say", say_and_end):
        return invoke(services, folder, "dashboard", "--standalone", "--port", "0", "--no-open", *words)


def test_of_several_pipelines_each_has_a_page_and_one_page_shows_all(services: StandIns, tmp_path: Path) -> None:
    named = ["--pipeline", "one=a:b:job", "--pipeline", "two=c:d:job"]
    ended = watch(services, tmp_path, *flags(services)[:6], *named)
    assert ended.code == EXIT_TERMINATED
    lines = (ended.err or ended.out).splitlines()
    together, *own = [line for line in lines if "http://" in line]
    assert together.startswith("dashboard: http://127.0.0.1:")
    assert [line.split(":")[0].strip() for line in own] == ["one", "two"]
    assert len({re.search(r":(\d+)", line[20:])[1] for line in (together, *own)}) == 3  # type: ignore[index]
    assert lines[-1] == "watching; PipeGen starts and sends nothing. Ctrl-C ends it."


def test_two_pipelines_with_one_name_are_refused(services: StandIns, tmp_path: Path) -> None:
    named = ["--pipeline", "one=a:b:job", "--pipeline", "one=c:d:job"]
    with pytest.raises(SettingsError, match="two pipelines are called one"):
        watch(services, tmp_path, *flags(services)[:6], *named)


@pytest.mark.parametrize("words", [["--pipeline", "a=b:c:d"], ["--group", "g"], ["--messages"]])
def test_what_is_only_for_watching_is_refused_without_it(tmp_path: Path, words: list[str]) -> None:
    folder = write_orders(tmp_path / "orders")
    with pytest.raises(SettingsError, match="--pipeline, --group and --messages go with --standalone"):
        CliRunner().invoke(app, ["dashboard", "--project-dir", str(folder), *words], catch_exceptions=False)
