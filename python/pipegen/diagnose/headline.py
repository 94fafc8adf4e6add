"""The one sentence about a run, made from its figures alone: what holds, since when it does not, and the evidence."""

from __future__ import annotations

from datetime import datetime

from pipegen.snapshot import (
    Cause,
    ErrorEntry,
    FlinkMetrics,
    Headline,
    Latency,
    Level,
    PipelineMetrics,
    ProducerMetrics,
    RunState,
    ThresholdResult,
    Verdict,
)
from pipegen.snapshot.limits import JOB_BUSY_RATIO, LAG_S, RATE_DEVIATION
from pipegen.snapshot.stages import WORDS
from pipegen.units import format_count, format_latency_ms, format_rate

_RECENT_S = 15.0
_GRAVE = {"kafka_down", "kafka_leaderless", "flink_down", "no_task_manager", "job_failing"}


def headline(
    *,
    run: RunState,
    failure: str | None,
    remedy: str | None = None,
    producer: ProducerMetrics,
    flink: FlinkMetrics,
    pipeline: PipelineMetrics,
    latency: Latency,
    errors: list[ErrorEntry],
    cause: Cause,
    now_s: float,
) -> Headline:
    """The sentence for this moment; what explains it comes first, because it says most."""
    if run.phase == "failed":
        return Headline(level="error", text="The run failed.", detail=_with_remedy(failure, remedy))
    if run.phase == "interrupted" and failure is not None:
        return Headline(level="error", text=f"{failure[:1].upper()}{failure[1:]}.", detail=_account(producer, pipeline))
    if run.phase == "interrupted":
        return Headline(level="warning", text="The run was interrupted.", detail=_account(producer, pipeline))
    if run.phase == "finished":
        return _finished(run, producer, pipeline)
    if run.phase in {"starting", "probing"}:
        return Headline(level="unknown", text=f"Starting: {run.step}.")
    if cause.state == "found":
        level: Level = "error" if cause.kind in _GRAVE else "warning"
        return Headline(level=level, text=cause.text, detail=_joined(cause.evidence))
    worst = next((entry for entry in errors if entry.severity == "critical" and _is_recent(entry, now_s)), None)
    if worst is not None:
        detail = " ".join(part for part in (worst.suggestion, worst.remedy) if part) or None
        return Headline(level="error", text=f"{_NAMES[worst.component]}: {worst.message}", detail=detail)
    if flink.job_state not in {None, "RUNNING"} and not (flink.job_state == "FINISHED" and run.phase == "draining"):
        return Headline(level="error", text=f"The Flink job is {flink.job_state}.", detail=flink.root_exception)
    if run.phase == "draining":
        waiting = run.drain or "waiting for the last records"
        return Headline(level="ok", text=f"All sent; {waiting}.", detail=_account(producer, pipeline))
    if cause.state == "unknown":
        return Headline(level="warning", text=cause.text, detail=_joined(cause.evidence))
    return _running(producer, flink, pipeline, latency)


def _with_remedy(failure: str | None, remedy: str | None) -> str | None:
    return failure if failure is None or remedy is None else f"{failure} → {remedy}"


def _joined(evidence: list[str]) -> str | None:
    return "; ".join(evidence) + "." if evidence else None


def _is_recent(entry: ErrorEntry, now_s: float) -> bool:
    """An error that is over colours the sentence no longer; it stays in the list."""
    return now_s - datetime.fromisoformat(entry.last_at).timestamp() <= _RECENT_S


_NAMES = {
    "producer": "Producer",
    "kafka": "Kafka",
    "flink": "Flink",
    "output": "Output",
    "consumer": "Consumer",
    "registry": "Schema registry",
    "system": "System",
    "pipegen": "PipeGen",
}


