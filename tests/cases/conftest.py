"""Kinds of SQL that people write, each as a small project in `projects/KIND/VARIANT`, run on the real stack.

A project without a `schemas` folder sends the records of `projects/order.avsc`. The whole folder belongs to
`make test-all`; each file of tests runs on its worker's own stack.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipegen.stack import Endpoints
from tests.cases.services_away import mortal
from tests.e2e.conftest import cancel_all_jobs, independent, project, start_run

__all__ = ["independent", "mortal", "project", "start_run"]

PROJECTS = Path(__file__).parent / "projects"
CaseProject = Callable[[str], Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is long."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.heavy)


@pytest.fixture(autouse=True)
def no_job_outlives_its_test(endpoints: Endpoints) -> Iterator[None]:
    """Cancels what a run with --no-cleanup left in Flink: its slots are few, and the next tests need them."""
    yield
    cancel_all_jobs(endpoints.flink_url)


@pytest.fixture
def case_project(tmp_path: Path) -> CaseProject:
    """Copies the project `KIND/VARIANT` into a folder of the test's own."""

    def copy(name: str) -> Path:
        project = tmp_path / name.replace("/", "-")
        shutil.copytree(PROJECTS / name, project)
        if not (project / "schemas").exists():
            (project / "schemas").mkdir()
            shutil.copy(PROJECTS / "order.avsc", project / "schemas" / "input.avsc")
        return project

    return copy
