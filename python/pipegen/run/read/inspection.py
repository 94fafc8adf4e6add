"""What a run checks its records for, from its project and settings; hands checkers to those who read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from pipegen.diagnose import ErrorLog
from pipegen.quality import Inspection, InspectionSettings
from pipegen.run.names import RunNames
from pipegen.run.read.checking import Checker, Decoded, SchemaById, checker_for
from pipegen.run.read.outputs import OutputReading
from pipegen.run.spec import RunSpec
from pipegen.snapshot import DataQualityMetrics, RuleResult, Side
from pipegen.snapshot.run import Component
from pipegen.units import format_count

_OWNERS: Final[Mapping[Side, Component]] = {"input": "producer", "output": "output"}


def inspection_of(
    spec: RunSpec, names: RunNames, outputs: Sequence[OutputReading], *, on_crash: Callable[[BaseException], None]
) -> Inspection:
    """The inspection of one run, its rules' thread not started."""
    settings = spec.settings
    return Inspection(
        InspectionSettings(
            outputs={each.key: each.topic for each in outputs},
            input_topic=names.input_topic if settings.inspect_input else None,
            optional_fields=frozenset(settings.data_quality.optional_fields),
            rules=spec.rules,
            rule_cpu_ratio=settings.data_quality.rule_cpu,
        ),
        on_crash=on_crash,
    )


def output_checker(inspection: Inspection, output: OutputReading, schema_by_id: SchemaById) -> Checker:
    """What checks an output: its fields are profiled, its records offered to its rules."""
    offer = partial(inspection.rules.offer, "output", output=output.key)
    profile = inspection.outputs[output.key].profile
    return checker_for(output.facts.format, schema_by_id, profile=profile, offer=offer)


def input_checker(inspection: Inspection, value_format: str, schema_by_id: SchemaById) -> Checker:
    """What checks the input, whose format is named as Flink does."""
    return checker_for(value_format, schema_by_id, offer=partial(inspection.rules.offer, "input"))


class QualityErrors:
    """Tells the error log of rules that are broken beyond their tolerance.

    Args:
        errors: The log.
    """

    def __init__(self, errors: ErrorLog) -> None:
        self._errors = errors
        self._told: dict[tuple[Side, str | None, str], int] = {}

    def tell_rules(self, quality: DataQualityMetrics) -> None:
        """Reports rules that are broken beyond their tolerance; each violation once."""
        for rule in quality.rules:
            key = (rule.side, rule.output, rule.name)
            new = rule.violations_total - self._told.get(key, 0)
            if rule.result != "fail" or new <= 0:
                continue
            self._told[key] = rule.violations_total
            self._errors.report(
                key=f"rule {rule.name}" if rule.output is None else f"rule {rule.name} of {rule.output}",
                component=_OWNERS[rule.side],
                category="data_quality",
                message=f"rule “{rule.name}” is broken by {format_count(rule.violations_total)} of "
                f"{format_count(rule.evaluated_total)} {_records(rule)} checked: {rule.expression}",
                count=new,
            )


def _records(rule: RuleResult) -> str:
    return f"{rule.side} records" if rule.output is None else f"records of output {rule.output}"


def count_output(inspection: Inspection, output: OutputReading, decoded: Decoded) -> None:
    """Takes over what came of checking a batch of an output."""
    inspection.outputs[output.key].tally.add(**decoded.counts())


def count_input(inspection: Inspection, errors: ErrorLog, decoded: Decoded) -> None:
    """Takes over what came of checking a batch of the input, and tells of values that are no records."""
    if inspection.input is not None:
        inspection.input.add(**decoded.counts())
    for reason, (count, example) in decoded.faults.items():
        errors.report(
            key=f"input {reason}",
            component="producer",
            category="serialisation",
            message=f"in the input topic, {reason}: {example}",
            count=count,
        )
