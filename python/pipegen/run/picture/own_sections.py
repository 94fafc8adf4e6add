"""The sections of a snapshot about PipeGen's own parts: producer and consumer. One function each."""

from __future__ import annotations

from dataclasses import dataclass

from pipegen.hotpath import Totals
from pipegen.observe import KafkaReading, Reading
from pipegen.run.picture.service_sections import NO_INTERVAL as _NO_INTERVAL
from pipegen.run.picture.service_sections import explain, group_of, group_reasons
from pipegen.run.progress import RunStatus
from pipegen.snapshot import ConsumerMetrics, ProducerMetrics, Status

_OWN_SOURCE = "counters of this process"


@dataclass(frozen=True, slots=True)
class ProducerState:
    """What the pacer says at one moment."""

    planned_total: int | None
    planned_rate_per_s: float | None
    late_total: int
    skipped_total: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Growth of our own counters per second since the snapshot before; None at the first."""

    sent: float | None
    sent_bytes: float | None
    delivered: float | None
    consumed: float | None


def producer(
    state: ProducerState, totals: Totals, rates: Rates, standing: RunStatus, reasons: dict[str, str]
) -> ProducerMetrics:
    """What we send."""
    status: Status = "running"
    if standing.load_start_ns is None:
        status = "starting" if standing.exit_code is None else "stopped"
        reasons["producer.planned_total"] = reasons["producer.planned_rate_per_s"] = "the load has not started yet"
    elif standing.load_end_ns is not None:
        status = "stopped"
    if standing.sender is None:
        reasons["producer.sender"] = reasons["producer.sender_reason"] = "no sender was made yet"
    for name, rate in (("rate", rates.delivered), ("sent_rate_per_s", rates.sent), ("bytes_per_s", rates.sent_bytes)):
        if rate is None:
            reasons[f"producer.{name}"] = _NO_INTERVAL
    return ProducerMetrics(
        status=status,
        status_reason="everything is sent" if standing.producer_done else None,
        source=_OWN_SOURCE,
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
        sender=standing.sender,
        sender_reason=standing.sender_reason,
    )


def consumer(
    reading: Reading[KafkaReading],
    totals: Totals,
    rates: Rates,
    standing: RunStatus,
    reasons: dict[str, str],
    *,
    group_id: str | None = None,
) -> ConsumerMetrics:
    """Our own reader of the output topic."""
    lag = reading.value.output.lag if reading.value and reading.value.output else None
    if rates.consumed is None:
        reasons["consumer.rate"] = _NO_INTERVAL
    if lag is None:
        reasons["consumer.lag"] = "the end of the output topic is not known yet"
    status: Status = "running"
    if standing.phase == "starting":
        status = "starting"
    elif standing.drained or standing.exit_code is not None:
        status = "stopped"
    group = group_of(reading, group_id)
    metrics = ConsumerMetrics(
        status=status,
        status_reason=None,
        source=f"{_OWN_SOURCE}; lag: end offsets less our positions",
        age_ms=0.0,
        rate=rates.consumed,
        lag=lag,
        lag_s=group.lag_s if group else None,
        lag_trend_per_s=group.lag_trend_per_s if group else None,
        commit_rate_per_s=group.commit_rate_per_s if group else None,
        verdict=group.verdict if group else None,
        total=totals.consumed,
        errors=totals.undecodable,
        unchecked=standing.unchecked_total,
        bytes_total=totals.consumed_bytes,
    )
    explain("consumer", metrics, group_reasons(group), reasons)
    return metrics
