"""Services that are killed for good under a run: it ends in order all the same, and names what it could not remove."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from pipegen.stack import LocalStack, Part
from tests.cases.services_away import AWAY, a_run_ends_in_order_without

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("parts", AWAY, ids="+".join)
def test_a_run_ends_in_order_whatever_is_killed(mortal: LocalStack, project: Path, parts: tuple[Part, ...]) -> None:
    a_run_ends_in_order_without(mortal, project, parts, signal.SIGKILL)
