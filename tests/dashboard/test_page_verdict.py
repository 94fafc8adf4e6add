"""The verdict on the page: hidden while nothing is asked, told by word and shape, each threshold beside what it saw."""

from __future__ import annotations

import pytest

from tests.dashboard.browser import Watched
from tests.dashboard.invented import running
from tests.dashboard.invented_verdict import failed, passed
from tests.dashboard.serving import Serving
from tests.dashboard.states import STATES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("state", "word", "note", "health"),
    [
        ("running", "Verdict: undecided", "2 of 4 thresholds hold", "unknown"),
        ("finished", "Verdict: passed", "4 of 4 thresholds hold", "ok"),
        ("missed", "Verdict: failed", "1 of 2 thresholds holds", "error"),
        ("invalid", "Verdict: invalid", "the generator fell behind", "warning"),
    ],
)
def test_the_verdict_is_told_in_a_word_with_why(
    served: Serving, watched: Watched, state: str, word: str, note: str, health: str
) -> None:
    served.publish(STATES[state]())
    watched.wait_for_text(".verdict-word", word)
    assert note in watched.text(".verdict-note")
    assert watched.page.locator(".verdict").get_attribute("data-health") == health


def test_each_threshold_stands_with_what_was_observed_and_changes_with_the_run(
    served: Serving, watched: Watched
) -> None:
    served.publish(running(426))
    rows = watched.page.locator(".verdict-row")
    rows.nth(3).wait_for()
    assert "lost==0" in rows.nth(1).inner_text()
    assert "known once the pipeline is drained" in rows.nth(1).inner_text()
    served.publish({**running(427), "verdict": failed()})
    rows.nth(3).wait_for(state="detached")
    assert rows.count() == 2
    assert "1.19 s" in rows.nth(0).inner_text()
    assert rows.nth(0).get_attribute("data-health") == "error"


@pytest.mark.parametrize("results", [passed()["results"], []])
def test_an_incomplete_run_has_failed_by_its_own_reason_with_thresholds_and_without(
    served: Serving, watched: Watched, results: list[object]
) -> None:
    verdict = {**failed(), "reasons": ["0 of 300 records came out"], "results": results}
    served.publish({**running(426), "verdict": verdict})
    watched.wait_for_text(".verdict-word", "Verdict: failed")
    assert watched.text(".verdict-note") == "0 of 300 records came out"


def test_without_thresholds_in_a_valid_run_nothing_is_shown(served: Serving, watched: Watched) -> None:
    served.publish({**running(426), "verdict": {"valid": True}})
    watched.page.locator(".body").wait_for()
    assert watched.page.locator(".verdict").is_hidden()
