"""What a run makes outside of itself, and how it is known again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["topic", "subject", "group", "transactional_ids", "session", "job", "stack", "sending process", "folder"]
"""``transactional_ids``: all that begin with the name; ``stack``: named by its state file; ``folder``: temporary."""

KINDS: frozenset[str] = frozenset(get_args(Kind))


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing, by the name that the run gave it before it was there.

    Attributes:
        kind: What it is.
        name: Its name, or what its name begins with.
        ids: What the service calls it, which tells it from another one of the same name; known once it is there.
        topic: The topic that it belongs to and goes with.
    """

    kind: Kind
    name: str
    ids: tuple[str, ...] = ()
    topic: str | None = None

    @property
    def key(self) -> tuple[Kind, str]:
        """What makes it one thing of its run."""
        return self.kind, self.name
