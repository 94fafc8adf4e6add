"""A statement as planning has found it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipegen.project.plan.compose import SinkPlan
from pipegen.project.plan.statement import Statement
from pipegen.project.plan.table import FlinkTable

TEMPORARY: Final = " TEMPORARY"
"""Goes behind CREATE where a catalog would keep what is made for longer than the session."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A statement and what Flink says of it.

    Attributes:
        statement: As the user wrote it.
        tables: The tables that its jobs read or write, as they were at that moment, without the options of hints.
        sinks: What it writes.
        temporary: Whether it is run as CREATE TEMPORARY.
        rows: The columns of a bare query, or of that of a CREATE TABLE … AS, and their types.
        held_back: What it would change outside the run, which is why it is not run; None if it is run.
    """

    statement: Statement
    tables: tuple[FlinkTable, ...] = ()
    sinks: tuple[SinkPlan, ...] = ()
    temporary: bool = False
    rows: Mapping[str, str] | None = None
    held_back: str | None = None

    @property
    def in_batch(self) -> bool:
        """Whether its jobs run in batch mode, which takes no source without an end."""
        return any(sink.config.get("execution.runtime-mode", "").lower() == "batch" for sink in self.sinks)

    @property
    def rewritten(self) -> bool:
        """Whether rows that it writes are written again or taken back."""
        return any(change != "I" for sink in self.sinks for change in sink.changes)
