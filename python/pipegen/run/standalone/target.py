"""What a watcher watches: services that PipeGen did not start, and a pipeline between them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipegen.errors import SettingsError
from pipegen.snapshot.messages import Direction

NEEDS_RUN: Final = "PipeGen only watches: this needs a run of its own (`pipegen run`)"
"""Why figures are null that only a run has."""

_REMEDY = "Write it like orders=orders-in:orders-out:insert-into_orders; any part after the name may be left empty."


@dataclass(frozen=True, slots=True)
class WatchedPipeline:
    """A pipeline of somebody else's; None where a part was not named.

    Attributes:
        name: What it is called on the page.
        input_topic: Topic the job reads.
        output_topic: Topic the job writes.
        job: Name or id of the Flink job, or the beginning of its name.
    """

    name: str
    input_topic: str | None = None
    output_topic: str | None = None
    job: str | None = None

    @property
    def topics(self) -> dict[Direction, str]:
        """The topics that were named, by the way the records go."""
        both: dict[Direction, str | None] = {"in": self.input_topic, "out": self.output_topic}
        return {way: topic for way, topic in both.items() if topic is not None}

    def is_its_job(self, job_id: str, name: str) -> bool:
        """Whether a job belongs to it; every job does where none was named."""
        return self.job is None or job_id == self.job or name.startswith(self.job)


def parse_pipeline(text: str) -> WatchedPipeline:
    """A pipeline from ``NAME=input:output:job``.

    Raises:
        SettingsError: when there is no name or there are too many parts.
    """
    name, equals, rest = text.partition("=")
    # A job's name may hold colons; topics cannot.
    parts = [part.strip() or None for part in rest.split(":", 2)]
    if not name.strip() or not equals or not any(parts):
        raise SettingsError(f"--pipeline {text}: expected NAME=input:output:job", remedy=_REMEDY)
    parts += [None] * (3 - len(parts))
    return WatchedPipeline(name.strip(), *parts)


@dataclass(frozen=True, slots=True)
class WatchedServices:
    """Addresses of the services to watch; None for one that is not watched."""

    bootstrap_servers: str | None
    flink_url: str | None
    schema_registry_url: str | None
