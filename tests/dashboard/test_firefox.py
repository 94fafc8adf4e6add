"""The page in a real Firefox: it works there as in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboard.firefox import firefox
from tests.dashboard.invented import running
from tests.dashboard.invented_messages import look
from tests.dashboard.serving import Serving


@pytest.mark.browser
def test_the_page_works_in_firefox(served: Serving, tmp_path: Path) -> None:
    served.publish(*(running(second) for second in range(420)))
    served.publish_event(look(420))
    with firefox(tmp_path) as tab:
        tab.open(served.url, 1440, 1200)
        tab.wait_for("document.querySelector('.state') && document.querySelector('.state').textContent === 'Running'")
        # Live, by the socket.
        served.publish(running(421))
        tab.wait_for("document.querySelector('.time').textContent.startsWith('7:01')")
        assert "9.03 M records" in tab.evaluate("document.querySelector('.part').textContent")
        # The charts are drawn: not every pixel is the same.
        tab.wait_for(
            "new Set(document.querySelector('canvas').getContext('2d').getImageData(0, 0, 600, 150).data).size > 8"
        )
        # Each tab has something to say, and a part of the flow opens its own.
        for name in tab.evaluate("[...document.querySelectorAll('[role=tab]')].map((tab) => tab.id).join()").split(","):
            tab.evaluate(f"document.getElementById('{name}').click()")
            panel = name.replace("tab-", "panel-")
            tab.wait_for(f"document.getElementById('{panel}').textContent.length > 10")
        tab.evaluate("document.querySelector('.part-open').click()")
        assert tab.evaluate("document.activeElement.id") == "tab-producer"
        # The theme changes on demand.
        before = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        for _ in range(2):  # from the system's theme over the light one to the dark one
            tab.evaluate("document.querySelector('.button.theme').click()")
        assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") != before
        tab.screenshot(tmp_path / "firefox.png")
        assert tab.complaints == []
        assert {address for address in tab.requests if not address.startswith((served.url, "data:"))} <= {
            served.url.replace("http", "ws") + "/ws/metrics"
        }
