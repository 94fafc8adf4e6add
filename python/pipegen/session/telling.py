"""What a session tells its user. The command line implements these; no session prints."""

from __future__ import annotations

from typing import Protocol

from pipegen.outputs import CapacityTrial
from pipegen.run import RunSummary
from pipegen.stack import Progress


class Teller(Protocol):
    """Hears what a session has to say."""

    @property
    def interactive(self) -> bool:
        """Whether a person sits at a terminal."""

    def say(self, text: str) -> None:
        """One line of text."""


class Display(Teller, Protocol):
    """Shows one run."""

    @property
    def progress(self) -> Progress:
        """Where a starting stack tells what it does."""

    async def follow(self) -> None:
        """Shows events until cancelled."""

    def ended(self, summary: RunSummary) -> None:
        """Shows how the run ended."""


class SearchDisplay(Protocol):
    """Shows a search for the capacity."""

    @property
    def progress(self) -> Progress:
        """Where a starting stack tells what it does."""

    def warming_up(self, rate_per_s: float) -> None:
        """A run that is not judged begins."""

    def tried(self, trial: CapacityTrial) -> None:
        """A rate was tried."""
