"""What runs leave on their services: nothing, also of two at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, RunningPipegen, pipegen, until

pytestmark = pytest.mark.stack


def left_of(independent: Independent, run_id: str) -> list[str]:
    """All that bears the run's id."""
    return [
        *independent.topics(run_id),
        *independent.groups(run_id),
        *independent.subjects(run_id),
        *independent.running_jobs(run_id),
    ]


@pytest.mark.parametrize("variant", ["upsert-avro-key", "named-subjects"])
def test_subjects_of_keys_are_the_runs_own_and_deleted_whatever_the_sql_calls_them(
    case_project: CaseProject, start_run: StartRun, independent: Independent, variant: str
) -> None:
    project = case_project(f"key-subject-left/{variant}")
    run = start_run(project, "--duration=4s", "--message-rate=100", "--pipeline-timeout=150s", env=LENIENT)
    run.until_said("running: sending")
    run_id = _run_id(project)
    # Flink has registered both by the time that its job runs.
    expected = f"{variant}-output-{run_id}-key"
    assert expected in until(
        lambda: independent.subjects(run_id) if expected in independent.subjects(run_id) else None, "subject"
    )
    assert f"customers-{run_id}" not in independent.subjects(run_id)
    done = run.finish()
    assert done.exit_code == 0, done.out + done.err
    assert done.summary["consumed_total"] > 0
    assert left_of(independent, run_id) == []
    assert done.summary["left_behind"] == []


def _run_id(project: Path) -> str:
    (run_id,) = _recordings(project)
    return run_id


def _recordings(project: Path) -> dict[str, Path]:
    """The folder of each recording, by the run's id."""
    folders = [folder for folder in (project / "runs").iterdir() if folder.is_dir()]
    return {folder.name.rpartition("-")[2]: folder for folder in folders}


def test_two_runs_of_one_project_at_once_do_not_disturb_each_other(
    project: Path, start_run: StartRun, independent: Independent
) -> None:
    load = ["--duration=4s", "--message-rate=100", "--pipeline-timeout=150s", "--generate-report"]
    runs: list[RunningPipegen] = [start_run(project, *load, env=LENIENT) for _ in range(2)]
    ended = [run.finish() for run in runs]
    for done in ended:
        assert done.exit_code == 0, done.out + done.err
        assert (done.summary["delivered_total"], done.summary["consumed_total"], done.summary["lost"]) == (400, 400, 0)
        assert done.summary["left_behind"] == []
        assert left_of(independent, done.summary["run_id"]) == []
    ids = {done.summary["run_id"] for done in ended}
    recordings = _recordings(project)
    assert set(recordings) == ids
    for run_id, folder in recordings.items():
        assert json.loads((folder / "summary.json").read_text())["run_id"] == run_id
    assert len(list((project / "reports").glob("*.html"))) == 2


def test_a_run_that_is_killed_and_cleaned_away_does_not_disturb_another_of_its_project(
    project: Path, start_run: StartRun, independent: Independent
) -> None:
    doomed = start_run(project, "--duration=60s", "--message-rate=100", "--pipeline-timeout=150s", env=LENIENT)
    doomed.until_said("running: sending")
    doomed_id = _run_id(project)
    other = start_run(project, "--duration=60s", "--message-rate=100", "--pipeline-timeout=150s", env=LENIENT)
    other.until_said("running: sending")
    doomed.process.kill()
    doomed.process.wait()
    cleaned = pipegen("clean", "--leftovers", f"--project-dir={project}")
    assert cleaned.exit_code == 0, cleaned.out + cleaned.err
    assert f"nothing of run {doomed_id} is left" in cleaned.out
    assert "is alive: left alone" in cleaned.out
    assert left_of(independent, doomed_id) == []
    done = other.finish()
    assert done.exit_code == 0, done.out + done.err
    assert (done.summary["delivered_total"], done.summary["lost"]) == (6000, 0)
    assert left_of(independent, done.summary["run_id"]) == []
