"""The rules of a project, checked against the fields that its records have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.config import Settings
from pipegen.config.source import source_of
from pipegen.errors import SettingsError
from pipegen.project import Project
from pipegen.quality import Rule, project_rules


def rules_of(project: Project, settings: Settings, sources: Mapping[str, str]) -> list[Rule]:
    """The project's rules, compiled.

    Raises:
        SettingsError: for a rule that cannot be; with file, line and column.
    """
    columns = None if project.output_fields is None else list(project.output_fields)
    inputs = [field.name for field in project.input_schema.fields]
    _check_optional(settings, sources, columns)
    return project_rules(settings, sources, {"input": inputs, "output": columns})


def _check_optional(settings: Settings, sources: Mapping[str, str], columns: Sequence[str] | None) -> None:
    for index, path in enumerate(settings.data_quality.optional_fields):
        if columns is None or path.partition(".")[0] in columns:
            continue
        key = f"data_quality.optional_fields[{index}]"
        raise SettingsError(
            f"{source_of(sources, key)}: {key}: the output records have no field “{path}”",
            remedy=f"Fields are {', '.join(columns)}.",
        )
