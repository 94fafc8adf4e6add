"""The page of a run with several inputs and outputs, in Chromium: what leads where, what is slow, each on its own."""

from __future__ import annotations

import pytest

from tests.dashboard.browser import Watched, wait_until
from tests.dashboard.invented_topology import one_by_one, three_by_two, twenty_by_twenty
from tests.dashboard.serving import Serving
from tests.dashboard.states import HOSTILE

pytestmark = pytest.mark.browser

THIN = "\u2009"


def box(name: str) -> str:
    return f".node:has(.node-open[title='{name}'])"


def names(watched: Watched, selector: str) -> list[str]:
    return watched.page.locator(f"{selector} .node-open").evaluate_all("all => all.map(each => each.title)")


def test_one_input_and_one_output_are_drawn_as_ever(served: Serving, watched: Watched) -> None:
    served.publish(one_by_one())
    watched.wait_for_text(".time", "7:06")
    assert watched.page.locator(".flow").is_visible()
    assert watched.page.locator(".topology").is_hidden()
    assert watched.page.locator(".branches").is_hidden()


def test_inputs_jobs_and_outputs_have_their_figures_and_lead_to_each_other(served: Serving, watched: Watched) -> None:
    contents = three_by_two()
    served.publish(contents)
    watched.page.locator(".topology").wait_for()
    assert watched.page.locator(".flow").is_hidden()
    assert names(watched, ".topology") != []
    assert watched.page.locator(".node[data-kind=vertex]").count() == 7
    # Three inputs read, six edges of the job, two outputs written.
    assert watched.page.locator(".topology-line").count() == 3 + 6 + 2
    rate = f"{round(contents['inputs'][0]['rate']):,}".replace(",", THIN)
    assert watched.text(f"{box('orders')} .figure") == rate
    assert watched.text(f"{box('orders')} .node-leads") == "→ Source: orders → Calc"
    assert watched.text(f"{box('order_payments')} .node-telling") == "p99 5.24 s"
    assert watched.page.locator(box("Source: payments[3] -> Calc[4]")).get_attribute("data-health") == "warning"
    assert watched.page.locator(box("Source: orders[1] -> Calc[2]")).get_attribute("data-health") == "ok"


def test_the_slowest_path_is_named_and_stands_out(served: Serving, watched: Watched) -> None:
    served.publish(twenty_by_twenty())
    watched.wait_for_text(".topology-slow", "apac_payments → apac_revenue_per_minute · p99 5.24 s")
    assert names(watched, ".node[data-kind=output][data-way=slow]") == ["apac_revenue_per_minute"]
    assert names(watched, ".node[data-kind=input][data-way=slow]") == ["apac_payments"]
    # It comes first, where nobody has to scroll.
    assert names(watched, ".topology-group[data-kind=output]")[0] == "apac_revenue_per_minute"
    watched.page.select_option(".topology-tools select", "script")
    assert watched.page.locator(".node[data-kind=output]").count() == 20


def test_a_filter_leaves_what_leads_to_a_name(served: Serving, watched: Watched) -> None:
    served.publish(twenty_by_twenty())
    watched.page.fill(".topology-filter", "latam_late")
    assert names(watched, ".node[data-kind=output]") == ["latam_late_returns"]
    assert names(watched, ".node[data-kind=input]") == ["latam_returns"]
    watched.page.fill(".topology-filter", "no such thing")
    watched.wait_for_text(".topology .empty-note", "Nothing has this in its name.")


def test_an_output_is_looked_at_on_its_own_and_the_choice_outlives_a_reload(served: Serving, watched: Watched) -> None:
    served.publish(*(three_by_two(second) for second in range(400, 427)))
    assert watched.page.locator(".branch").count() == 5
    wait_until(watched.page, "document.querySelector('.branch .spark-line').getAttribute('d').length > 200")
    watched.page.click(f"{box('revenue_per_minute')} .node-open")
    for _ in range(2):
        watched.wait_for_text(".branches h2", "Output revenue_per_minute")
        assert watched.text("#tile-branch-p99 .figure") == "180"
        assert watched.page.locator("#chart-branch-latency canvas").is_visible()
        assert names(watched, ".node[data-kind=output][data-way=chosen]") == ["revenue_per_minute"]
        watched.page.reload()
    watched.page.click(".branch-back")
    watched.wait_for_text(".branches h2", "Inputs and outputs")
    watched.page.select_option(".branches-head select", label="payments")
    watched.wait_for_text("#tile-branch-errors .tile-context", "follows orders")
    assert watched.page.locator("#chart-branch-latency canvas").is_visible()


