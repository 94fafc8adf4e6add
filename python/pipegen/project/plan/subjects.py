"""The subjects that the registry keeps the schemas of a table's records under, as its options say."""

from __future__ import annotations

from typing import Final

from pipegen.project.plan.own_options import REGISTRY_FORMATS
from pipegen.project.plan.table import FlinkTable

_OPTIONS: Final = ("subject", "schema-registry.subject")


def subjects_of(table: FlinkTable) -> list[str]:
    """The subjects of values and keys; those that the options name, else those named after the topics."""
    found: list[str] = []
    for part, by_topic in _by_topic(table).items():
        told = _told(table, part)
        found += by_topic if told is None else [told]
    return found


def told_subjects(table: FlinkTable) -> list[str]:
    """The subjects that its options name."""
    return [told for part in _by_topic(table) if (told := _told(table, part)) is not None]


def _by_topic(table: FlinkTable) -> dict[str, list[str]]:
    """For each part of a record with a schema in the registry, the subjects named after the table's topics."""
    forms = {"value": table.format, "key": table.key_format}
    parts = [part for part, form in forms.items() if form in REGISTRY_FORMATS and table.topics]
    return {part: [f"{topic}-{part}" for topic in table.topics] for part in parts}


def _told(table: FlinkTable, part: str) -> str | None:
    form = table.format if part == "value" else table.key_format
    prefixes = ("value.", "") if part == "value" else ("key.",)
    keys = (f"{prefix}{form}.{option}" for prefix in prefixes for option in _OPTIONS)
    return next((told for key in keys if (told := table.option(key)) is not None), None)
