"""Several followed dashboards as one: counts are summed, percentiles come from merged histograms. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce

from pipegen.dashboard.source import Source
from pipegen.hotpath import HistogramSnapshot
from pipegen.snapshot import Headline, LatencyStage, Snapshot
from pipegen.snapshot.percentiles import percentiles
from pipegen.snapshot.together import (
    ConsumerSum,
    KafkaSum,
    MergedLatency,
    MergedStage,
    PipelineView,
    ProducerSum,
    Together,
)
from pipegen.units import format_count

_WORST = {"error": 3, "warning": 2, "unknown": 1, "ok": 0}


def put_together(sequence: int, sources: Sequence[Source], update_interval_ms: float) -> Together:
    """All pipelines at this moment: rates of those that answer, totals and histograms of all, as last heard of."""
    up = [source.snapshot for source in sources if source.up and source.snapshot is not None]
    known = [source.snapshot for source in sources if source.snapshot is not None]
    reasons: dict[str, str] = {}
    delivered, failed = _known_sum(s.producer.total for s in known), _known_sum(s.producer.errors for s in known)
    attempted = (delivered or 0) + (failed or 0)
    rates = {
        "producer.rate": _sum(s.producer.rate for s in up),
        "producer.planned_rate_per_s": _sum(s.producer.planned_rate_per_s for s in up),
        "consumer.rate": _sum(s.consumer.rate for s in up),
        "consumer.lag": _sum(s.consumer.lag for s in up),
    }
    for path, value in rates.items():
        if value is None:
            reasons[path] = "a pipeline does not know its own yet" if up else "no pipeline answers"
    single = up[0].kafka if len(sources) == 1 and up else None
    if single is None:
        reasons["kafka"] = "several pipelines may share a cluster: its topics would be counted twice"
    if attempted == 0:
        reasons["error_rate"] = "no record was acknowledged or refused yet"
    lag = rates["consumer.lag"]
    return Together(
        sequence=sequence,
        timestamp=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        headline=_headline(sources),
        producer=ProducerSum(
            rate=rates["producer.rate"],
            planned_rate_per_s=rates["producer.planned_rate_per_s"],
            total=delivered,
            errors=failed,
        ),
        consumer=ConsumerSum(
            rate=rates["consumer.rate"],
            lag=None if lag is None else int(lag),
            total=_known_sum(s.consumer.total for s in known),
        ),
        kafka=KafkaSum(
            topics=single.topics if single else None,
            partitions=single.partitions if single else None,
            brokers=single.brokers if single else None,
        ),
        latency=MergedLatency(ack=_stage(sources, "ack"), end_to_end=_stage(sources, "end_to_end")),
        error_rate=(failed or 0) / attempted if attempted else None,
        pipelines=[_view(source) for source in sources],
        update_interval_ms=update_interval_ms,
        reasons=reasons,
    )


def _sum(values: Iterable[float | None]) -> float | None:
    found = list(values)
    return None if not found or None in found else sum(value for value in found if value is not None)


def _known_sum(values: Iterable[int | None]) -> int | None:
    """The sum of what is known: a pipeline that only watches has no producer of its own."""
    found = [value for value in values if value is not None]
    return sum(found) if found else None


def _headline(sources: Sequence[Source]) -> Headline:
    down = [source for source in sources if not source.up and not source.waiting]
    if down:
        names = ", ".join(_name(source) for source in down)
        text = f"{len(down)} of {len(sources)} pipelines are down: {names}."
        if len(down) == 1:
            text = f"{names} is down; {len(sources) - 1} of {len(sources)} pipelines answer."
        return Headline(level="error", text=text, detail="; ".join(f"{s.url}: {s.failure}" for s in down))
    told = [source.snapshot for source in sources if source.snapshot is not None]
    if not told:
        return Headline(level="unknown", text="Waiting for the first figures of the pipelines.", detail=None)
    worst = max(told, key=lambda snapshot: _WORST[snapshot.headline.level])
    if worst.headline.level in {"ok", "unknown"}:
        records = format_count(sum(snapshot.producer.total or 0 for snapshot in told))
        every = {1: "The pipeline is", 2: "Both pipelines are"}.get(len(sources), f"All {len(sources)} pipelines are")
        text = f"{every} well." if worst.headline.level == "ok" else "Pipelines are starting."
        return Headline(level=worst.headline.level, text=text, detail=f"{records} records delivered together.")
    return Headline(
        level=worst.headline.level, text=f"{worst.run.pipeline}: {worst.headline.text}", detail=worst.headline.detail
    )


def _stage(sources: Sequence[Source], stage: str) -> MergedStage:
    seconds = [set(source.intervals) for source in sources if source.up and source.intervals]
    common = max(set.intersection(*seconds), default=None) if seconds else None
    newest = [] if common is None else [source.intervals[common] for source in sources if common in source.intervals]
    return MergedStage(
        interval=percentiles(_merge(newest, stage)),
        total=percentiles(_merge([source.totals for source in sources], stage)),
        bound="upper" if any(_is_bound(source, stage) for source in sources) else None,
    )


def _is_bound(source: Source, stage: str) -> bool:
    found = None if source.snapshot is None else getattr(source.snapshot.latency, stage)
    return isinstance(found, LatencyStage) and found.bound == "upper"


def _merge(stages: Iterable[Mapping[str, HistogramSnapshot]], stage: str) -> HistogramSnapshot:
    found = (histograms[stage] for histograms in stages if stage in histograms)
    return reduce(lambda one, other: one.merge(other), found, HistogramSnapshot.empty())


def _name(source: Source) -> str:
    return source.url if source.snapshot is None else source.snapshot.run.pipeline


def _view(source: Source) -> PipelineView:
    snapshot: Snapshot | None = source.snapshot
    stage = None if snapshot is None else snapshot.latency.end_to_end
    return PipelineView(
        name=_name(source),
        url=source.url,
        status="up" if source.up else "waiting" if source.waiting else "down",
        reason=source.failure,
        age_ms=source.age_ms(),
        run_id=snapshot.run.id if snapshot else None,
        phase=snapshot.run.phase if snapshot else None,
        elapsed_s=snapshot.run.elapsed_s if snapshot else None,
        duration_s=snapshot.run.duration_s if snapshot else None,
        headline=snapshot.headline if snapshot else None,
        producer_rate=snapshot.producer.rate if snapshot else None,
        planned_rate_per_s=snapshot.producer.planned_rate_per_s if snapshot else None,
        producer_total=snapshot.producer.total if snapshot else None,
        producer_errors=snapshot.producer.errors if snapshot else None,
        consumer_rate=snapshot.consumer.rate if snapshot else None,
        consumer_total=snapshot.consumer.total if snapshot else None,
        consumer_lag=snapshot.consumer.lag if snapshot else None,
        lag_s=snapshot.pipeline.lag_s if snapshot else None,
        error_rate=snapshot.pipeline.error_rate if snapshot else None,
        end_to_end=stage.interval if stage else None,
    )
