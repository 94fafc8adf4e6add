"""What the page does when somebody wants to know more: details, ranges, percentiles, filters, notices. In Chromium."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser

from tests.dashboard.browser import Watched
from tests.dashboard.invented import running
from tests.dashboard.merged import publish
from tests.dashboard.serving import Serving, serving
from tests.dashboard.states import error, failed

pytestmark = pytest.mark.browser


def test_a_click_on_a_part_of_the_flow_opens_its_details(served: Serving, watched: Watched) -> None:
    served.publish(running(426))
    watched.page.locator(".body").wait_for()
    for part, tab, word in (
        ("Producer", "producer", "Handed to the client"),
        ("Kafka", "kafka", "127.0.0.1:9092"),
        ("Flink", "flink", "TaskManagers"),
        ("Output", "kafka", "orders-output-7f3a"),
        ("Consumer", "consumer", "Could not be checked"),
    ):
        watched.page.click(f".part-open:text-is('{part}')")
        assert watched.page.locator(f"#tab-{tab}").get_attribute("aria-selected") == "true"
        assert word in watched.text(f"#panel-{tab}")
    assert watched.page.evaluate("document.activeElement.id") == "tab-consumer"


def test_the_job_graph_has_each_vertex_with_its_busy_time_and_back_pressure(served: Serving, watched: Watched) -> None:
    contents = running(426)
    served.publish(contents)
    watched.page.click("#tab-flink")
    assert watched.page.locator(".graph-vertex").count() == 2
    assert watched.page.locator(".graph-edge").count() == 1
    source = watched.text(".graph-vertex >> nth=0")
    assert "Source: orders[1]" in source
    assert "pressed 0.31" in source


def test_the_traffic_tab_tells_how_each_phase_was_taken(served: Serving, watched: Watched) -> None:
    served.publish(*(running(second) for second in range(0, 427, 2)))
    watched.page.click("#tab-traffic")
    peak = "[aria-label^='Traffic phases'] tbody tr:nth-child(2)"
    watched.wait_for_text(".time", "7:06")
    watched.wait_for_text(peak, "peak1")
    reached = watched.text(f"{peak} td:nth-child(4)")
    assert reached.replace("\u2009", "").startswith("40000")
    assert watched.text(f"{peak} td:nth-child(9)").endswith(" s")
    assert watched.page.locator("#panel-traffic .block tbody tr").count() == 5


def test_the_range_can_be_chosen_zoomed_by_dragging_and_taken_back(served: Serving, watched: Watched) -> None:
    served.publish(*(running(second) for second in range(0, 427, 3)))
    watched.wait_for_text(".time", "7:06")
    canvas = watched.page.locator("#chart-throughput canvas")
    box = canvas.bounding_box()
    assert box is not None
    watched.page.click(".range-choice:text-is('1 min')")
    canvas.hover(position={"x": 60, "y": 100})
    watched.wait_for_text("#chart-throughput .chart-moment", "at 6:")
    watched.page.click(".range-choice:text-is('Whole run')")
    y = box["y"] + box["height"] / 2
    watched.page.mouse.move(box["x"] + 62 + (box["width"] - 66) * 0.2, y)
    watched.page.mouse.down()
    watched.page.mouse.move(box["x"] + 62 + (box["width"] - 66) * 0.4, y, steps=4)
    watched.page.mouse.up()
    assert watched.page.locator(".range-choice[aria-pressed=true]").count() == 0
    canvas.hover(position={"x": 62, "y": 100})
    watched.wait_for_text("#chart-throughput .chart-moment", "at 2:0")
    watched.page.mouse.dblclick(box["x"] + box["width"] / 2, y)
    assert watched.text(".range-choice[aria-pressed=true]") == "Whole run"


def test_any_percentile_can_be_drawn_from_the_histograms(browser: Browser, served: Serving) -> None:
    publish(served, running(3), [10, 20, 30, 40], int(time.time()))
    watched = Watched(browser.new_page(viewport={"width": 1440, "height": 1200}), served.url)
    watched.page.locator(".body").wait_for()
    with watched.page.expect_response(lambda answer: "/api/percentiles" in answer.url) as answered:
        watched.page.fill(".percentile", "97.5")
        watched.page.press(".percentile", "Enter")
    assert answered.value.json()["percentiles"] == [97.5]
    assert answered.value.json()["rows"][0][1] == pytest.approx(40, rel=0.01)
    watched.page.fill(".percentile", "101")
    watched.page.press(".percentile", "Enter")
    assert watched.page.locator(".percentile").get_attribute("aria-invalid") == "true"
    watched.page.close()
    assert watched.complaints == []


def test_errors_can_be_filtered(served: Serving, watched: Watched) -> None:
    served.publish(failed())
    watched.page.click("#tab-errors")
    assert watched.page.locator("#panel-errors tbody tr").count() == 2
    watched.page.select_option("#panel-errors select >> nth=0", "critical")
    assert watched.page.locator("#panel-errors tbody tr").count() == 1
    assert "Register the writer's schema" in watched.text("#panel-errors tbody tr")
    watched.page.select_option("#panel-errors select >> nth=2", "kafka")
    assert watched.text("#panel-errors .empty-note") == "No error of this kind."


def test_a_new_error_is_announced_once_and_leads_to_the_errors(served: Serving, watched: Watched) -> None:
    contents = running(10)
    contents["errors"] = [error("producer", "connection", "warning", "an old one", None, 1)]
    served.publish(contents)
    watched.wait_for_text(".time", "0:10")
    assert watched.page.locator(".notice").is_hidden()
    contents = running(11)
    contents["errors"] = [
        error("kafka", "connection", "error", "<b>broker 1 is gone</b>", None, 1),
        error("producer", "connection", "warning", "an old one", None, 2),
    ]
    served.publish(contents)
    watched.wait_for_text(".notice", "New error in kafka: <b>broker 1 is gone</b>")
    watched.page.click(".notice .link-button")
    assert watched.page.locator("#tab-errors").get_attribute("aria-selected") == "true"
    assert watched.page.locator(".notice").is_hidden()


def test_minimal_mode_keeps_the_glance_and_leaves_out_the_rest(browser: Browser) -> None:
    with serving(minimal_mode=True) as dashboard:
        dashboard.publish(running(10))
        watched = Watched(browser.new_page(), dashboard.url)
        watched.wait_for_text(".time", "0:10")
        assert watched.page.locator(".tile").count() == 8
        assert watched.page.locator(".charts.more").is_hidden()
        assert watched.page.locator("#tab-flink").is_hidden()
        watched.page.close()


def test_a_logo_of_one_s_own_is_in_the_header(browser: Browser, tmp_path: object) -> None:
    from tests.dashboard.test_logo import PNG, web_server

    with web_server(PNG) as (url, _), serving(logo_url=url) as dashboard:
        dashboard.publish(running(10))
        watched = Watched(browser.new_page(), dashboard.url)
        watched.wait_for_text(".time", "0:10")
        assert watched.page.evaluate("document.querySelector('.brand-logo').naturalWidth") == 1
        watched.page.close()
    assert watched.foreign == []
    assert watched.complaints == []


def test_each_phase_says_what_each_component_used_and_each_process_of_flink_is_listed(
    served: Serving, watched: Watched
) -> None:
    served.publish(*(running(second) for second in range(100, 427, 3)))
    watched.page.click("#tab-traffic")
    watched.wait_for_text("#panel-traffic", "peak1")
    titles = watched.page.locator("#panel-traffic .block th").all_text_contents()
    peak = watched.page.locator("#panel-traffic .block tr", has_text="peak1").locator("td").all_text_contents()
    cpu = dict(zip(titles, peak, strict=True))
    assert [cpu[name] for name in ("TaskManager", "JobManager")] == ["31 %", "31 %"]
    assert all(re.fullmatch(r"\d+ %", cpu[name].replace("\u2009", " ")) for name in ("PipeGen", "Kafka", "Machine"))
    watched.page.click("#tab-flink")
    for word in ("JobManager", "taskmanager-1", "180 MB of 537 MB", "6 of 8"):
        watched.wait_for_text("#panel-flink", word)


def test_faults_on_purpose_are_told_apart_from_what_is_lost(served: Serving, watched: Watched) -> None:
    contents = running(426)
    kind = {"name": "corrupt", "share": 0.01, "injected_total": 120, "delivered_total": 119, "expected_out": False}
    contents["faults"] |= {"injected_total": 120, "excluded_total": 119, "kinds": [kind]}
    served.publish(contents)
    watched.wait_for_text(".tile >> nth=3", "120 injected faults, counted separately")
    watched.page.click("#tab-producer")
    for word in ("corrupt", "not expected, not counted as lost", "Of those, consumed anyway"):
        watched.wait_for_text("#panel-producer", word)
