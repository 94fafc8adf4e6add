"""The report as a file: complete in itself, harmless, and with the figures that its charts need."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipegen.config import DashboardSettings
from pipegen.outputs.report import Look, ReportData, as_csv, as_json, as_markdown, render_report, report_name
from pipegen.outputs.report.data import Ending, as_running, data_of_recording
from pipegen.outputs.report.series import FIELDS, series_of_table
from pipegen.replay import open_recording
from tests.dashboard.invented import running, snapshot
from tests.dashboard.recorded import MADE_AT, manifest, record
from tests.dashboard.states import HOSTILE, STATES


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording of ten minutes with two peaks, a snapshot every ten seconds."""
    contents = [running(second) for second in range(0, 600, 10)]
    return record(tmp_path_factory.mktemp("page") / "run", [*contents, STATES["finished"]()], outcome="finished")


@pytest.fixture(scope="module")
def told(whole: Path) -> ReportData:
    return data_of_recording(open_recording(whole))


def page(data: ReportData, **look: Any) -> str:
    logo = look.pop("logo", None)
    settings = DashboardSettings.model_validate(look)
    return render_report(data, Look(settings, logo), made_at=MADE_AT).html.decode()


def content(html: str) -> Any:
    return json.loads(re.findall(r'id="report-data">(.*?)</script>', html, re.DOTALL)[0])


def of(contents: dict[str, Any], **parts: Any) -> ReportData:
    return ReportData(snapshot(contents), manifest(), Ending("finished"), **parts)


def test_the_name_of_the_file_is_the_time_it_was_made_at() -> None:
    at = datetime(2025, 8, 26, 14, 30, 15, tzinfo=UTC)
    assert report_name(at) == "execution-report-2025-08-26-14-30-15.html"
    assert report_name(at, "json") == "execution-report-2025-08-26-14-30-15.json"


def test_the_file_asks_for_nothing_and_its_policy_lets_run_only_its_own_script(told: ReportData) -> None:
    rendered = render_report(told, Look(), made_at=MADE_AT)
    html = rendered.html.decode()
    assert not re.search(r'(?:src|href)="(?!data:|#)', html)
    assert "url(" not in re.sub(r'url\("?data:', "", html)
    (script,) = re.findall(r"script-src '(sha256-[^']+)' blob:", rendered.policy)
    hashes = {
        "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)
    }
    assert script in hashes
    assert rendered.policy.endswith("frame-ancestors 'none'")


def test_text_of_others_is_no_markup_in_any_format() -> None:
    data = of(STATES["hostile"]())
    html = page(data)
    assert "<script>window" not in html
    assert "<img src=x" not in html
    assert content(html)["snapshot"]["headline"]["text"] == HOSTILE
    assert "<script" not in as_markdown(data).replace("\\<script", "")


def test_logo_and_colour_of_the_customer_are_in_the_file(told: ReportData) -> None:
    html = page(told, brand_color="#ff6600", logo=(b"<svg/>", "image/svg+xml"))
    assert f"data:image/svg+xml;base64,{base64.b64encode(b'<svg/>').decode()}" in html
    assert "--accent: #ff6600" in html


def test_the_rows_of_the_charts_are_those_of_the_recording_with_the_digits_that_count(told: ReportData) -> None:
    history = content(page(told))["history"]
    assert history["fields"] == ["timestamp_ms", *FIELDS]
    assert (history["run_id"], len(history["rows"])) == ("7f3a", 61)
    at = 1 + FIELDS.index("producer.rate")
    assert [row[at] for row in history["rows"][:5]] == pytest.approx(
        [running(second)["producer"]["rate"] for second in range(0, 50, 10)], rel=1e-5
    )
    rows = [(1_000.6, math.inf, 0.123456789), (2_000.0, 7, math.nan)]
    series = series_of_table(["timestamp_ms", "producer.rate", "pipeline.lag_s"], rows)
    lag = 1 + FIELDS.index("pipeline.lag_s")
    short = content(page(of(STATES["finished"](), series=series)))["history"]["rows"]
    assert [(row[0], row[at], row[lag]) for row in short] == [(1_001, None, 0.123457), (2_000, 7, None)]


