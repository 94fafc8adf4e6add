"""The rules that the page shares with the report and the headline, as the module ``web/model/rules.js``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final, get_args

from pipegen.snapshot import limits
from pipegen.snapshot.health import OUTCOME_HEALTH, RULE_HEALTH, SEVERITY_HEALTH, STATUS_HEALTH, Health
from pipegen.snapshot.stages import STAGES

_LIMITS: Final = {
    "rateDeviation": limits.RATE_DEVIATION,
    "errorRate": limits.ERROR_RATE,
    "generatorDelayMs": limits.GENERATOR_DELAY_MS,
    "machineBusy": limits.MACHINE_BUSY,
    "backpressure": limits.BACKPRESSURE,
    "vertexBusy": limits.VERTEX_BUSY,
}
_HEAD: Final = """\
// Rules that the page shares with Python. Written by tools/write_contract.py from python/pipegen/snapshot/limits.py,
// health.py and stages.py; do not edit."""
_LIMIT_TYPE: Final = "/** @typedef {{amber: number, red: number}} Limit A figure above it has that colour. */"
_LATE: Final = "/** A record that is sent so long after it was due counts as late. */"


def page_rules_text() -> str:
    """The text of ``web/model/rules.js``."""
    states = " | ".join(json.dumps(state) for state in get_args(Health))
    numbers = "".join(f"  {name}: {_limit(limit)},\n" for name, limit in _LIMITS.items())
    blocks = [
        _HEAD,
        f"/** @typedef {{{states}}} Health Plain: no rule judges it. */\n{_LIMIT_TYPE}",
        _words(),
        f"{_LATE}\nexport const LATE_MS = {limits.LATE_MS};",
        f"export const LIMITS = {{\n{numbers}}};",
        _states("STATUS_HEALTH", STATUS_HEALTH, "Status of a part"),
        _states("OUTCOME_HEALTH", OUTCOME_HEALTH, "Outcome of a threshold or a verdict"),
        _states("RULE_HEALTH", RULE_HEALTH, "Result of a business rule"),
        _states("SEVERITY_HEALTH", SEVERITY_HEALTH, "Severity of an error"),
    ]
    return "\n\n".join(blocks) + "\n"


def _words() -> str:
    lines = "".join(f"  {stage.name}: {json.dumps(stage.word, ensure_ascii=False)},\n" for stage in STAGES)
    return f"/** What a latency is called in a legend or a narrow table. */\nexport const STAGE_WORDS = {{\n{lines}}};"


def _limit(limit: limits.Limit) -> str:
    return f"{{ amber: {_number(limit.amber_above)}, red: {_number(limit.red_above)} }}"


def _number(value: float) -> str:
    return "Infinity" if math.isinf(value) else f"{value:g}"


def _states(name: str, states: Mapping[Any, Health], about: str) -> str:
    lines = "".join(f"  {word}: {json.dumps(state)},\n" for word, state in states.items())
    return f"/** @type {{Record<string, Health>}} {about}. */\nexport const {name} = {{\n{lines}}};"
