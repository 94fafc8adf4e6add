"""Business rules: from the project's settings to something that can be asked of a record. Evaluates nothing itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pipegen.config import Settings
from pipegen.config.quality import OutputRuleSettings
from pipegen.config.source import source_of
from pipegen.errors import SettingsError
from pipegen.quality.expression import Expression, ExpressionError, compile_expression, place_of
from pipegen.snapshot import Side
from pipegen.suggestion import did_you_mean

RECORD_NAMES: Final = frozenset({"record", "message"})
"""What a rule calls the whole record: ours, and the word of data contracts."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, compiled.

    Attributes:
        name: Its name.
        expression: What must be true of a record.
        side: Whose records it is about.
        tolerance_ratio: Share of violations that is tolerated.
        origin: The project's settings, or a data contract of the registry.
        output: The output whose records it is about; None for that of a pipeline with one, and for the input.
    """

    name: str
    expression: Expression
    side: Side
    tolerance_ratio: float
    origin: Literal["project", "registry"]
    output: str | None = None


def project_rules(
    settings: Settings, sources: Mapping[str, str], fields: Mapping[Side, Collection[str] | None]
) -> list[Rule]:
    """The rules of ``data_quality.rules``.

    Args:
        settings: The settings in force.
        sources: Where each setting came from.
        fields: Top-level fields of each side's records; None where they are not known before the run.

    Raises:
        SettingsError: for an expression that is not CEL or names a field that is not there, a name that stands twice,
            and a rule about an input that is not read; with file, line and column.
    """
    rules: list[Rule] = []
    for index, given in enumerate(settings.data_quality.rules):
        key = f"data_quality.rules[{index}]"
        if any(rule.name == given.name for rule in rules):
            raise SettingsError(
                f"{_where(sources, f'{key}.name')}: two rules are called “{given.name}”", remedy="Rename one."
            )
        if given.topic == "input" and not settings.inspect_input:
            raise SettingsError(
                f"{_where(sources, f'{key}.topic')}: the input topic is not read, so its records cannot be checked",
                remedy="Set inspect_input: true, or give --inspect-input.",
            )
        rules.append(_compiled(given, fields[given.topic], given.topic, _where(sources, f"{key}.expression")))
    return rules


def output_rules(
    given: Sequence[OutputRuleSettings],
    output: str,
    sources: Mapping[str, str],
    fields: Collection[str] | None,
    *,
    only: bool,
) -> list[Rule]:
    """The rules of ``outputs.NAME.rules``.

    Args:
        given: The rules.
        output: The output's name.
        sources: Where each setting came from.
        fields: Top-level fields of its records; None where they are not known before the run.
        only: Whether the pipeline has no other output.

    Raises:
        SettingsError: as for those of the pipeline.
    """
    rules: list[Rule] = []
    for index, each in enumerate(given):
        key = f"outputs.{output}.rules[{index}]"
        if any(rule.name == each.name for rule in rules):
            raise SettingsError(
                f"{_where(sources, f'{key}.name')}: two rules are called “{each.name}”", remedy="Rename one."
            )
        rule = _compiled(each, fields, "output", _where(sources, f"{key}.expression"))
        rules.append(rule if only else replace(rule, output=output))
    return rules


def _compiled(given: OutputRuleSettings, known: Collection[str] | None, side: Side, where: str) -> Rule:
    try:
        expression = compile_expression(given.expression)
    except ExpressionError as error:
        raise _pointing(where, given.expression, error) from None
    if known is not None:
        _check_variables(expression, known, side, where)
    return Rule(given.name, expression, side, given.tolerance, "project")


def _check_variables(expression: Expression, known: Collection[str], side: Side, where: str) -> None:
    for name in sorted(expression.variables - RECORD_NAMES - set(known)):
        line, column = place_of(expression.text, name)
        error = ExpressionError(f"the {side} records have no field “{name}”", line=line, column=column)
        raise _pointing(where, expression.text, error, remedy=_nearest(name, sorted(known)))


def _pointing(where: str, text: str, error: ExpressionError, *, remedy: str | None = None) -> SettingsError:
    shown = text.splitlines()[error.line - 1] if text.strip() else ""
    at = f"line {error.line}, column {error.column}" if "\n" in text.strip() else f"column {error.column}"
    return SettingsError(
        f"{where}: {error.reason} ({at} of the expression)",
        detail=f"{shown}\n{' ' * (error.column - 1)}^",
        remedy=remedy or "Rules are CEL: price > 0.0 && status in ['new', 'paid'].",
    )


def _nearest(name: str, known: Sequence[str]) -> str:
    fields = f"Fields are {', '.join(known)}; the whole record is “record”."
    hint = did_you_mean(name, known)
    return f"{hint} {fields}" if hint else fields


def _where(sources: Mapping[str, str], key: str) -> str:
    return f"{source_of(sources, key)}: {key}"
