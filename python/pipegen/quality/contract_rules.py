"""Rules of the registry's data contracts, as Confluent's API returns them with a version of a subject.

``GET /subjects/S/versions/latest`` has ``ruleSet.domainRules`` beside the schema. Rules of type CEL and kind CONDITION
are taken; all others are told of, never guessed at. No I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pipegen.quality.expression import ExpressionError, compile_expression
from pipegen.quality.rule import Rule
from pipegen.snapshot import Side
from pipegen.units import parse_percent_ratio

TOLERANCE_KEY: Final = "pipegen.tolerance"
"""Parameter of a rule that says how many violations are tolerated, such as ``1%``; none by default."""


@dataclass(frozen=True, slots=True)
class ContractRules:
    """What a subject's data contract says.

    Attributes:
        rules: The rules that can be evaluated.
        notes: A sentence for each rule that cannot, or one that says that there is no contract.
    """

    rules: tuple[Rule, ...]
    notes: tuple[str, ...]


def read_contract(subject: str, version: object, side: Side, output: str | None = None) -> ContractRules:
    """The rules of a subject's version.

    Args:
        subject: The subject, for the notes.
        version: The registry's answer, as parsed JSON.
        side: Whose records the subject describes.
        output: The output, where there are several.
    """
    rule_set = version.get("ruleSet") if isinstance(version, Mapping) else None
    listed = rule_set.get("domainRules") if isinstance(rule_set, Mapping) else None
    if not isinstance(listed, list) or not listed:
        return ContractRules((), (f"{subject} has no data contract with rules",))
    rules: list[Rule] = []
    notes: list[str] = []
    for index, entry in enumerate(listed):
        found = _read_rule(entry, f"{subject}: rule {index + 1}", side)
        if isinstance(found, str):
            notes.append(found)
        else:
            rules.append(replace(found, output=output))
    return ContractRules(tuple(rules), tuple(notes))


def _read_rule(entry: Any, where: str, side: Side) -> Rule | str:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        return f"{where} is not understood"
    name = entry["name"]
    called = f"{where.partition(':')[0]}: rule “{name}”"
    if entry.get("disabled") is True:
        return f"{called} is disabled"
    if entry.get("type") != "CEL" or entry.get("kind", "CONDITION") != "CONDITION":
        kind, type_ = entry.get("kind", "CONDITION"), entry.get("type")
        return f"{called} is a {kind} of type {type_}, not a CEL condition: not evaluated"
    text = entry.get("expr")
    if not isinstance(text, str):
        return f"{called} has no expression"
    try:
        tolerance_ratio = _tolerance(entry.get("params"))
    except ValueError as error:
        return f"{called}: {TOLERANCE_KEY}: {error}"
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        return f"{called} is not evaluated: {error.reason} (column {error.column})"
    return Rule(name, expression, side, tolerance_ratio, "registry")


def _tolerance(params: Any) -> float:
    given = params.get(TOLERANCE_KEY, 0) if isinstance(params, Mapping) else 0
    ratio = parse_percent_ratio(given) if isinstance(given, str) and given.strip().endswith("%") else float(given)
    if not 0 <= ratio <= 1:
        raise ValueError(f"{given} is not between 0 and 1")
    return ratio
