"""The page of several pipelines in a real browser: side by side, together, and down when one is down."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser

from tests.dashboard.browser import Watched
from tests.dashboard.invented import running
from tests.dashboard.merged import publish
from tests.dashboard.serving import aggregating, serving

pytestmark = pytest.mark.browser

THIN = "\u2009"


def test_pipelines_stand_side_by_side_and_together_and_one_that_ends_is_down(browser: Browser) -> None:
    with serving() as first, serving() as second:
        end_s = int(time.time())
        publish(first, running(100, name="orders"), [10] * 98 + [200, 200], end_s)
        publish(second, running(60, name="payments"), [20] * 300, end_s)
        with aggregating(first.url, second.url) as both:
            watched = Watched(browser.new_page(), both.url)
            watched.wait_for_text(".pipeline-card h2", "orders")
            watched.wait_for_text(".pipeline-card h2", "payments")
            together = running(100)["producer"]["rate"] + running(60)["producer"]["rate"]
            assert watched.text(".tile >> nth=0 >> .figure") == f"{round(together):,}".replace(",", THIN)
            watched.wait_for_text(".tile >> nth=2 >> .figure", "20.0")
            assert watched.page.locator(".pipeline-open").nth(1).get_attribute("href") == second.url
            second.stop()
            watched.wait_for_text(".sentence-text", "payments is down")
            watched.wait_for_text(".pipeline-card[data-down] .state", "down")
            for width in (390, 1024, 1440):
                watched.page.set_viewport_size({"width": width, "height": 844})
                assert watched.page.evaluate("document.documentElement.scrollWidth") == width
            watched.page.close()
    assert watched.foreign == []
    assert watched.complaints == []
