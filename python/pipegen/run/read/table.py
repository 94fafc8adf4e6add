"""Judges the records of an output as the table that they stand for, in the formats whose rows are read."""

from __future__ import annotations

from typing import Final

from pipegen.hotpath import TableMeter
from pipegen.project.table_facts import TableFacts

_READ: Final = frozenset({"debezium-json", "canal-json", "maxwell-json", "ogg-json"})


def table_meter(facts: TableFacts | None, *, run_mark: int, counts_probes: bool) -> TableMeter | None:
    """What counts the changes of a table; None where there is none, or its format is not read.

    Args:
        facts: What is known of the table.
        run_mark: The run in the header of its records.
        counts_probes: Whether records that were sent before the load are rows of it.
    """
    if facts is None or (facts.changelog is not None and facts.changelog not in _READ):
        return None
    if facts.changelog is None:
        return TableMeter(run=run_mark, counts_probes=counts_probes)
    return TableMeter(facts.changelog, key=facts.key, run=run_mark, counts_probes=counts_probes)
