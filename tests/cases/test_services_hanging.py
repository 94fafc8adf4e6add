"""Services that hang under a run, as on a frozen machine: it ends in order, and names what it could not remove."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from pipegen.stack import LocalStack, Part
from tests.cases.services_away import AWAY, a_run_ends_in_order_without

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("parts", AWAY, ids="+".join)
def test_a_run_ends_in_order_whatever_is_hanging(mortal: LocalStack, project: Path, parts: tuple[Part, ...]) -> None:
    a_run_ends_in_order_without(mortal, project, parts, signal.SIGSTOP)