def _running(producer: ProducerMetrics, flink: FlinkMetrics, pipeline: PipelineMetrics, latency: Latency) -> Headline:
    planned, sent = producer.planned_total, producer.sent_total
    delay = latency.generator_delay.interval.p99_ms
    if planned and sent is not None and planned > 100 and sent < planned * (1 - RATE_DEVIATION.amber_above):
        return Headline(
            level="warning",
            text="PipeGen is behind its plan.",
            detail=f"{format_count(sent)} of {format_count(round(planned))} due records sent; "
            f"{WORDS['generator_delay']} p99 {format_latency_ms(delay)}.",
        )
    if producer.errors:
        return Headline(level="warning", text=f"{format_count(producer.errors)} records were refused by Kafka.")
    evidence = _evidence(producer, pipeline, latency)
    if flink.backpressure_level == "high":
        return Headline(level="warning", text="Flink holds back its source: back-pressure is high.", detail=evidence)
    if flink.busy_ratio is not None and flink.busy_ratio >= JOB_BUSY_RATIO:
        return Headline(level="warning", text=f"Keeping up, but Flink is busy {flink.busy_ratio:.2f}.", detail=evidence)
    if pipeline.lag_s is not None and pipeline.lag_s > LAG_S.amber_above:
        return Headline(level="warning", text=f"The pipeline is {pipeline.lag_s:.0f} s behind.", detail=evidence)
    return Headline(level="ok", text="Healthy: the pipeline keeps up with the plan.", detail=evidence)


def _evidence(producer: ProducerMetrics, pipeline: PipelineMetrics, latency: Latency) -> str:
    parts = [f"{format_rate(producer.rate)} against {format_rate(producer.planned_rate_per_s)} planned"]
    if latency.end_to_end is not None and latency.end_to_end.interval.count:
        parts.append(f"end-to-end p99 {format_latency_ms(latency.end_to_end.interval.p99_ms)}")
    if pipeline.lag is not None:
        parts.append(f"{format_count(pipeline.lag)} records under way")
    return ", ".join(parts) + "."


def _finished(run: RunState, producer: ProducerMetrics, pipeline: PipelineMetrics) -> Headline:
    problems = []
    if pipeline.lost:
        problems.append(f"{format_count(pipeline.lost)} records lost")
    if pipeline.duplicated:
        problems.append(f"{format_count(pipeline.duplicated)} duplicated")
    if producer.errors:
        problems.append(f"{format_count(producer.errors)} refused by Kafka")
    if problems:
        return Headline(
            level="warning", text=f"Finished with {', '.join(problems)}.", detail=_account(producer, pipeline)
        )
    known = "; every record is accounted for" if pipeline.lost is not None else ""
    how = f" Drained: {run.drain}." if run.drain else ""
    return Headline(level="ok", text=f"Finished{known}.", detail=f"{_account(producer, pipeline)}{how}")


def _account(producer: ProducerMetrics, pipeline: PipelineMetrics) -> str:
    parts = [f"{format_count(producer.total or 0)} delivered"]
    if pipeline.lost is not None:
        parts.append(f"{format_count(pipeline.lost)} lost")
    if pipeline.duplicated is not None:
        parts.append(f"{format_count(pipeline.duplicated)} duplicated")
    return ", ".join(parts) + "."


def judged(headline: Headline, verdict: Verdict, failure: str | None = None) -> Headline:
    """The sentence of a run that has been judged for good: what it was run for comes first.

    Args:
        headline: The sentence without the verdict.
        verdict: The verdict.
        failure: Why the run failed or is incomplete. An incomplete run fails by this, whatever its thresholds say.
    """
    results = verdict.results
    if not verdict.final or verdict.outcome is None:
        return headline
    every = "the threshold holds" if len(results) == 1 else f"all {len(results)} thresholds hold"
    broken = [result for result in results if result.outcome != "pass"]
    count, first = _broken(broken, len(results)) if broken else (every, None)
    if failure is not None and verdict.outcome == "fail" and verdict.reasons[:1] == [failure]:
        thresholds = ": ".join(part for part in (count.capitalize(), first) if part) if results else None
        return Headline(level="error", text=f"Failed: {failure}.", detail=f"{thresholds}." if thresholds else None)
    if not results:
        return headline
    before = " ".join(part for part in (headline.text, headline.detail) if part)
    if verdict.outcome == "pass":
        return Headline(level=headline.level, text=f"Passed: {every}.", detail=before)
    if verdict.outcome == "invalid":
        return Headline(level="warning", text=f"Invalid: {verdict.reasons[0]}.", detail=before)
    return Headline(level="error", text=f"Failed: {count}.", detail=f"{first}. {before}" if first else before)


def _broken(broken: list[ThresholdResult], total: int) -> tuple[str, str]:
    """How many thresholds do not hold, and the first of them with what was observed."""
    fails = "fails" if len(broken) == 1 else "fail"
    count = "the threshold fails" if total == 1 else f"{len(broken)} of {total} thresholds {fails}"
    return count, f"{broken[0].expression}: {broken[0].observed_text or broken[0].reason}"
