"""The states that figures and parts are shown in, and the state of each word of the contract. Holds no limit.

The page gets the same tables from ``web/model/rules.js``, written by ``tools/write_contract.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pipegen.snapshot.quality import RuleOutcome
from pipegen.snapshot.run import Severity
from pipegen.snapshot.section import Status
from pipegen.snapshot.verdict import VerdictOutcome

Health = Literal["ok", "warning", "error", "unknown", "plain", "busy"]
"""Green, amber, red, not known; plain is what no rule judges, busy what is not ready yet."""

STATUS_HEALTH: Final[Mapping[Status, Health]] = {
    "running": "ok",
    "starting": "busy",
    "stopped": "plain",
    "error": "error",
    "unknown": "unknown",
}
OUTCOME_HEALTH: Final[Mapping[VerdictOutcome, Health]] = {"pass": "ok", "fail": "error", "invalid": "warning"}
"""Of a verdict, and of a single threshold, which is never invalid."""
RULE_HEALTH: Final[Mapping[RuleOutcome, Health]] = {"pass": "ok", "fail": "error", "no_samples": "unknown"}
SEVERITY_HEALTH: Final[Mapping[Severity, Health]] = {
    "info": "plain",
    "warning": "warning",
    "error": "error",
    "critical": "error",
}
