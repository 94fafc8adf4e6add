"""`pipegen capacity` on the real stack: small rates, so that it shows the way and not the machine."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from pipegen.outputs import CapacityReport
from pipegen.stack import Endpoints
from tests.e2e.pipegen_process import DEADLINE_S, command, environment, pipegen, service_flags, until

pytestmark = [pytest.mark.stack, pytest.mark.heavy]
QUICK = {
    "PIPEGEN_VALIDITY_GENERATOR_DELAY": "10m",
    "PIPEGEN_VALIDITY_ACHIEVED_RATIO": "0.01",
    "PIPEGEN_DASHBOARD_UPDATE_INTERVAL": "500ms",
}


def start(project: Path, endpoints: Endpoints, err: Path, *arguments: str) -> subprocess.Popen[str]:
    with err.open("w") as file:
        return subprocess.Popen(
            command("capacity", f"--project-dir={project}", *service_flags(endpoints), *arguments),
            env=environment(**QUICK),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )


def test_a_search_ends_with_a_range_and_the_evidence_of_each_trial(
    project: Path, endpoints: Endpoints, tmp_path: Path
) -> None:
    report_file, markdown = tmp_path / "capacity.json", tmp_path / "capacity.md"
    flags = [
        "--start-rate=40",
        "--max-rate=40",
        "--step-duration=3s",
        "--warm-up=1s",
        "--max-p99=10m",
        f"--runs-dir={tmp_path}/trials",
    ]
    process = start(project, endpoints, tmp_path / "err", *flags, f"--json={report_file}", f"--markdown={markdown}")
    out, _ = process.communicate(timeout=4 * DEADLINE_S)
    report = CapacityReport.model_validate_json(report_file.read_text())
    assert process.returncode == 0, (tmp_path / "err").read_text()
    assert report.complete
    assert out.strip() in markdown.read_text()
    recorded = sorted(path.name.rpartition("-")[2] for path in (tmp_path / "trials").iterdir() if path.is_dir())
    assert recorded == sorted(trial.run_id for trial in report.trials)
    shown = pipegen("report", str(next((tmp_path / "trials").glob("*-" + report.trials[0].run_id))), "--format=md")
    assert shown.exit_code == 0, shown.err
    assert "planned at 40 msg/s" in shown.out
    for trial in report.trials:
        assert trial.achieved_per_s is not None
        assert {"lag.slope", "end_to_end.p99", "flink.backpressure_ratio.mean", "lost"} <= {
            result.expression.partition("<=")[0].partition("==")[0] for result in trial.verdict.results
        }
        assert all(result.observed_text for result in trial.verdict.results)
        assert (trial.outcome == "sustained") == (trial.verdict.outcome == "pass") == (not trial.reasons)
    if all(trial.outcome == "sustained" for trial in report.trials):
        assert [trial.rate_per_s for trial in report.trials] == [40.0, 40.0]
        assert (report.sustained_per_s, report.limited_by) == (40.0, "maximum")


@pytest.mark.parametrize("said", ["warming up", "sustained"], ids=["in a trial", "between two trials"])
def test_ctrl_c_ends_the_trial_and_the_search_in_order(
    project: Path, endpoints: Endpoints, tmp_path: Path, said: str
) -> None:
    report_file, err = tmp_path / "capacity.json", tmp_path / "err"
    quick = ("--start-rate=40", "--step-duration=2s", "--warm-up=1s", "--max-p99=10m")
    process = start(project, endpoints, err, *quick, f"--json={report_file}")
    until(lambda: said in err.read_text() or None, said, alive=process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 130, err.read_text()
    assert json.loads(report_file.read_text())["complete"] is False
    assert "No rate was sustained twice" in out
    assert "Traceback" not in err.read_text()
