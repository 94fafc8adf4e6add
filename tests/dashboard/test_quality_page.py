"""The panel of data quality in Chromium: its text is the snapshot's, in good and bad times and before any record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboard.browser import Watched
from tests.dashboard.invented import running, snapshot
from tests.dashboard.invented_quality import broken
from tests.dashboard.serving import Serving
from tests.dashboard.states import HOSTILE, starting

pytestmark = pytest.mark.browser
THIN = "\u2009"


def table(watched: Watched, label: str) -> list[list[str]]:
    """The cells of a table as text, thin spaces taken out."""
    rows = watched.page.locator(f"#panel-quality [aria-label='{label}'] tbody tr").all()
    return [[(cell.text_content() or "").replace(THIN, "") for cell in row.locator("td").all()] for row in rows]


def percent(ratio: float | None) -> str:
    if ratio is None:
        return "–"
    return "100 %" if ratio >= 0.99995 else f"{ratio * 100:.2f} %"


def bad_times() -> dict[str, Any]:
    contents = running(426)
    contents["data_quality"] = broken("orders", contents["consumer"]["total"])
    return contents


def open_panel(served: Serving, watched: Watched, contents: dict[str, Any]) -> None:
    served.publish(contents)
    watched.page.click("#tab-quality")


def test_the_panel_says_what_the_snapshot_says(served: Serving, watched: Watched) -> None:
    contents = bad_times()
    open_panel(served, watched, contents)
    quality = snapshot(contents).data_quality
    assert quality.output is not None
    assert quality.input is not None
    assert watched.text("#panel-quality .score-value") == f"{quality.score:.2f}of 100"
    assert watched.text("#panel-quality .score-formula") == quality.score_formula
    assert watched.page.locator("#panel-quality .score-notes li").all_text_contents() == quality.rule_notes
    checks = table(watched, "What was checked")
    assert checks[0][1:] == [percent(1), str(quality.output.valid_total), "0", "0"]
    assert checks[1][1:] == [
        percent(quality.input.valid_ratio),
        str(quality.input.valid_total),
        str(quality.input.invalid_total),
        "0",
    ]
    assert [row[1] for row in checks[2:5]] == [
        percent(quality.completeness_ratio),
        percent(quality.conforming_ratio),
        percent(quality.intact_ratio),
    ]
    assert percent(quality.sample_ratio) in checks[3][0]
    assert [[row[1], row[2], *row[4:]] for row in table(watched, "Business rules")] == [
        [
            rule.name,
            rule.expression,
            str(rule.evaluated_total),
            str(rule.violations_total),
            percent(rule.violation_ratio),
            percent(rule.tolerance_ratio),
            str(rule.errors_total),
        ]
        for rule in quality.rules
    ]
    assert [row[0] for row in table(watched, "Business rules")] == ["fails", "passes", "no samples"]
    assert [[row[0], *row[2:]] for row in table(watched, "Fields of the output")] == [
        [
            field.path,
            percent(field.completeness_ratio),
            str(field.null_total),
            f"≈ {field.distinct}",
            field.min,
            field.max,
        ]
        for field in quality.fields
    ]
    assert [row[1:] for row in table(watched, "Invalid values")] == [
        [each.reason.replace("_", " "), str(each.count), each.example] for each in quality.input.reasons
    ]
    (anomaly,) = table(watched, "Anomalies")
    assert anomaly[:4] == [quality.anomalies[0].figure, "peak1", "0.31", "0.02"]
    assert anomaly[-1] == "goes on"


def test_the_tile_and_the_tab_tell_of_a_rule_that_fails(served: Serving, watched: Watched) -> None:
    open_panel(served, watched, bad_times())
    assert watched.text("#tile-quality .figure") == "91.27"
    assert watched.page.locator("#tile-quality").get_attribute("data-health") == "error"
    assert "1 of 3 rules fail" in watched.text("#tile-quality .tile-context")
    assert watched.text("#tab-quality .badge") == "1"


def test_before_the_first_record_there_is_no_score_and_the_reason_is_told(served: Serving, watched: Watched) -> None:
    open_panel(served, watched, starting())
    assert watched.text("#panel-quality .score-value") == "–"
    assert "no record was checked" in watched.text("#panel-quality .score-formula")
    reason = watched.page.locator("#panel-quality .score-value .figure").get_attribute("title")
    assert reason == "No record was checked yet."


def test_what_records_and_rules_say_is_text_and_nothing_else(served: Serving, watched: Watched) -> None:
    contents = bad_times()
    quality = contents["data_quality"]
    quality["fields"][0] |= {"path": HOSTILE, "min": HOSTILE}
    quality["rules"][0] |= {"name": HOSTILE, "expression": HOSTILE, "last_error": HOSTILE}
    quality["input"]["reasons"][0] |= {"example": HOSTILE}
    quality["rule_notes"] = [HOSTILE]
    open_panel(served, watched, contents)
    assert table(watched, "Fields of the output")[0][0] == HOSTILE
    assert watched.page.locator("#panel-quality img, #panel-quality script").count() == 0
    assert watched.page.evaluate("window.pwned") is None
