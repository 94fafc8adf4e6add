"""Recent messages: what is kept of them, what the route says, and what the page shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.dashboard.browser import Watched
from tests.dashboard.invented import running
from tests.dashboard.invented_messages import look, seen
from tests.dashboard.serving import Serving, serving

HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"


def test_before_the_first_look_the_answer_says_why_it_is_empty(served: Serving) -> None:
    answer = served.json("/api/messages")
    assert answer["messages"] == []
    assert "No record was seen" in answer["reason"]


def test_the_newest_records_of_each_direction_are_kept_once_and_in_bounded_memory(served: Serving) -> None:
    for second in range(40):
        served.publish_event(look(second))
    served.publish_event(look(39))
    answer = served.json("/api/messages")
    assert answer["reason"] is None
    for way in ("in", "out"):
        offsets = [each["offset"] for each in answer["messages"] if each["direction"] == way]
        assert len(offsets) == len(set(offsets)) == 25
        assert offsets == sorted(offsets, reverse=True)
        assert offsets[0] == 3902


def test_another_run_begins_anew(served: Serving) -> None:
    served.publish_event(look(10))
    served.publish_event(look(1, run_id="8a1b"))
    answer = served.json("/api/messages")
    assert answer["run_id"] == "8a1b"
    assert {each["offset"] for each in answer["messages"]} == {100, 101, 102}


def test_the_minimal_mode_leaves_messages_out_and_says_so() -> None:
    with serving(minimal_mode=True) as served:
        served.publish_event(look(10))
        answer = served.json("/api/messages")
    assert answer["messages"] == []
    assert "minimal_mode" in answer["reason"]


@pytest.mark.browser
def test_the_page_shows_messages_as_text_whatever_is_in_them(served: Serving, browser: Browser) -> None:
    served.publish(running(426))
    served.publish_event(
        look(426, seen("out", 9, 430, topic=HOSTILE, value=None, note=HOSTILE), seen("in", 8, 430, value=HOSTILE))
    )
    page = browser.new_page(viewport={"width": 1440, "height": 1200})
    watched = Watched(page, served.url)
    page.click("#tab-messages")
    watched.wait_for_text("#panel-messages", "o-042602")
    shown = watched.text("#panel-messages")
    assert shown.count(HOSTILE) == 3
    assert "***" in shown
    assert "Into the pipeline · orders-input-7f3a" in shown
    assert page.title() != "taken"
    assert page.locator("#panel-messages img").count() == 0
    # Held, it keeps what somebody reads; then it goes on.
    page.click("#panel-messages button")
    served.publish_event(look(428))
    served.publish(running(427))
    watched.wait_for_text(".time", "7:07")
    assert "o-042802" not in watched.text("#panel-messages")
    page.click("#panel-messages button")
    for second in range(428, 440):
        served.publish(running(second))
        if "o-042802" in watched.text("#panel-messages"):
            break
        page.wait_for_timeout(300)
    assert "o-042802" in watched.text("#panel-messages")
    assert watched.complaints == []
    assert watched.foreign == []
    page.close()
