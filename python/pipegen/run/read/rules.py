"""The rules of a project, checked against the fields that its records have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.config import Settings
from pipegen.config.source import source_of
from pipegen.errors import SettingsError
from pipegen.project import Project
from pipegen.quality import Rule, output_rules, project_rules
from pipegen.run.read.output_settings import output_settings


def rules_of(project: Project, settings: Settings, sources: Mapping[str, str]) -> list[Rule]:
    """The project's rules, compiled.

    Raises:
        SettingsError: for a rule that cannot be; with file, line and column.
    """
    outputs, told = project.outputs, output_settings(project, settings, sources)
    only = len(outputs) == 1
    if not only and any(rule.topic == "output" for rule in settings.data_quality.rules):
        raise SettingsError(
            f"{source_of(sources, 'data_quality.rules')}: data_quality.rules: there are several outputs "
            f"({', '.join(each.name for each in outputs)})",
            remedy="Say the rules of each of them in outputs.NAME.rules.",
        )
    columns = [None if each.fields is None else list(each.fields) for each in outputs]
    inputs = [field.name for field in project.input_schema.fields]
    known = None if None in columns else [name for each in columns for name in each or ()]
    _check_optional(settings, sources, known)
    rules = project_rules(settings, sources, {"input": inputs, "output": columns[0]})
    for each, fields in zip(outputs, columns, strict=True):
        rules += output_rules(told[each.name].rules, each.name, sources, fields, only=only)
    return rules


def _check_optional(settings: Settings, sources: Mapping[str, str], columns: Sequence[str] | None) -> None:
    for index, path in enumerate(settings.data_quality.optional_fields):
        if columns is None or path.partition(".")[0] in columns:
            continue
        key = f"data_quality.optional_fields[{index}]"
        raise SettingsError(
            f"{source_of(sources, key)}: {key}: the output records have no field “{path}”",
            remedy=f"Fields are {', '.join(columns)}.",
        )
