"""PipeGen's own readers of the outputs together, from their counters and from Kafka's view of their groups."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.observe import KafkaReading
from pipegen.run.picture.group import group_figures, group_reasons, groups_together
from pipegen.run.picture.moment import Moment
from pipegen.run.picture.outputs import NO_END
from pipegen.run.picture.reading import NO_INTERVAL
from pipegen.run.progress import RunStatus
from pipegen.snapshot import ConsumerMetrics, Explained, Status


def consumer(moment: Moment, *, group_ids: Sequence[str]) -> Explained[ConsumerMetrics]:
    """The section.

    Args:
        moment: What was measured.
        group_ids: The readers' consumer groups.
    """
    totals = moment.totals
    group = groups_together(moment.kafka, group_ids)
    # The lag from our own positions is newer than the one from committed offsets.
    figures = group_figures(group) | {"lag": _lag(moment.kafka.value)}
    section = ConsumerMetrics(
        status=_status(moment.status),
        status_reason=None,
        source="counters of this process; lag: offsets of committed records less our positions",
        age_ms=0.0,
        rate=moment.rates.consumed,
        **figures,
        total=totals.consumed,
        other_runs_total=totals.other_runs,
        errors=totals.undecodable,
        unchecked=moment.status.unchecked_total,
        bytes_total=totals.consumed_bytes,
    )
    own = {"rate": NO_INTERVAL, "lag": NO_END}
    return Explained.known(section, group_reasons(group) | own)


def _lag(kafka: KafkaReading | None) -> int | None:
    return None if kafka is None or kafka.output is None else kafka.output.lag


def _status(run: RunStatus) -> Status:
    if run.phase == "starting":
        return "starting"
    return "stopped" if run.drained or run.exit_code is not None else "running"
