"""Fixtures of the dashboard's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dashboard.serving import Serving, serving


@pytest.fixture
def served() -> Iterator[Serving]:
    with serving() as running_dashboard:
        yield running_dashboard
