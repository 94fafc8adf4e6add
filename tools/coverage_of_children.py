"""A plugin for pytest: what a test starts as a process of its own is measured as well, in the name of that test.

coverage.py starts itself in every Python process that finds this variable, and takes the name from pytest's own.
"""

from __future__ import annotations

import os

SETTINGS = "MUTANTS_COVERAGE_SETTINGS"
"""Names the file that settles it: `context = ${PYTEST_CURRENT_TEST-}` there is a process's own test."""


def pytest_runtest_setup() -> None:
    """Not sooner: the processes that run the tests are measured by pytest-cov already."""
    os.environ["COVERAGE_PROCESS_START"] = os.environ[SETTINGS]
