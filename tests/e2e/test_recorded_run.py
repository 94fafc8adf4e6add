"""What a run leaves behind: its recording, its report, and both made again, by commands a user types."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

from pipegen.replay import open_recording
from pipegen.stack import Endpoints
from pipegen.units import format_count
from tests.e2e.conftest import make_project
from tests.e2e.pipegen_process import LENIENT, RunningPipegen, command, environment, pipegen, service_flags, until

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints) -> tuple[Path, dict[str, Any], str]:
    """A finished run with two peaks: its project, its summary, what it said."""
    folder = tmp_path_factory.mktemp("recorded")
    project = make_project(folder)
    flags = ["--message-rate=200", "--duration=8s", "--traffic-pattern=2s-4s:300%,5s-6s:200%", "--threshold=lost==0"]
    run = RunningPipegen(project, endpoints, *flags, folder=folder, env=LENIENT)
    try:
        finished = run.finish()
    finally:
        run.close()
    assert finished.exit_code == 0, finished.err
    return project, finished.summary, finished.err


def the_only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def test_a_run_leaves_a_recording_whose_last_figures_are_those_of_its_summary(
    done: tuple[Path, dict[str, Any], str],
) -> None:
    project, summary, said = done
    recording = open_recording(the_only(project / "runs", f"*-{summary['run_id']}"))
    assert recording.complete
    last = recording.last_snapshot()
    assert last is not None
    assert last.model_dump(mode="json") == summary["snapshot"]
    assert recording.summary == summary
    kinds = [event.kind for event in recording.events()]
    assert kinds[-1] == "ended"
    assert "services" in kinds
    services = {service.name: service.version for service in recording.manifest.services}
    assert services["Flink"] is not None
    assert services["Flink"] == services["Flink SQL gateway"]
    assert {source.path for source in recording.manifest.schemas} == {"schemas/input.avsc"}
    assert any("INSERT INTO" in source.text for source in recording.manifest.sql)
    assert re.search(r"recording: .* an hour\)", said)


def test_a_tool_that_is_not_ours_finds_every_latency_in_the_recording(done: tuple[Path, dict[str, Any], str]) -> None:
    project, summary, _ = done
    folder = the_only(project / "runs", f"*-{summary['run_id']}")
    reader = HistogramLogReader(str(folder / "end_to_end.hlog"), HdrHistogram(1, 4_294_967_295, 3))
    whole = HdrHistogram(1, 4_294_967_295, 3)
    while (interval := reader.get_next_interval_histogram()) is not None:
        whole.add(interval)
    reader.close()
    total = summary["snapshot"]["latency"]["end_to_end"]["total"]
    assert whole.get_total_count() == total["count"] == summary["consumed_total"]
    assert whole.get_value_at_percentile(99) / 1000 == pytest.approx(total["p99_ms"], rel=0.002)


def test_a_run_ends_with_a_report_of_its_figures(done: tuple[Path, dict[str, Any], str]) -> None:
    project, summary, said = done
    report = the_only(project / "reports", "*")
    assert re.fullmatch(r"execution-report-\d{4}(-\d\d){5}\.html", report.name)
    assert str(report) in said
    page = report.read_text()
    assert format_count(summary["delivered_total"]) in page
    assert "peak2" in page
    assert "lost==0" in page


def test_the_report_can_be_made_again_as_json_csv_and_markdown(done: tuple[Path, dict[str, Any], str]) -> None:
    project, summary, _ = done

    def made(*arguments: str) -> str:
        finished = pipegen("report", *arguments, f"--project-dir={project}")
        assert finished.exit_code == 0, finished.err
        return finished.out

    told = json.loads(made(summary["run_id"], "--format=json"))
    assert told["snapshot"] == summary["snapshot"]
    assert told["latency"]["ack"]["count"] == summary["delivered_total"]
    assert [phase["name"] for phase in told["phases"]] == ["steady", "peak1", "steady", "peak2", "steady"]
    rows = made("last", "--format=csv").splitlines()
    assert rows[0].startswith("timestamp,sequence,run.elapsed_s,producer.rate,")
    assert len(rows) == 1 + told["snapshot"]["sequence"] + 1
    markdown = made("last", "--format=md")
    assert markdown.startswith("### ✅ Pass: orders")
    assert "| peak1 |" in markdown
    listed = pipegen("runs", f"--project-dir={project}")
    assert summary["run_id"] in listed.out
    missing = pipegen("report", "nobody", f"--project-dir={project}")
    assert missing.exit_code == 2
    assert summary["run_id"] in missing.err


def test_a_recording_is_replayed_on_the_live_dashboard(done: tuple[Path, dict[str, Any], str], tmp_path: Path) -> None:
    project, summary, _ = done
    with (tmp_path / "err.txt").open("w+") as err:
        replay = subprocess.Popen(
            command("replay", "last", "--speed=500", "--port=0", f"--project-dir={project}"),
            env=environment(),
            stderr=err,
            text=True,
        )
        try:
            said = Path(err.name)
            until(lambda: "the recording is over" in said.read_text() or None, "the end", alive=replay)
            url = re.findall(r"dashboard: (\S+)", said.read_text())[0]
            assert ask(f"{url}/api/metrics") == summary["snapshot"]
            rows = ask(f"{url}/api/history")["rows"]
            assert len(rows) == summary["snapshot"]["sequence"] + 1
            total = ask(f"{url}/api/percentiles?stage=end_to_end&percentiles=99")["total"]
            assert total[0] == pytest.approx(summary["snapshot"]["latency"]["end_to_end"]["total"]["p99_ms"], rel=0.002)
            replay.send_signal(signal.SIGINT)
            assert replay.wait(timeout=60) == 130
        finally:
            if replay.poll() is None:
                replay.kill()
                replay.wait()


def ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310
        return json.loads(answer.read())


@pytest.mark.heavy
def test_a_disk_that_is_full_ends_the_recording_and_not_the_run(tmp_path: Path, endpoints: Endpoints) -> None:
    project = make_project(tmp_path)
    run = command(
        "run", f"--project-dir={project}", *service_flags(endpoints), "--duration=6s", "--message-rate=50",
        "--no-generate-report",
    )  # fmt: skip
    # No file may grow beyond 32 kB: the manifest fits, a recording of ten snapshots a second does not.
    limited = subprocess.run(
        ["/bin/bash", "-c", 'ulimit -f 32; exec "$@"', "bash", *run],
        env=environment(PIPEGEN_DASHBOARD_UPDATE_INTERVAL="100ms"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert limited.returncode == 0, limited.stderr
    assert "File too large" in limited.stderr
    assert re.search(r"in pipegen, 1 ×: the recording in \S+ ended", limited.stdout)
    assert not (project / "reports").exists()
    made = pipegen("report", "last", "--format=json", f"--project-dir={project}")
    assert json.loads(made.out)["summary"]["ending"] == "cut_off"
