"""Jobs with several window operators, which share the managed memory of a slot."""

from __future__ import annotations

import pytest

from tests.cases.conftest import CaseProject
from tests.e2e.conftest import StartRun
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("project", ["window-join", "hot-items", "four-aggregations"])
def test_the_local_stack_has_memory_for_several_windows(
    case_project: CaseProject, start_run: StartRun, project: str
) -> None:
    load = ["--duration=5s", "--message-rate=200", "--pipeline-timeout=40s"]
    project_dir = case_project(f"stack-too-little-managed-memory/{project}")
    done = start_run(project_dir, *load, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    assert done.summary["consumed_total"] > 0
