"""Options by which SQL names things on the services: topics, groups, subjects, prefixes of transactional ids.

Wherever they stand: in CREATE TABLE, CREATE TABLE … AS, or a hint. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pipegen.project.statements import SqlStatement, render

_OPTION: Final = re.compile(r"'([\w.-]+)'\s*=\s*'((?:[^']|'')*)'")
_SUBJECT_ENDS: Final = ("avro-confluent.subject", "avro-confluent.schema-registry.subject")


@dataclass(frozen=True, slots=True)
class NamedInSql:
    """Names, variables filled in; those without a variable are the user's own and are not here, but for prefixes.

    Attributes:
        topics: Topics.
        groups: Consumer groups.
        subjects: Subjects that a format is told to use.
        transactional_prefixes: What the transactional ids of sinks begin with.
        avro_keys: Whether a table has keys whose schema Flink registers.
        create_topics: Whether the run creates the topics; else Flink's jobs may, by writing to them.
    """

    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    transactional_prefixes: tuple[str, ...] = ()
    avro_keys: bool = False
    create_topics: bool = False


def named_in_sql(statements: Iterable[SqlStatement], variables: Mapping[str, str]) -> NamedInSql:
    """What a script names with the run's variables.

    Args:
        statements: The statements, variables not filled in.
        variables: What they stand for.

    Raises:
        ProjectError: for a variable that does not exist.
    """
    topics: list[str] = []
    groups: list[str] = []
    subjects: list[str] = []
    prefixes: list[str] = []
    avro_keys = False
    for statement in statements:
        written = _OPTION.findall(statement.text)
        filled = _OPTION.findall(render(statement, variables).text)
        for (option, text), (_, quoted) in zip(written, filled, strict=False):
            value = quoted.replace("''", "'")
            if option == "sink.transactional-id-prefix":
                prefixes.append(value)
            elif option == "key.format":
                avro_keys |= value.endswith("avro-confluent")
            elif "${" not in text or "${" in value:  # in a hint nothing is filled in
                continue
            elif option == "topic":
                topics += [name.strip() for name in value.split(";")]
            elif option == "properties.group.id":
                groups.append(value)
            elif option.endswith(_SUBJECT_ENDS):
                subjects.append(value)
    topic_names, group_names, subject_names, prefix_names = map(_unique, (topics, groups, subjects, prefixes))
    return NamedInSql(topic_names, group_names, subject_names, prefix_names, avro_keys)


def _unique(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
