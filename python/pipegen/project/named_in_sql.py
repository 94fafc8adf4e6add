"""What SQL names on the services besides its input and its first output. A value only."""

from __future__ import annotations

from dataclasses import dataclass


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
