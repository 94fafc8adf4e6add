"""The pages against WCAG 2.2 AA, with axe in a real Chromium: both themes, and each state that looks different."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.dashboard.browser import chromium
from tests.dashboard.invented import running
from tests.dashboard.recorded import record, report
from tests.dashboard.serving import aggregating, serving
from tests.dashboard.states import STATES

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent.parent / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TABS = [
    "stages",
    "traffic",
    "producer",
    "kafka",
    "flink",
    "registry",
    "consumer",
    "errors",
    "quality",
    "sql",
    "messages",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run `make test`, or `npm ci`")
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    # The page's own policy forbids foreign scripts; axe is let in for the test only.
    context = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 1000})
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    if not page.evaluate("typeof window.axe === 'object'"):
        page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(r => r.violations)", RULES
    )
    return [f"{each['id']}: {node['html'][:120]} {node['failureSummary']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["running", "failed", "starting", "unmeasurable", "finished"])
def test_the_page_is_accessible_in_every_state(page: Page, theme: str, state: str) -> None:
    with serving(theme=theme) as dashboard:
        dashboard.publish(STATES[state]())
        page.goto(dashboard.url)
        page.locator(".body").wait_for()
        assert violations(page) == []


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["1x1", "3x2", "20x20"])
def test_the_topology_is_accessible_whole_and_on_a_phone(page: Page, theme: str, state: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    with serving(theme=theme) as dashboard:
        dashboard.publish(STATES[state]())
        page.goto(dashboard.url)
        page.locator(".body").wait_for()
        assert violations(page) == []
        if state != "1x1":
            page.select_option(".branches-head select", index=1)
            assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_tab_is_accessible(page: Page, theme: str) -> None:
    with serving(theme=theme) as dashboard:
        dashboard.publish(STATES["failed"]())
        dashboard.publish(running(500, sequence=500))
        page.goto(dashboard.url)
        page.locator(".body").wait_for()
        for tab in TABS:
            page.click(f"#tab-{tab}")
            assert violations(page) == [], tab


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_beside_the_dashboard_are_accessible(page: Page, theme: str) -> None:
    with serving(theme=theme) as dashboard:
        dashboard.publish(running(10))
        for path in ("/diagram", "/report"):
            page.goto(dashboard.url + path)
            assert violations(page) == [], path
        with aggregating(dashboard.url, "http://127.0.0.1:9") as together:
            page.goto(together.url)
            page.locator(".pipeline-card").first.wait_for()
            assert violations(page) == []


def test_everything_can_be_reached_and_used_with_the_keyboard(page: Page) -> None:
    with serving() as dashboard:
        dashboard.publish(running(10))
        page.goto(dashboard.url)
        page.locator(".body").wait_for()
        reached: list[str] = []
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
        for wanted in (
            "button pause",
            "button theme",
            "part-open",
            "range-choice",
            "legend-entry",
            "percentile",
            "tab",
        ):
            assert wanted in reached, wanted
        page.focus(".part-open >> nth=1")
        page.keyboard.press("Enter")
        assert page.locator("#tab-kafka").get_attribute("aria-selected") == "true"
        page.keyboard.press("ArrowRight")
        assert page.locator("#tab-flink").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["finished", "failed", "starting"])
def test_the_report_is_accessible(page: Page, tmp_path: Path, theme: str, state: str) -> None:
    outcome = "finished" if state == "finished" else "failed"
    folder = record(tmp_path / "run", [running(100), running(200), STATES[state]()], outcome=outcome)
    page.goto(report(folder, tmp_path, theme=theme).as_uri())
    page.locator("#theme").wait_for()
    assert violations(page) == []
