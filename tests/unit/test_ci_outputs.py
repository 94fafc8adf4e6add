"""What a CI system reads of a run: JUnit and Markdown, also when names and messages would do harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pipegen.outputs import junit_xml, step_summary
from tests.dashboard.invented import snapshot
from tests.dashboard.states import HOSTILE, STATES, hostile


def suite(state: str, *, outcome: str = "finished", failure: str | None = None) -> ET.Element:
    text = junit_xml(snapshot(STATES[state]()), outcome=outcome, failure=failure)
    return ET.fromstring(text)[0]  # noqa: S314 -- it is our own


def cases(found: ET.Element, tag: str) -> list[str]:
    return [case.attrib["name"] for case in found.iter("testcase") if case.find(tag) is not None]


def test_a_threshold_that_failed_is_a_failed_case_with_what_was_observed() -> None:
    found = suite("missed")
    assert cases(found, "failure") == ["end_to_end.p99<250ms"]
    failure = found.find(".//failure")
    assert failure is not None
    assert failure.attrib["message"] == "observed: 1.19 s (worst in peak1)"
    assert {found.attrib[name] for name in ("errors", "skipped")} == {"0"}
    assert (found.attrib["tests"], found.attrib["failures"], found.attrib["timestamp"]) == (
        "4",
        "1",
        "2026-11-24T08:00:00",
    )


def test_counts_and_the_time_of_the_load_stand_at_the_suite_and_above_it() -> None:
    text = junit_xml(snapshot(STATES["missed"]()), outcome="finished", failure=None)
    top = ET.fromstring(text)  # noqa: S314 -- it is our own
    for element in (top, top[0]):
        assert {name: float(element.attrib[name]) for name in ("tests", "failures", "errors", "skipped", "time")} == {
            "tests": 4,
            "failures": 1,
            "errors": 0,
            "skipped": 0,
            "time": 600,
        }


def test_a_ci_system_reads_the_file_as_utf_8(tmp_path: Path) -> None:
    text = junit_xml(snapshot(STATES["failed"]()), outcome="failed", failure="Größe – ✗")
    file = tmp_path / "junit.xml"
    file.write_text(text, encoding="utf-8")
    error = ET.parse(file).find(".//error")  # noqa: S314 -- it is our own
    assert error is not None
    assert error.attrib["message"] == "Größe – ✗"


def test_in_an_invalid_run_no_threshold_fails_and_none_passes() -> None:
    found = suite("invalid")
    assert cases(found, "error") == ["the figures are valid"]
    assert cases(found, "skipped") == ["end_to_end.p99<250ms", "lost==0"]
    assert cases(found, "failure") == []


def test_a_run_that_failed_is_an_error_with_its_reason() -> None:
    found = suite("failed", outcome="failed", failure="Kafka is away")
    assert "the run ends in order" in cases(found, "error")
    error = found.find(".//error")
    assert error is not None
    assert error.attrib["message"] == "Kafka is away"


@pytest.mark.parametrize("text", [HOSTILE, "a\x00b\x1b[31m\ud800c", "]]>&\"'"])
def test_names_and_messages_of_others_stay_text(text: str) -> None:
    contents: dict[str, Any] = hostile()
    contents["verdict"]["results"][0] |= {"expression": text.replace("\ud800", "")}
    seen = snapshot(contents)
    found = ET.fromstring(junit_xml(seen, outcome="failed", failure=text))[0]  # noqa: S314 -- it is our own
    assert found.find("script") is None
    markdown = step_summary(seen, outcome="failed", failure=text)
    assert "<script" not in markdown.replace("`<script", "")
    assert "<img" not in markdown.split("| threshold |")[0]


@pytest.mark.parametrize(
    ("state", "outcome", "head"),
    [
        ("finished", "finished", "### PipeGen orders: ✅ pass"),
        ("missed", "finished", "### PipeGen orders: ❌ fail"),
        ("invalid", "finished", "### PipeGen orders: ⚠️ invalid"),
        ("failed", "failed", "### PipeGen orders: ❌ failed"),
    ],
)
def test_the_summary_of_a_step_begins_with_the_verdict(state: str, outcome: str, head: str) -> None:
    text = step_summary(snapshot(STATES[state]()), outcome=outcome, failure=None)
    assert text.splitlines()[0] == head
    assert text.endswith("\n\n"), "what is appended next begins a paragraph of its own"
    assert "e+0" not in text
