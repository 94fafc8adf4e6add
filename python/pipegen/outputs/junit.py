"""A run as JUnit XML, for the test report of a CI system: one case for the run, one for its validity, one a threshold.

Only an invalid run has skipped cases: what its thresholds say is not to be relied on. Writes no file.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

from pipegen.snapshot import Snapshot, ThresholdResult, Verdict

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(snapshot: Snapshot, *, outcome: str, failure: str | None) -> str:
    """The test suite of a run.

    Args:
        snapshot: Its last snapshot.
        outcome: How the run ended, in a word.
        failure: Why it failed or is incomplete.
    """
    verdict, run = snapshot.verdict, snapshot.run
    suite = ET.Element("testsuite", name=_text(f"pipegen {run.pipeline}"), timestamp=_seconds(run.started_at))
    suite.set("time", f"{run.elapsed_s or 0:.3f}")
    properties = ET.SubElement(suite, "properties")
    for name, value in (("run", run.id), ("outcome", outcome), ("verdict", verdict.outcome or "none")):
        ET.SubElement(properties, "property", name=name, value=_text(value))
    _run_case(suite, run.pipeline, outcome, failure)
    _validity_case(suite, run.pipeline, verdict)
    for result in verdict.results:
        _threshold_case(suite, run.pipeline, result, invalid=verdict.valid is False)
    for kind, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(kind, str(sum(1 for _ in suite.iter(tag))))
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _case(suite: ET.Element, pipeline: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_text(f"pipegen.{pipeline}"), name=_text(name), time="0")


def _run_case(suite: ET.Element, pipeline: str, outcome: str, failure: str | None) -> None:
    case = _case(suite, pipeline, "the run ends in order")
    if outcome not in {"finished", "aborted"}:
        ET.SubElement(case, "error", message=_text(failure or f"the run was {outcome}"), type=outcome)


def _validity_case(suite: ET.Element, pipeline: str, verdict: Verdict) -> None:
    case = _case(suite, pipeline, "the figures are valid")
    if verdict.valid is False:
        ET.SubElement(case, "error", message=_text("; ".join(verdict.reasons)), type="invalid")


def _threshold_case(suite: ET.Element, pipeline: str, result: ThresholdResult, *, invalid: bool) -> None:
    case = _case(suite, pipeline, result.expression)
    seen = result.observed_text or "no sample"
    message = _text(seen if result.reason is None else f"{seen} ({result.reason})")
    if invalid:
        ET.SubElement(case, "skipped", message=f"the run is invalid; observed: {message}")
    elif result.outcome == "fail":
        ET.SubElement(case, "failure", message=f"observed: {message}", type="threshold")
    elif result.observed_text is not None:
        ET.SubElement(case, "system-out").text = f"observed: {message}"


def _seconds(timestamp: str) -> str:
    """JUnit's schema wants neither fractions nor a zone."""
    return timestamp[:19]


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
