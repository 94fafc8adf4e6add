"""Whether a run can tell what it sent from what was in its input topic before. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.project import Project


def older_records(project: Project, topic: str, start_offsets: Mapping[int, int]) -> str | None:
    """What to warn of; None where the run's own records can be told apart, or there are no others.

    Args:
        project: The project, whose SQL reads the topic.
        topic: The input topic.
        start_offsets: Where each of its partitions ended before the run.
    """
    by_header = project.latency_source in {"header", "timestamp"}
    if by_header or not project.reads_from_beginning or not any(start_offsets.values()):
        return None
    return (
        f"records were written to {topic} before this run, the source reads them too, and nothing in the output "
        "tells which run a record is of"
    )
