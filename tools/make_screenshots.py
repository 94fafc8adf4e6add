"""Takes the pictures of ``docs/``: light, dark, phone, errors, before the first figures, several pipelines.

The figures in them are invented (see ``tests/dashboard/invented.py``), and each picture's caption in the docs says so.
Run it after a change of the look, and look at what it made. Needs Chromium and the development packages.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Page
from tests.dashboard.browser import chromium
from tests.dashboard.invented import running
from tests.dashboard.invented_messages import look
from tests.dashboard.invented_quality import broken
from tests.dashboard.merged import publish
from tests.dashboard.serving import Serving, aggregating, serving
from tests.dashboard.states import failed

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
MOMENT_S = 426


def take(page: Page, name: str) -> None:
    """Saves what the page shows, once it is drawn."""
    # Chart.js has drawn when the frame after the next has begun.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.screenshot(path=PICTURES / f"{name}.png")


def show(browser: Browser, dashboard: Serving, width: int, height: int) -> Page:
    """The page with its first figures."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(dashboard.url)
    page.locator(".body").wait_for()
    page.wait_for_function("document.querySelectorAll('.spark-line[d]').length > 4")
    return page


def fill(dashboard: Serving, last: dict[str, Any]) -> None:
    """A whole past, then the moment of the picture."""
    dashboard.publish(*(running(second) for second in range(last["sequence"])), last)


def take_quality(browser: Browser) -> None:
    """The panel of data quality when records are not as they should be."""
    contents = running(MOMENT_S)
    contents["data_quality"] = broken("orders", contents["consumer"]["total"])
    with serving(theme="light") as dashboard:
        fill(dashboard, contents)
        page = show(browser, dashboard, 1440, 3200)  # so tall that nothing is scrolled under the header
        page.click("#tab-quality")
        page.locator(".tabs").screenshot(path=PICTURES / "dashboard-quality.png")
        page.close()


def latencies(least_ms: int) -> list[int]:
    """A hundred, most near the least and a few far above."""
    return [least_ms + (share * share) // 300 + (40 if share > 97 else 0) for share in range(100)]


def main() -> None:
    """Takes every picture."""
    PICTURES.mkdir(exist_ok=True)
    with chromium() as browser:
        for theme in ("light", "dark"):
            with serving(theme=theme) as dashboard:
                fill(dashboard, running(MOMENT_S))
                dashboard.publish_event(look(MOMENT_S - 1))
                dashboard.publish_event(look(MOMENT_S))
                page = show(browser, dashboard, 1440, 1250)
                page.evaluate("document.fonts.ready")
                take(page, f"dashboard-{theme}")
                if theme == "light":
                    # So tall that nothing of a panel is scrolled under the header.
                    page.set_viewport_size({"width": 1440, "height": 3200})
                    page.click("#tab-flink")
                    page.locator(".tabs").screenshot(path=PICTURES / "dashboard-flink.png")
                    page.click("#tab-messages")
                    page.locator("#panel-messages tbody tr").nth(5).wait_for()
                    page.locator(".tabs").screenshot(path=PICTURES / "dashboard-messages.png")
                    page.set_viewport_size({"width": 1440, "height": 1290})
                    page.evaluate("window.scrollTo(0, document.querySelector('.charts.more').offsetTop - 80)")
                    page.wait_for_timeout(400)
                    take(page, "dashboard-charts")
                    take(show(browser, dashboard, 390, 1500), "dashboard-phone")
        with serving(theme="light") as dashboard:
            page = browser.new_page(viewport={"width": 1440, "height": 700})
            page.goto(dashboard.url)
            page.locator(".waiting-text", has_text="Waiting").wait_for()
            take(page, "dashboard-empty")
            fill(dashboard, failed())
            page = show(browser, dashboard, 1440, 1420)
            page.click("#tab-errors")
            take(page, "dashboard-error")
        take_quality(browser)
        with serving() as one, serving() as other, aggregating(one.url, other.url) as both:
            page = browser.new_page(viewport={"width": 1440, "height": 960})
            page.goto(both.url)
            for at in range(24):
                now_s = int(time.time())
                publish(one, running(100 + at * 2, name="orders"), latencies(9 + at % 3), now_s)
                publish(other, running(300 + at, name="payments"), latencies(14 + at % 5), now_s)
                page.wait_for_timeout(1000)
            page.locator(".pipeline-card h2", has_text="payments").wait_for()
            take(page, "dashboard-together")


if __name__ == "__main__":
    main()