def test_a_long_run_is_thinned_to_what_charts_can_show() -> None:
    series = series_of_table(["timestamp_ms"], [(float(at),) for at in range(1_201)])
    assert len(content(page(of(STATES["finished"](), series=series)))["history"]["rows"]) == 601


def test_each_phase_has_a_row_and_every_section_its_heading(told: ReportData) -> None:
    html = page(told)
    for heading in ("Thresholds", "Traffic phases", "Latency by stage", "Errors", "Data quality", "Topics at the end"):
        assert heading in html
    assert "2026-11-24 08:30:00 UTC" in html
    assert "2026-11-24 08:00:00 UTC" in html


def test_a_run_that_ended_before_its_first_figure_has_a_report() -> None:
    html = page(ReportData(None, manifest(), Ending("empty")))
    assert "The run ended before the first figures were taken." in html
    assert content(html) is None


def test_the_json_has_summary_phases_latency_and_the_snapshot(told: ReportData) -> None:
    document = json.loads(as_json(told))
    assert (document["summary"]["word"], document["summary"]["ending"]) == ("Pass", "finished")
    assert document["manifest"]["run_id"] == "7f3a"
    assert document["snapshot"]["run"]["phase"] == "finished"
    assert [phase["name"] for phase in document["phases"]] == ["steady", "peak1", "steady", "peak2", "steady"]
    assert [phase["end_s"] for phase in document["phases"]] == [120, 240, 360, 480, 600]
    latency = document["latency"]["end_to_end"]
    assert latency["count"] == 122
    assert latency["percentiles_ms"]["100"] == pytest.approx(40, rel=0.01)
    assert {"0", "50", "99.9", "100"} <= latency["percentiles_ms"].keys()
    empty = json.loads(as_json(ReportData(None, None, Ending("empty"))))
    assert (empty["manifest"], empty["snapshot"], empty["phases"]) == (None, None, [])


def test_the_csv_has_a_row_a_snapshot_and_an_empty_cell_for_what_is_not_known() -> None:
    series = series_of_table(["timestamp_ms", "producer.rate"], [(1_500.0, 7), (2_500.0, None)])
    head, first, second = as_csv(of(STATES["finished"](), series=series)).splitlines()
    assert head.split(",") == ["timestamp", *FIELDS]
    at = 1 + FIELDS.index("producer.rate")
    assert (first.split(",")[0], first.split(",")[at]) == ("1970-01-01T00:00:01.500Z", "7")
    assert (second.split(",")[at], second.count(",")) == ("", len(FIELDS))


def test_the_markdown_has_the_cover_and_only_tables_with_rows(told: ReportData) -> None:
    text = as_markdown(told)
    assert text.startswith("### ✅ Pass: orders\n\n")
    assert [line for line in text.splitlines() if line.startswith("#### ")] == [
        *("#### Thresholds", "#### Traffic phases", "#### Latency by stage"),
    ]
    assert "| --- | --- | --- | --- |" in text
    assert "| lost==0 | ✅ passed | 0 | – |" in text
    failed = as_markdown(of(STATES["missed"]()))
    assert failed.startswith("### ❌ Fail: orders\n\n")
    assert "- end\\_to\\_end.p99\\<250ms: 1.19 s" in failed
    assert "- 14 × Local: Message timed out" in as_markdown(of(STATES["failed"]()))


def test_a_recording_that_was_cut_off_says_so_unless_the_run_is_known_to_go_on(tmp_path: Path) -> None:
    cut = data_of_recording(open_recording(record(tmp_path / "run", [running(60), running(70)])))
    assert cut.ending.kind == "cut_off"
    assert [note[:19] for note in cut.notes] == ["The run was cut off"]
    going = as_running(cut)
    assert (going.ending.kind, going.notes) == ("running", ())
    assert as_running(of(STATES["finished"]())).ending.kind == "finished"


def test_totals_are_those_of_the_run_where_its_recording_ended_early(tmp_path: Path) -> None:
    recording = open_recording(record(tmp_path / "run", [running(60)], outcome="finished"))
    last = snapshot(STATES["finished"]())
    data = data_of_recording(recording, last=last)
    assert data.snapshot == last
    assert [note[:35] for note in data.notes] == ["The recording ended before the run;"]
    whole = data_of_recording(recording, last=snapshot(running(60)))
    assert whole.notes == ()
