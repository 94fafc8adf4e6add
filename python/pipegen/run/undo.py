"""What has to be put away when a run ends, whatever ended it: each step adds its own as soon as there is any."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Undo:
    """Both stacks are unwound from the newest to the oldest; the first one before the second.

    Attributes:
        activity: Threads, tasks, processes and temporary files; stopped before the verdict, which needs final figures.
        services: What the run made on the services, and its connections to them; after the last snapshot.
        left: A sentence for each thing that could not be taken away.
    """

    activity: AsyncExitStack = field(default_factory=AsyncExitStack)
    services: AsyncExitStack = field(default_factory=AsyncExitStack)
    left: list[str] = field(default_factory=list)
