"""What PipeGen sends, from its own counters."""

from __future__ import annotations

from pipegen.run.picture.moment import Moment
from pipegen.run.picture.reading import NO_INTERVAL
from pipegen.run.progress import RunStatus
from pipegen.snapshot import Explained, ProducerMetrics, Status


def producer(moment: Moment) -> Explained[ProducerMetrics]:
    """The section."""
    status, totals, rates, state = moment.status, moment.totals, moment.rates, moment.producer
    section = ProducerMetrics(
        status=_status(status),
        status_reason="everything is sent" if status.producer_done else None,
        source="counters of this process",
        age_ms=0.0,
        rate=rates.delivered,
        total=totals.delivered,
        errors=totals.failed,
        sent_total=totals.sent,
        sent_rate_per_s=rates.sent,
        planned_total=state.planned_total,
        planned_rate_per_s=state.planned_rate_per_s,
        late_total=state.late_total,
        skipped_total=state.skipped_total,
        bytes_total=totals.sent_bytes,
        bytes_per_s=rates.sent_bytes,
        sender=status.sender,
        sender_reason=status.sender_reason,
    )
    return Explained.known(
        section,
        dict.fromkeys(("rate", "sent_rate_per_s", "bytes_per_s"), NO_INTERVAL)
        | dict.fromkeys(("planned_total", "planned_rate_per_s"), "the load has not started yet")
        | dict.fromkeys(("sender", "sender_reason"), "no sender was made yet"),
    )


def _status(run: RunStatus) -> Status:
    if run.load_start_ns is None:
        return "starting" if run.exit_code is None else "stopped"
    return "running" if run.load_end_ns is None else "stopped"
