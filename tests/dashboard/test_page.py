"""The page in a real browser: it shows the snapshot's figures, keeps text text, and comes back by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from pipegen.bus import RunEnded
from tests.dashboard.browser import Watched, wait_until
from tests.dashboard.invented import running
from tests.dashboard.serving import Serving, serving
from tests.dashboard.states import HOSTILE, STATES, finished, starting, unmeasurable

pytestmark = pytest.mark.browser

THIN = "\u2009"


def grouped(number: float) -> str:
    return f"{round(number):,}".replace(",", THIN)


def test_before_the_first_figures_the_page_says_that_it_waits(watched: Watched) -> None:
    watched.wait_for_text(".waiting-text", "Waiting for the first figures")
    assert watched.page.locator(".body").is_hidden()


def test_the_page_shows_the_figures_of_the_snapshot(served: Serving, watched: Watched) -> None:
    contents = running(426)
    served.publish(contents)
    watched.wait_for_text(".time", "7:06 of 10:00")
    assert watched.text(".pipeline") == "orders"
    assert watched.text(".state") == "Running"
    assert watched.text(".sentence-text") == contents["headline"]["text"]
    parts = {
        "Producer": contents["producer"]["rate"],
        "Kafka": contents["kafka"]["rate"],
        "Flink": contents["flink"]["rate"],
        "Output": contents["output"]["rate"],
        "Consumer": contents["consumer"]["rate"],
    }
    for title, rate in parts.items():
        assert watched.text(f".part:has(.part-open:text-is('{title}')) .figure") == grouped(rate)
    assert watched.text("#tile-rate .figure") == grouped(contents["producer"]["rate"])
    assert watched.text("#tile-end-to-end .figure") == f"{contents['latency']['end_to_end']['interval']['p99_ms']:.1f}"
    assert watched.text("#tile-pressure .figure") == "0.31"
    assert "10.2" not in watched.text("#tile-loss .tile-context")
    assert grouped(contents["producer"]["total"]) in watched.text("#tile-loss .tile-context")
    row = "#panel-stages tbody tr:has(.cell-text:text-is('End to end'))"
    assert watched.text(f"{row} td:nth-child(9)") == grouped(contents["consumer"]["total"])


def test_a_figure_that_is_not_known_is_a_dash_with_its_reason(served: Serving, watched: Watched) -> None:
    served.publish(unmeasurable())
    figure = watched.page.locator("#tile-end-to-end .figure", has_text="–")
    figure.wait_for()
    assert figure.get_attribute("title") == "The sink table has no timestamp metadata column."
    assert watched.text(".part:has(.part-open:text-is('Flink')) .old").endswith(" s old")
    assert watched.page.locator(".part[data-stale]").count() == 1


def test_names_and_messages_of_others_are_shown_as_text(served: Serving, watched: Watched) -> None:
    served.publish(STATES["hostile"]())
    watched.wait_for_text(".sentence-text", HOSTILE)
    assert watched.text(".pipeline") == f"orders{HOSTILE}"
    for tab, text in {"errors": HOSTILE, "flink": HOSTILE, "kafka": HOSTILE, "sql": HOSTILE}.items():
        watched.page.click(f"#tab-{tab}")
        assert text in watched.text(f"#panel-{tab}")
    assert watched.page.evaluate("window.pwned") is None
    assert watched.page.locator("#page img, #page script").count() == 0


def test_a_late_joiner_sees_the_whole_past(browser: Browser, served: Serving) -> None:
    served.publish(*(running(second) for second in range(300)))
    page = browser.new_page(viewport={"width": 1440, "height": 1200})
    watched = Watched(page, served.url)
    watched.wait_for_text(".time", "4:59")
    wait_until(page, "document.querySelector('#tile-rate .spark-line').getAttribute('d').length > 500")
    canvas = page.locator("#chart-throughput canvas")
    box = canvas.bounding_box()
    assert box is not None
    # The cross-hair reads the past: at 30 % of the ten minutes lies the first peak.
    canvas.hover(position={"x": 58 + (box["width"] - 62) * 0.3, "y": box["height"] / 2})
    watched.wait_for_text("#chart-throughput .chart-moment", "at ")
    watched.wait_for_text("#chart-latency .chart-moment", "at ")
    watched.wait_for_text("#chart-throughput .legend-entry:nth-child(1) .legend-figure", grouped(40_000))
    page.close()
    assert watched.complaints == []


def test_the_page_comes_back_by_itself_and_fills_the_gap(browser: Browser) -> None:
    with serving() as first:
        first.publish(*(running(second) for second in range(3)))
        page = browser.new_page(viewport={"width": 1440, "height": 1200})
        watched = Watched(page, first.url)
        watched.wait_for_text(".time", "0:02")
        port = first.port
    watched.wait_for_text(".link", "disconnected")
    with serving(port=port) as second_server:
        second_server.publish(*(running(second) for second in range(8)))
        watched.wait_for_text(".link", "live")
        watched.wait_for_text(".time", "0:07")
        known = page.evaluate("document.querySelector('#tile-rate .spark-line').getAttribute('d').split('L').length")
        wait_until(
            page,
            "document.querySelector('#tile-rate .spark-line').getAttribute('d').split('L').length === 8",
        )
        assert known <= 8
        page.close()


def test_another_run_on_the_same_port_starts_the_page_anew(browser: Browser) -> None:
    with serving() as first:
        first.publish(running(200))
        page = browser.new_page(viewport={"width": 1440, "height": 1200})
        watched = Watched(page, first.url)
        watched.wait_for_text(".time", "3:20")
        port = first.port
    with serving(port=port) as second_server:
        contents = running(1, name="payments")
        contents["run"] |= {"id": "beef"}
        second_server.publish(contents)
        watched.wait_for_text(".pipeline", "payments")
        watched.wait_for_text(".time", "0:01")
        page.close()


def test_the_figures_of_a_run_that_is_over_are_final_and_not_stale(served: Serving, watched: Watched) -> None:
    served.publish(finished())
    served.publish_event(RunEnded(exit_code=0))
    watched.wait_for_text(".link", "final figures")
    watched.wait_for_text(".ribbon-now", "done · exit code 0")
    assert watched.page.locator("[data-stale]").count() == 0
    assert watched.text("#tile-loss .figure >> nth=0") == "0"


def test_pause_holds_the_figures_and_resume_catches_up(served: Serving, watched: Watched) -> None:
    served.publish(running(10))
    watched.wait_for_text(".time", "0:10")
    watched.page.click(".pause")
    served.publish(running(11), running(12))
    watched.wait_for_text(".pause", "Resume")
    watched.page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => resolve(true)))")
    assert watched.text(".time").startswith("0:10")
    watched.page.click(".pause")
    watched.wait_for_text(".time", "0:12")


def test_the_theme_can_be_switched_and_outlives_a_reload(served: Serving, watched: Watched) -> None:
    served.publish(running(10))
    watched.page.click(".theme")
    watched.page.click(".theme")
    assert watched.page.evaluate("document.documentElement.dataset.theme") == "dark"
    watched.page.reload()
    assert watched.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_run_s_steps_before_the_load_are_told(served: Serving, watched: Watched) -> None:
    served.publish(starting())
    watched.wait_for_text(".ribbon-now", "Submitting 03_process.sql to Flink · next: a probe, then the load")
    assert watched.text("#chart-throughput .chart-empty") == "The line begins with the load."


@pytest.mark.parametrize("state", STATES)
def test_no_state_is_wider_than_the_screen(served: Serving, watched: Watched, state: str) -> None:
    served.publish(STATES[state]())
    watched.page.locator(".body").wait_for()
    for width in (390, 768, 1024, 1440):
        watched.page.set_viewport_size({"width": width, "height": 844})
        assert watched.page.evaluate("document.documentElement.scrollWidth") == width
