"""Fixtures of the dashboard's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.dashboard.browser import Watched, chromium
from tests.dashboard.serving import Serving, serving


@pytest.fixture
def served() -> Iterator[Serving]:
    with serving() as running_dashboard:
        yield running_dashboard


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def watched(browser: Browser, served: Serving) -> Iterator[Watched]:
    """The page of a dashboard, on a desktop; it complains of nothing and asks no other host."""
    page = browser.new_page(viewport={"width": 1440, "height": 1200})
    watched = Watched(page, served.url)
    yield watched
    page.close()
    assert watched.complaints == []
    assert watched.foreign == []
