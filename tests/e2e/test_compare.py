"""`pipegen compare` over recordings of real runs."""

from __future__ import annotations

import pytest

from pipegen.stack import Endpoints
from tests.e2e.conftest import make_project
from tests.e2e.pipegen_process import RunningPipegen, pipegen
from tests.e2e.test_cause import SLOW

# Noise of other work is no difference of runs: the machine has to be theirs alone.
pytestmark = [pytest.mark.stack, pytest.mark.heavy, pytest.mark.alone]


def test_alike_runs_have_no_difference_and_a_slowed_job_is_found_slower(
    tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints
) -> None:
    folder = tmp_path_factory.mktemp("compare")
    project = make_project(folder)
    ids: list[str] = []

    def run_once() -> None:
        run = RunningPipegen(project, endpoints, "--message-rate=50", "--duration=10s", folder=folder)
        ids.append(run.finish().summary["run_id"])
        run.close()

    run_once()  # on cold services: not compared
    for _ in range(6):
        run_once()
    sql = project / "sql" / "03_process.sql"
    slow = SLOW.replace("CAST(MOD(`counted`, 2) AS INT)", "CHAR_LENGTH(`currency`)").replace("60000", "100000")
    text = sql.read_text()
    assert "`status`" in text
    sql.write_text(text.replace("`status`", f"{slow} AS `status`", 1))
    for _ in range(3):
        run_once()
    alike = pipegen("compare", ",".join(ids[1:4]), ",".join(ids[4:7]), f"--project-dir={project}")
    assert "worse" not in alike.out, alike.out
    sides = [",".join(ids[1:4]), ",".join(ids[7:10])]
    slower = pipegen("compare", *sides, "--fail-on-regression=5%", f"--project-dir={project}")
    assert slower.exit_code == 99, slower.out
    assert "regression: end to end p50" in slower.out
