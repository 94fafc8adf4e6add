"""The words that a setting and its option on the command line choose from.

They stand apart from the models of the settings, so that help and shell completion need no pydantic.
"""

from __future__ import annotations

from typing import Literal

ArrivalKind = Literal["uniform", "poisson"]
FeedMode = Literal["kafka", "filesystem"]
LatencySource = Literal["header", "trace", "timestamp"]
SenderChoice = Literal["auto", "native", "python"]
Shape = Literal["one_to_one", "filter", "aggregate"]
StackKind = Literal["auto", "local", "docker", "none"]
StartedStack = Literal["auto", "local", "docker"]
"""The stacks that PipeGen starts."""
ValueFormat = Literal["avro", "json"]
