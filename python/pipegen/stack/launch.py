"""How one part is started: the common shape that the three service modules fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipegen.stack.parts import Part

# The JVM's own chatter in /tmp is not wanted, and a small young process starts faster without it.
QUIET_JVM = ("-XX:-UsePerfData", "-Djava.awt.headless=true")


@dataclass(frozen=True)
class Launch:
    """One process of the stack.

    Args:
        part: Which part it is.
        command: The argument list, without the marker.
        version: Of the service.
        environment: Added to ours.
        instance: What the part calls itself, where it can be told apart from one that ran before it.
        prepare: What must be done before the process starts.
    """

    part: Part
    command: tuple[str, ...]
    version: str
    environment: dict[str, str] = field(default_factory=dict)
    instance: str = ""
    prepare: Callable[[], None] = lambda: None
