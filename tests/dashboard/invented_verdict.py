"""Verdicts for invented snapshots: as they stand in the middle of a run, and at its end."""

from __future__ import annotations

from typing import Any


def result(
    expression: str,
    outcome: str | None,
    observed: float | None = None,
    text: str | None = None,
    reason: str | None = None,
    *,
    abort_on_fail: bool = False,
) -> dict[str, Any]:
    return {
        "expression": expression,
        "outcome": outcome,
        "observed": observed,
        "observed_text": text,
        "reason": reason,
        "abort_on_fail": abort_on_fail,
    }


def standing() -> dict[str, Any]:
    """In the middle of a run."""
    return {
        "outcome": None,
        "final": False,
        "valid": True,
        "reasons": [],
        "results": [
            result("end_to_end.p99<2s", "pass", 1190.0, "1.19 s"),
            result("lost==0", None, reason="known once the pipeline is drained"),
            result("producer.rate>=0.99*plan", "pass", 17_812.0, "17 812 msg/s, 99.9 % of the plan"),
            result("recovery<30s after peak1", None, reason="peak1 has not ended yet"),
        ],
    }


def passed() -> dict[str, Any]:
    """The same run at its end."""
    return {
        "outcome": "pass",
        "final": True,
        "valid": True,
        "reasons": [],
        "results": [
            result("end_to_end.p99<2s", "pass", 1190.0, "1.19 s"),
            result("lost==0", "pass", 0.0, "0"),
            result("producer.rate>=0.99*plan", "pass", 16_998.0, "16 998 msg/s, 99.9 % of the plan"),
            result("recovery<30s after peak1", "pass", 22.0, "22 s"),
        ],
    }


def failed() -> dict[str, Any]:
    """A threshold that failed."""
    reasons = ["end_to_end.p99<250ms: 1.19 s"]
    results = [
        result("end_to_end.p99<250ms", "fail", 1190.0, "1.19 s", "worst in peak1", abort_on_fail=True),
        result("lost==0", "pass", 0.0, "0"),
    ]
    return {"outcome": "fail", "final": True, "valid": True, "reasons": reasons, "results": results}


def unjudged(why: str) -> dict[str, Any]:
    """A run that did not come to its end."""
    results = [
        result("end_to_end.p99<2s", "pass", 1190.0, "1.19 s"),
        result("lost==0", "fail", reason="the run failed before its drain"),
        result("producer.rate>=0.99*plan", "pass", 17_812.0, "17 812 msg/s, 99.9 % of the plan"),
        result("recovery<30s after peak1", "pass", 22.0, "22 s"),
    ]
    return {"outcome": None, "final": True, "valid": True, "reasons": [why], "results": results}


def invalid() -> dict[str, Any]:
    """A generator that fell behind: nothing else is judged by it."""
    reasons = ["the generator fell behind: its delay has a p99 of 1.4 s, more than 100 ms"]
    return {**failed(), "outcome": "invalid", "valid": False, "reasons": reasons}
