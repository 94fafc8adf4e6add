"""Scripts as people type them into the SQL client: each runs as it is, and its figures are an independent client's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipegen.stack import Endpoints
from tests.cases.whole_scripts import SCRIPTS, counted, run_script
from tests.e2e.conftest import StartRun, cancel_all_jobs
from tests.e2e.independent import Independent

pytestmark = pytest.mark.stack
RECIPES = sorted(path.stem for path in (SCRIPTS / "recipes").glob("*.sql"))


@pytest.fixture(autouse=True)
def no_job_outlives_its_test(endpoints: Endpoints) -> Iterator[None]:
    """The topics of each run are kept to be counted, and its job would take a slot from the next."""
    yield
    cancel_all_jobs(endpoints.flink_url)


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_runs_as_it_is(name: str, tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    done = run_script(start_run, tmp_path, f"recipes/{name}.sql")
    counted(done, independent)
