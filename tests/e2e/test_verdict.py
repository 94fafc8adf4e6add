"""Thresholds on the real stack: what they observe, and the exit code they make."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pipegen.stack import Endpoints
from tests.e2e.conftest import StartRun, make_project
from tests.e2e.pipegen_process import LENIENT, Finished, RunningPipegen, pipegen, until

pytestmark = pytest.mark.stack
PASSING = (
    "end_to_end.p99<10m",
    "end_to_end.p99.9<10m over 2s",
    "lost==0",
    "duplicated==0",
    "error_rate<1%",
    "producer.total==plan",
    "producer.rate>=0.01*plan",
    "consumer.rate>=0.01*plan during peak1",
    "lag.slope<=1000/s during steady",
    "recovery<10m after peak1",
    "registry.validation_success_ratio>=99%",
    "data_quality.score>=99%",
    "flink.checkpoints.failed==0",
    "flink.task_managers>=1",
    "generator_delay.p50<10m delay 1s",
)
FAILING = (
    "end_to_end.p99<1us",
    "end_to_end.p50<1us over 2s",
    "end_to_end.max<1us during peak1",
    "lost>0",
    "success_rate<1%",
    "producer.total<plan",
    "producer.rate>=5*plan",
    "consumer.total.rate>1000000/s",
    "lag.slope<-1000000/s during steady",
    "recovery<0s after peak1",
    "system.rss_bytes<1MB",
    "data_quality.score<99%",
    "flink.task_managers==0",
    "latency.ack.mean<1us",
)


class Judged:
    """A run, its result by expression and its files."""

    def __init__(self, done: Finished, folder: Path) -> None:
        self.done = done
        self.project = folder / "orders"
        self.verdict: dict[str, Any] = done.summary["verdict"]
        self.results = {result["expression"]: result for result in self.verdict["results"]}
        self.junit = ET.parse(folder / "junit.xml").getroot()  # noqa: S314 -- it is our own
        self.markdown = (folder / "step.md").read_text()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints) -> Iterator[Judged]:
    """One run with a peak, judged by every form of threshold at once."""
    folder = tmp_path_factory.mktemp("verdict")
    run = RunningPipegen(
        make_project(folder),
        endpoints,
        "--message-rate=100",
        "--duration=11s",
        "--traffic-pattern=4s-7s:300%",
        *(f"--threshold={text}" for text in (*PASSING, *FAILING)),
        f"--junit={folder / 'junit.xml'}",
        folder=folder,
        env=LENIENT | {"PIPEGEN_DASHBOARD_UPDATE_INTERVAL": "500ms", "GITHUB_STEP_SUMMARY": str(folder / "step.md")},
    )
    yield Judged(run.finish(), folder)
    run.close()


def test_every_form_of_threshold_passes_and_fails_for_real(judged: Judged) -> None:
    assert {text: judged.results[text]["outcome"] for text in PASSING} == dict.fromkeys(PASSING, "pass")
    assert {text: judged.results[text]["outcome"] for text in FAILING} == dict.fromkeys(FAILING, "fail")


def test_a_failed_threshold_ends_the_run_with_99_and_each_is_shown_with_what_was_observed(judged: Judged) -> None:
    assert judged.done.exit_code == judged.done.summary["exit_code"] == 99
    assert (judged.verdict["outcome"], judged.verdict["valid"], judged.verdict["final"]) == ("fail", True, True)
    assert "verdict FAIL" in judged.done.out
    for text, result in judged.results.items():
        (line,) = [line for line in judged.done.out.splitlines() if f" {text} " in f"{line} "]
        assert result["observed_text"] in line, line


def test_a_percentile_over_the_whole_run_is_that_of_the_snapshot(judged: Judged) -> None:
    total = judged.done.summary["snapshot"]["latency"]["end_to_end"]["total"]
    assert judged.results["end_to_end.p99<10m"]["observed"] == total["p99_ms"]


def test_the_last_snapshot_carries_the_verdict(judged: Judged) -> None:
    assert judged.done.summary["snapshot"]["verdict"] == judged.verdict


def test_a_recording_held_against_itself_has_no_difference(judged: Judged, tmp_path: Path) -> None:
    files = [f"--html={tmp_path / 'page.html'}", f"--json={tmp_path / 'figures.json'}"]
    run_id = judged.done.summary["run_id"]
    compared = pipegen("compare", "last", run_id, f"--project-dir={judged.project}", "--fail-on-regression=5%", *files)
    assert compared.exit_code == 0, compared.err
    assert "No difference beyond the noise." in compared.out
    (comparison,) = json.loads((tmp_path / "figures.json").read_text())
    p99 = next(each for each in comparison["differences"] if each["name"] == "end to end p99")
    total = judged.done.summary["snapshot"]["latency"]["end_to_end"]["total"]
    assert p99["before"] == p99["after"] == pytest.approx(total["p99_ms"], rel=0.002)
    assert p99["low_ratio"] <= 0 <= p99["high_ratio"]
    assert (tmp_path / "page.html").read_text().count("<svg") == 2


def test_junit_has_a_case_for_the_run_its_validity_and_each_threshold(judged: Judged) -> None:
    suite = judged.junit[0]
    cases = {case.attrib["name"]: case for case in suite.iter("testcase")}
    assert len(cases) == 2 + len(PASSING) + len(FAILING) == int(suite.attrib["tests"])
    assert {name for name, case in cases.items() if case.find("failure") is not None} == set(FAILING)
    assert (suite.attrib["failures"], suite.attrib["errors"]) == (str(len(FAILING)), "0")


def test_the_summary_of_the_ci_step_lists_each_threshold(judged: Judged) -> None:
    assert judged.markdown.startswith("### PipeGen orders: ❌ fail")
    for text in (*PASSING, *FAILING):
        assert f"| `{text}` |" in judged.markdown


def test_abort_on_fail_stops_the_load_accounts_for_it_and_ends_with_99(project: Path, start_run: StartRun) -> None:
    with (project / ".pipegen.yaml").open("a") as file:
        file.write(
            "\nthresholds:\n  - lost==0\n  - {expression: 'end_to_end.p99<1us', abort_on_fail: true, delay: 1s}\n"
        )
    done = start_run(project, "--message-rate=50", "--duration=10m", env=LENIENT).finish()
    assert (done.exit_code, done.summary["outcome"]) == (99, "aborted")
    assert done.summary["sent_total"] < done.summary["planned_total"]
    assert done.summary["lost"] == 0
    assert "stopped early: the threshold end_to_end.p99<1us failed with" in done.out


def test_a_generator_that_is_held_up_makes_a_judged_run_invalid(project: Path, start_run: StartRun) -> None:
    run = start_run(project, "--message-rate=100", "--duration=4s", "--threshold=lost==0")
    run.until_said("msg/s")
    run.signal(signal.SIGSTOP)
    resume_s = time.monotonic() + 1.5
    until(lambda: time.monotonic() >= resume_s or None, "end of the stop")
    run.signal(signal.SIGCONT)
    done = run.finish()
    assert (done.exit_code, done.summary["verdict"]["outcome"]) == (100, "invalid")
    assert "verdict INVALID\n  the generator fell behind" in done.out


@pytest.mark.parametrize(
    ("flag", "line"),
    [
        ("eror_rate<1%", "error: --threshold: unknown metric “eror_rate”"),
        ("end_to_end.p99<1s during peak9", "error: --threshold: the plan has no phase “peak9”"),
    ],
)
def test_a_threshold_that_cannot_be_judged_is_refused_before_anything_starts(
    project: Path, flag: str, line: str
) -> None:
    done = pipegen("run", f"--project-dir={project}", f"--threshold={flag}", "--stack=none")
    assert done.exit_code == 2
    assert done.err.splitlines()[0] == line
    assert "^" in done.err


def test_validate_finds_a_threshold_that_cannot_be_judged_with_its_line(project: Path) -> None:
    with (project / ".pipegen.yaml").open("a") as file:
        file.write("\nthresholds:\n  - lost==0\n  - error_rat<1%\n")
    lines = (project / ".pipegen.yaml").read_text().splitlines()
    done = pipegen("validate", f"--project-dir={project}")
    assert done.exit_code == 2
    assert f".pipegen.yaml:{lines.index('  - error_rat<1%') + 1}: " in done.out
    assert "Did you mean “error_rate”?" in done.out


def test_the_metrics_are_listed(tmp_path: Path) -> None:
    done = pipegen("run", "--list-metrics", cwd=tmp_path)
    assert done.exit_code == 0
    assert {"lost", "end_to_end", "recovery", "flink.backpressure_ratio"} <= {
        line.split()[0] for line in done.out.splitlines() if line
    }
