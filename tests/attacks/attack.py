"""An attack by name, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipegen.stack import Endpoints

MOST_GROWTH_MB: Final = 300.0
MOST_DELAY_MS: Final = 5_000.0
"""A viewer is answered within a second where the machine is PipeGen's own; tests share it with others."""


@dataclass
class Outcome:
    """What an attack did to a process.

    Attributes:
        exit_codes: Of the processes.
        growth_mb: Of a command, the most memory that it took; of a dashboard, how much it grew at the most.
        delay_ms: The longest that a legitimate viewer waited for an answer, where there is one.
        left: What was left behind: processes, temporary files.
        wrong: What did not hold, as sentences.
    """

    exit_codes: set[int] = field(default_factory=set)
    growth_mb: float = 0.0
    delay_ms: float | None = None
    left: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def expect(self, holds: bool, sentence: str) -> None:
        """Notes what did not hold."""
        if not holds:
            self.wrong.append(sentence)

    def bounds(self) -> list[str]:
        """All that did not hold, the bounds of every attack included."""
        wrong = [*self.wrong, *(f"left behind: {each}" for each in self.left)]
        if self.growth_mb > MOST_GROWTH_MB:
            wrong.append(f"memory grew by {self.growth_mb:.0f} MB")
        if self.delay_ms is not None and self.delay_ms > MOST_DELAY_MS:
            wrong.append(f"a viewer waited {self.delay_ms:.0f} ms")
        return wrong


@dataclass(frozen=True)
class Ground:
    """Where an attack takes place.

    Attributes:
        folder: A folder of its own.
        endpoints: The services of a local stack, for attacks that need one.
    """

    folder: Path
    endpoints: Endpoints | None = None


@dataclass(frozen=True)
class Attack:
    """One row of the table.

    Attributes:
        area: What is attacked.
        tried: What is tried, in a few words.
        carry_out: Does it.
        needs_stack: Whether it needs Kafka, Flink and a registry.
    """

    area: str
    tried: str
    carry_out: Callable[[Ground], Outcome]
    needs_stack: bool = False

    def __str__(self) -> str:
        return f"{self.area}: {self.tried}"