def test_every_path_is_in_a_table_too(served: Serving, watched: Watched) -> None:
    served.publish(three_by_two())
    rows = watched.page.locator(".branch-paths tbody tr")
    rows.first.wait_for()
    first = rows.first.locator("td").all_text_contents()
    assert first[0] == "orders → order_payments"
    assert rows.nth(1).locator("td").nth(4).text_content() == "5.24 s"
    untimed = rows.nth(2).locator("td").nth(4)
    assert untimed.text_content() == "–"
    assert untimed.get_attribute("title") == "a side that is loaded before the run is not timed"


def test_a_box_of_flink_leads_to_its_details_and_the_keyboard_reaches_it(served: Serving, watched: Watched) -> None:
    served.publish(three_by_two())
    watched.page.focus(f"{box('IntervalJoin[6]')} .node-open")
    watched.page.keyboard.press("Enter")
    assert watched.page.locator("#tab-flink").get_attribute("aria-selected") == "true"
    assert watched.page.locator(".graph-edge").count() == 6


def test_on_a_phone_the_boxes_are_a_list_without_a_line(served: Serving, watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 390, "height": 844})
    served.publish(twenty_by_twenty())
    watched.page.locator(".topology").wait_for()
    assert watched.page.locator(".topology-lines").is_hidden()
    tops = watched.page.locator(".node:visible").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().top)"
    )
    assert tops == sorted(set(tops))
    # All inputs and outputs, but of Flink only what is slow or holds something back.
    assert watched.page.locator(".node[data-kind=output]:visible").count() == 20
    assert watched.page.locator(".node[data-kind=vertex]:visible").count() == 3
    watched.wait_for_text(".topology-rest", "the Flink tab has all")


def test_a_run_whose_job_graph_is_not_there_yet_shows_one_box_for_flink(served: Serving, watched: Watched) -> None:
    contents = three_by_two()
    contents["flink"] |= {"vertices": [], "status": "starting", "status_reason": "no job yet"}
    served.publish(contents)
    watched.wait_for_text(f"{box('Flink')} .node-facts", "no job yet")
    assert watched.page.locator(".topology-line").count() == 5


def test_an_output_whose_job_fails_says_why(served: Serving, watched: Watched) -> None:
    contents = three_by_two()
    contents["outputs"][1] |= {"failure": "its job keeps restarting: <b>no such table</b>"}
    served.publish(contents)
    watched.wait_for_text(f"{box('revenue_per_minute')} .node-facts", "its job keeps restarting: <b>no such table</b>")
    assert watched.page.locator(box("revenue_per_minute")).get_attribute("data-health") == "error"


def test_old_figures_of_flink_say_how_old_they_are(served: Serving, watched: Watched) -> None:
    contents = three_by_two()
    contents["flink"] |= {"age_ms": 42_000.0}
    served.publish(contents)
    watched.page.locator(".node[data-kind=vertex][data-stale*=' s']").first.wait_for()
    assert watched.page.locator(".node[data-kind=vertex][data-stale]").count() == 7
    assert watched.page.locator(".node[data-kind=input][data-stale]").count() == 0


def test_names_of_others_are_text_in_the_topology_too(served: Serving, watched: Watched) -> None:
    contents = three_by_two()
    contents["inputs"][0]["name"] = HOSTILE
    contents["outputs"][0]["name"] = HOSTILE
    contents["flink"]["vertices"][3]["name"] = HOSTILE
    served.publish(contents)
    watched.page.locator(".topology").wait_for()
    assert names(watched, ".topology").count(HOSTILE) == 3
    watched.page.click(".node[data-kind=output] .node-open >> nth=0")
    assert watched.page.evaluate("window.pwned") is None
    assert watched.page.locator("#page img, #page script").count() == 0
