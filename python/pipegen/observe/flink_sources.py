"""The sources of the jobs, and which of them read the pipeline's input. Pure.

Flink names a source's metrics after its table and, for Kafka, after each topic it reads. A source may be chained with
the operators behind it, so that its vertex carries their names as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_TOPIC: Final = re.compile(r"\.KafkaSourceReader\.topic\.(.+)\.partition\.\d+\.")
_SOURCE: Final = re.compile(r"^Source: (?:KafkaSource-)?(.+?)(?:\[\d+\])?$")
_LONG_NAME: Final = re.compile(r"table=\[\[([^\]]+)\]")
_REPLACED: Final = re.compile(r"[ .:,]")


@dataclass(frozen=True, slots=True)
class PipelineSources:
    """What the sources of the pipeline read: its input, and what it writes and reads itself on the way.

    Attributes:
        topics: Their topics.
        tables: Names of their tables, for sources that no topic tells of.
        inputs: Those of the topics that the load is sent to: the others are between the pipeline's own jobs.
    """

    topics: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    inputs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source of a job.

    Attributes:
        name: Name of its table.
        state: Flink's state of its vertex.
        pending: Records it has not read; None where Flink does not say.
        of_pipeline: Whether it reads the pipeline's input; None where that is not known.
        has_watermark: Whether it has brought a watermark.
        records: Records it has read; None where Flink does not say.
    """

    name: str
    state: str
    pending: int | None
    of_pipeline: bool | None
    has_watermark: bool = False
    records: int | None = 0


def topics_in(metric_names: Iterable[str]) -> frozenset[str]:
    """The topics that a vertex reads, as Flink writes them in names of metrics."""
    return frozenset(found.group(1) for name in metric_names if (found := _TOPIC.search(name)) is not None)


def source_name(vertex_name: str) -> str | None:
    """The table that a vertex reads; None for a vertex that is no source."""
    found = _SOURCE.match(vertex_name.split(" -> ", maxsplit=1)[0])
    if found is None:
        return None
    long = _LONG_NAME.search(found.group(1))
    return (long.group(1) if long is not None else found.group(1)).rpartition(".")[2].rpartition(",")[2].strip()


def belongs(name: str, topics: frozenset[str], pipeline: PipelineSources) -> bool | None:
    """Whether a source reads the pipeline's input.

    Args:
        name: Name of its table.
        topics: Topics it reads, as Flink writes them; empty where it has not said so.
        pipeline: What the pipeline's sources read.
    """
    if topics and pipeline.topics:
        return _among(topics, pipeline.topics)
    return name in pipeline.tables if pipeline.tables else None


def reads_inputs(name: str, topics: frozenset[str], pipeline: PipelineSources) -> bool:
    """Whether what a source has read counts as input of the pipeline: not what its own jobs have written between.

    Arguments are those of :func:`belongs`. Where nothing is known it counts.
    """
    if topics and pipeline.inputs:
        return _among(topics, pipeline.inputs)
    return belongs(name, topics, pipeline) is not False


def _among(written: frozenset[str], topics: frozenset[str]) -> bool:
    """Whether one of the topics is among those that Flink has written in names of metrics."""
    return not written.isdisjoint(_REPLACED.sub("_", topic) for topic in topics)


def pending_of(sources: Iterable[SourceState]) -> int | None:
    """Records that the pipeline's sources have not read; of all sources where none is known to be the pipeline's."""
    every = list(sources)
    ours = [source for source in every if source.of_pipeline]
    told = [source.pending for source in ours or every if source.pending is not None]
    return sum(told) if told else None
