"""What a skipped test has to say, and where none may be skipped.

A skip names the command, in backticks, that brings what the test lacks. With ``--no-skips``, as in CI, a test that is
skipped fails unless :data:`ALLOWED` gives the reason why that is right.
"""

from __future__ import annotations

import re
from collections.abc import Generator

import pytest

ALLOWED: dict[str, str] = {}
"""Beginning of a test's id → why it may be skipped in CI."""

_COMMAND = re.compile(r"`[^`]+`")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that CI sets."""
    parser.addoption("--no-skips", action="store_true", help="fail a test that is skipped and not on the list of skips")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turns a skip that says too little, or may not be, into a failure."""
    report = yield
    if not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    fault = fault_of(reason, item.nodeid, none_allowed=item.config.getoption("--no-skips"))
    if fault is not None:
        report.outcome, report.longrepr = "failed", fault
    return report


def fault_of(reason: str, nodeid: str, *, none_allowed: bool) -> str | None:
    """What is wrong with a skip; None if nothing is."""
    if not _COMMAND.search(reason):
        return f"skipped without a command that brings what is missing: {reason}"
    if none_allowed and not nodeid.startswith(tuple(ALLOWED)):
        return f"nothing may be skipped here, and tests/skips.py does not list this: {reason}"
    return None
