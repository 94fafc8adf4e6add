"""The report of a recording, opened in a real Chromium from a file with the network off. Its figures are invented."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pipegen.outputs.report.series import FIELDS
from pipegen.replay import SourceFile
from pipegen.units import format_count, format_latency_ms
from tests.dashboard.browser import WAIT_MS, wait_until
from tests.dashboard.invented import running, snapshot
from tests.dashboard.invented_topology import three_by_two
from tests.dashboard.recorded import manifest, record, report
from tests.dashboard.states import HOSTILE, STATES, failed, unmeasurable

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording of ten minutes with two peaks, a snapshot every three seconds."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    contents = [running(second) for second in range(0, 600, 3)]
    return record(folder, [*contents, STATES["finished"]()], outcome="finished")


# How many points of each chart are painted.
PAINTED = """() => [...document.querySelectorAll("canvas")].map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((part, at) => at % 4 === 3 && part > 0).length;
})"""


class Opened:
    """A report in a browser that is offline; what it asks for or complains of is kept."""

    def __init__(self, browser: Browser, path: Path, *, scripts: bool = True, width: int = 1440) -> None:
        self._context = browser.new_context(
            offline=True, java_script_enabled=scripts, viewport={"width": width, "height": 900}
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.foreign = [url for url in self.asked if not url.startswith((path.as_uri(), "blob:", "data:"))]

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def close(self) -> None:
        self._context.close()


def test_the_report_opens_from_a_file_without_a_network_and_without_a_complaint(
    whole: Path, tmp_path: Path, browser: Browser
) -> None:
    opened = Opened(browser, report(whole, tmp_path))
    opened.page.locator("#charts canvas").first.wait_for()
    opened.page.locator("#more-charts canvas").last.scroll_into_view_if_needed()
    wait_until(
        opened.page,
        "() => { const canvas = document.querySelector('#chart-throughput canvas'); const at = canvas.getContext('2d');"
        " return at.getImageData(0, 0, canvas.width, canvas.height).data.some((part) => part !== 0); }",
    )
    assert opened.complaints == []
    assert opened.foreign == []
    opened.close()


def test_the_report_draws_what_led_where_and_points_at_the_slowest_path(tmp_path: Path, browser: Browser) -> None:
    folder = record(tmp_path / "run", [three_by_two(100), three_by_two(200)], outcome="finished")
    opened = Opened(browser, report(folder, tmp_path))
    opened.page.locator(".topology-slow", has_text="payments → order_payments · p99 5.24 s").wait_for()
    assert opened.page.locator("#topology .topology-line").count() == 11
    opened.page.click(".node-open[title='rates']")
    assert opened.page.locator(".node[data-kind=output][data-way=chosen]").count() == 1
    assert opened.complaints == []
    opened.close()


def test_charts_below_the_fold_are_drawn_before_anyone_scrolls(whole: Path, tmp_path: Path, browser: Browser) -> None:
    """A picture of the whole page has them all."""
    opened = Opened(browser, report(whole, tmp_path))
    opened.page.locator("#more-charts canvas").last.wait_for()
    before = opened.page.evaluate(PAINTED)
    opened.page.locator("#more-charts canvas").last.scroll_into_view_if_needed()
    opened.page.wait_for_timeout(500)
    assert opened.page.evaluate(PAINTED) == before
    assert len(before) == 10
    opened.close()


def test_the_figures_of_the_report_are_those_of_the_recording(whole: Path, tmp_path: Path, browser: Browser) -> None:
    last = STATES["finished"]()
    opened = Opened(browser, report(whole, tmp_path))
    said = opened.text()
    assert format_count(last["producer"]["total"]) in said
    assert format_latency_ms(last["latency"]["end_to_end"]["total"]["p99_ms"]) in said
    for phase in ("peak1", "peak2"):
        assert opened.page.locator("#at-phases ~ .table-scroll td", has_text=phase).count() == 1
    # Each phase's own percentiles come from its own histograms: their values grow with the sequence.
    cells = opened.page.locator("#at-phases ~ .table-scroll tbody tr").nth(1).locator("td").all_inner_texts()
    assert cells[7] == "40 ms"
    opened.close()


def test_every_figure_that_the_charts_draw_is_in_the_report(whole: Path, tmp_path: Path, browser: Browser) -> None:
    page = report(whole, tmp_path).read_text()
    content = json.loads(re.findall(r'id="report-data">(.*?)</script>', page, re.DOTALL)[0])
    assert content["history"]["fields"] == ["timestamp_ms", *FIELDS]
    row = content["history"]["rows"][10]
    assert row[1 + FIELDS.index("producer.rate")] == pytest.approx(running(30)["producer"]["rate"], rel=1e-5)
    panels = (Path(__file__).parents[2] / "web/view/chart_panels.js").read_text()
    phases = (Path(__file__).parents[2] / "web/model/phases.js").read_text()
    drawn = set(re.findall(r'(?:path|series|against): "([\w.]+)"', panels))
    assert "producer.rate" in drawn
    drawn |= set(re.findall(r'^  "([\w.]+)",$', phases, re.MULTILINE))
    assert drawn <= set(FIELDS), "a chart draws a figure that reports do not carry: add it to outputs/report/series.py"


def test_tables_can_be_read_without_javascript(whole: Path, tmp_path: Path, browser: Browser) -> None:
    opened = Opened(browser, report(whole, tmp_path), scripts=False)
    said = opened.text()
    for heading in ("Thresholds", "Pipeline", "Traffic phases", "Latency by stage", "Errors", "Data quality"):
        assert heading in said
    assert "peak1" in said
    assert "Charts need JavaScript" in said
    opened.close()


def test_on_paper_the_report_is_light_and_no_chart_is_wider_or_higher_than_its_place(
    whole: Path, tmp_path: Path, browser: Browser
) -> None:
    opened = Opened(browser, report(whole, tmp_path, theme="dark"))
    page = opened.page
    page.locator("#charts canvas").first.wait_for()
    page.set_viewport_size({"width": 704, "height": 1000})  # A4 without its margins
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate("[...document.querySelectorAll('details')].every((part) => part.open)")
    cut = page.evaluate(
        "[...document.querySelectorAll('.plot')].filter((plot) => { const canvas = plot.querySelector('canvas');"
        " const inner = canvas.getBoundingClientRect(); const outer = plot.getBoundingClientRect();"
        " return inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1 || inner.width < 300; }).length"
    )
    assert cut == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 704
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    printed = page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert opened.complaints == []
    opened.close()


def test_a_telephone_shows_the_report_without_scrolling_sideways(whole: Path, tmp_path: Path, browser: Browser) -> None:
    opened = Opened(browser, report(whole, tmp_path), width=390)
    opened.page.locator("#charts canvas").first.wait_for()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    opened.close()


def test_theme_accent_and_logo_are_in_the_file(whole: Path, tmp_path: Path, browser: Browser) -> None:
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    opened = Opened(browser, report(whole, tmp_path, logo=(logo, "image/svg+xml"), theme="dark", brand_color="#7a1fa2"))
    page = opened.page
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()") == "#7a1fa2"
    assert page.evaluate("document.querySelector('.brand-logo').naturalWidth") == 9
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(12, 17, 23)"
    assert opened.complaints == []
    opened.close()


def test_names_and_messages_of_others_stay_text(tmp_path: Path, browser: Browser) -> None:
    contents = STATES["hostile"]()
    told = manifest(pipeline=HOSTILE, command=["pipegen", HOSTILE], sql=[SourceFile(path=HOSTILE, text=HOSTILE)])
    folder = record(tmp_path / "run", [contents], told=told, outcome="failed", failure=HOSTILE, failure_detail=HOSTILE)
    path = report(folder, tmp_path)
    assert HOSTILE.encode() not in path.read_bytes()
    opened = Opened(browser, path)
    assert opened.page.locator("img").count() == 0
    assert HOSTILE in opened.text()
    assert opened.complaints == []
    opened.close()


@pytest.mark.parametrize(
    ("contents", "end", "said"),
    [
        (
            [failed()],
            {"outcome": "failed", "failure": "The broker is gone.", "failure_remedy": "Start it."},
            "Start it.",
        ),
        ([unmeasurable()], {"outcome": "finished"}, "latency is not known"),
        ([STATES["starting"]()], {}, "did not get as far as its load"),
        ([running(100)], {}, "Cut off"),
        ([], {}, "Nothing recorded"),
    ],
    ids=["failed", "no latency", "no load", "cut off", "empty"],
)
def test_what_is_missing_is_said_and_nothing_breaks(
    tmp_path: Path, browser: Browser, contents: list[dict[str, Any]], end: dict[str, Any], said: str
) -> None:
    opened = Opened(browser, report(record(tmp_path / "run", contents, latency=False, **end), tmp_path))
    assert said in opened.text()
    for blank in ("undefined", "NaN", "None", "null ms"):
        assert blank not in opened.text()
    assert opened.complaints == []
    opened.close()


def test_the_report_of_an_hour_is_small(tmp_path: Path) -> None:
    some = [snapshot(running(second)) for second in range(0, 600, 10)]
    hour = []
    for second in range(3600):
        at = f"2026-11-24T08:{second // 60:02d}:{second % 60:02d}.000Z"
        hour.append(some[second // 10 % 60].model_copy(update={"sequence": second, "timestamp": at}))
    folder = record(tmp_path / "run", hour, outcome="finished")
    assert report(folder, tmp_path).stat().st_size <= 3_000_000
