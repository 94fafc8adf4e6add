"""Tables of a script that disagree about the records of one topic that the script writes itself."""

from __future__ import annotations

from typing import Final

from pipegen.errors import ProjectError
from pipegen.project.plan.table import FlinkTable
from pipegen.project.plan.topology import Output, Topic, Topology

_FAMILIES: Final = (("-json", "json"), ("avro-confluent", "avro-confluent"))
_READS_ANYTHING: Final = frozenset({"raw", None})


def refuse_disagreement(topology: Topology) -> None:
    """Refuses what could only fail while it runs; inputs are looked at where their records are made.

    Raises:
        ProjectError: two tables over one topic have formats that cannot be the same records.
    """
    parts: tuple[Topic | Output, ...] = (*topology.inner, *topology.outputs)
    for part in parts:
        kafka = [table for table in part.tables if table.is_kafka]
        for other in kafka[1:]:
            first = kafka[0]
            if None not in (one := _family(first), two := _family(other)) and one != two:
                raise ProjectError(
                    f"{first.name.table} and {other.name.table} are the one topic {', '.join(part.topics)} in two"
                    f" formats: {first.format} and {other.format}",
                    remedy="Give both tables the same format.",
                )


def _family(table: FlinkTable) -> str | None:
    """What the bytes are; None where they may be anything."""
    form = table.format
    if form in _READS_ANYTHING or form is None:
        return None
    return next((family for ending, family in _FAMILIES if form.endswith(ending)), form)
