"""A run as JUnit XML, for the test report of a CI system: one case for the run, one for its validity, one a threshold.

Only an invalid run has skipped cases: what its thresholds say is not to be relied on. Writes no file.
"""

from __future__ import annotations

import io
import re
from typing import Final

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

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
    suite = TestSuite(_text(f"pipegen {run.pipeline}"))
    suite.timestamp = run.started_at[:19]  # JUnit's schema wants neither fractions nor a zone.
    for name, value in (("run", run.id), ("outcome", outcome), ("verdict", verdict.outcome or "none")):
        suite.add_property(name, _text(value))
    suite.add_testcase(_run_case(run.pipeline, run.elapsed_s, outcome, failure))
    suite.add_testcase(_validity_case(run.pipeline, verdict))
    for result in verdict.results:
        suite.add_testcase(_threshold_case(run.pipeline, result, invalid=verdict.valid is False))
    suites = JUnitXml()
    suites.add_testsuite(suite)
    suites.update_statistics()  # type: ignore[no-untyped-call]
    file = io.BytesIO()
    suites.write(file)
    return file.getvalue().decode() + "\n"


def _case(pipeline: str, name: str, *, elapsed_s: float = 0) -> TestCase:
    return TestCase(_text(name), _text(f"pipegen.{pipeline}"), round(elapsed_s, 3))


def _run_case(pipeline: str, elapsed_s: float | None, outcome: str, failure: str | None) -> TestCase:
    case = _case(pipeline, "the run ends in order", elapsed_s=elapsed_s or 0)
    if outcome not in {"finished", "aborted"}:
        case.result = [Error(_text(failure or f"the run was {outcome}"), outcome)]
    return case


def _validity_case(pipeline: str, verdict: Verdict) -> TestCase:
    case = _case(pipeline, "the figures are valid")
    if verdict.valid is False:
        case.result = [Error(_text("; ".join(verdict.reasons)), "invalid")]
    return case


def _threshold_case(pipeline: str, result: ThresholdResult, *, invalid: bool) -> TestCase:
    case = _case(pipeline, result.expression)
    seen = result.observed_text or "no sample"
    message = _text(seen if result.reason is None else f"{seen} ({result.reason})")
    if invalid:
        case.result = [Skipped(f"the run is invalid; observed: {message}")]
    elif result.outcome == "fail":
        case.result = [Failure(f"observed: {message}", "threshold")]
    elif result.observed_text is not None:
        case.system_out = f"observed: {message}"
    return case


def _text(text: str) -> str:
    """Without the characters that XML cannot hold; junitparser writes them as they are."""
    return _NOT_XML.sub("\ufffd", text)
