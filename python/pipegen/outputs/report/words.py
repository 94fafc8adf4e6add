"""The executive summary in plain words: verdict, validity, one paragraph. Every word follows from a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipegen.outputs.report.cells import reason
from pipegen.outputs.report.data import EndingKind, ReportData
from pipegen.snapshot import Snapshot
from pipegen.snapshot.health import OUTCOME_HEALTH, Health
from pipegen.snapshot.limits import LATE_MS
from pipegen.snapshot.percentiles import percentile_ms
from pipegen.units import format_clock, format_count, format_latency_ms, format_rate, format_seconds

_ENDINGS: Final[dict[EndingKind, tuple[str, Health]]] = {
    "finished": ("Finished", "ok"),
    "incomplete": ("Incomplete", "error"),
    "failed": ("Failed", "error"),
    "interrupted": ("Interrupted", "warning"),
    "running": ("Running", "busy"),
    "cut_off": ("Cut off", "warning"),
    "empty": ("Nothing recorded", "unknown"),
}
_VERDICTS: Final = {"pass": "Pass", "fail": "Fail", "invalid": "Invalid"}


@dataclass(frozen=True, slots=True)
class Summary:
    """The cover of a report.

    Attributes:
        word: The verdict, or how the run ended where there is none.
        health: Its colour and shape.
        sentence: The one sentence.
        paragraph: The run in plain words.
        validity: Whether the figures can be trusted, and why.
        validity_health: Colour and shape of that.
        reasons: Why the verdict is what it is.
    """

    word: str
    health: Health
    sentence: str
    paragraph: str
    validity: str
    validity_health: Health
    reasons: tuple[str, ...]


def summarise(data: ReportData) -> Summary:
    """The cover."""
    snapshot = data.snapshot
    word, health = _ENDINGS[data.ending.kind]
    verdict = snapshot.verdict if snapshot is not None else None
    # While a run goes on, or where it was cut off, a verdict may still have changed: its reasons stand below.
    if verdict is not None and verdict.outcome is not None and verdict.final:
        word, health = _VERDICTS[verdict.outcome], OUTCOME_HEALTH[verdict.outcome]
    validity, validity_health = _validity(snapshot)
    return Summary(
        word=word,
        health=health,
        sentence=_sentence(data),
        paragraph=" ".join(_sentences(data)),
        validity=validity,
        validity_health=validity_health,
        # Without thresholds the section of thresholds says so.
        reasons=tuple(verdict.reasons) if verdict is not None and (verdict.results or verdict.outcome) else (),
    )


def _sentence(data: ReportData) -> str:
    if data.ending.failure:
        return data.ending.failure
    if data.snapshot is None:
        return "The run ended before the first figures were taken."
    if data.ending.kind == "cut_off":
        return f"The recording ends in the middle: {data.snapshot.headline.text}"
    return data.snapshot.headline.text


def _validity(snapshot: Snapshot | None) -> tuple[str, Health]:
    if snapshot is None:
        return "There are no figures to trust or to doubt.", "unknown"
    valid = snapshot.verdict.valid
    if valid is None:
        return "Whether the figures can be trusted was not judged.", "unknown"
    if valid:
        return "Valid: the generator kept to its plan, so the figures are those of the pipeline.", "ok"
    return "Invalid: the figures say more about the generator than about the pipeline.", "warning"


def _sentences(data: ReportData) -> list[str]:
    snapshot = data.snapshot
    if snapshot is None:
        return ["PipeGen was started with what stands below, and ended before it had taken a figure."]
    if snapshot.producer.total is None and snapshot.consumer.total is None:
        return [f"Of {snapshot.run.pipeline} only the services were watched; PipeGen sent and read nothing."]
    if snapshot.run.elapsed_s is None:
        return ["The run did not get as far as its load: no record was sent."]
    return [
        sentence
        for sentence in (
            _load(snapshot),
            _way(snapshot),
            _other_runs(snapshot),
            _drain(snapshot),
            _latency(snapshot),
            _generator(snapshot),
            _worst_phase(data),
            _cause(snapshot),
            _errors(snapshot),
        )
        if sentence
    ]


def _load(snapshot: Snapshot) -> str:
    producer, traffic, run = snapshot.producer, snapshot.traffic, snapshot.run
    sent = format_count(producer.sent_total or 0)
    lowest = min((phase.min_rate_per_s for phase in traffic.phases), default=traffic.base_rate_per_s)
    highest = max((phase.max_rate_per_s for phase in traffic.phases), default=traffic.base_rate_per_s)
    plan = format_rate(highest) if lowest == highest else f"{format_rate(lowest)} to {format_rate(highest)}"
    planned_s = min(run.elapsed_s or 0.0, run.duration_s)
    refused = producer.errors or 0
    taken = "Kafka acknowledged every one." if refused == 0 else f"Kafka refused {format_count(refused)}."
    if refused == 0 and producer.total != producer.sent_total:
        taken = f"Kafka acknowledged {format_count(producer.total or 0)}."
    return f"PipeGen sent {sent} records in {format_seconds(planned_s)}, planned at {plan}; {_lower(taken)}"


def _way(snapshot: Snapshot) -> str:
    pipeline, consumed = snapshot.pipeline, snapshot.consumer.total
    if consumed is None:
        return ""
    told = f"{format_count(consumed)} came out of the pipeline"
    if pipeline.lost is None:
        why = reason(snapshot, "pipeline.lost")
        return f"{told}; how many were lost is not known{_because(why)}."
    lost = "none was lost" if pipeline.lost == 0 else f"{format_count(pipeline.lost)} were lost"
    if pipeline.duplicated is None:
        return f"{told}; {lost}."
    twice = (
        "none was duplicated" if pipeline.duplicated == 0 else f"{format_count(pipeline.duplicated)} were duplicated"
    )
    return f"{told}; {lost} and {twice}."


def _drain(snapshot: Snapshot) -> str:
    told = snapshot.run.drain
    return "" if told is None else f"The end: {told}."


def _other_runs(snapshot: Snapshot) -> str:
    others = snapshot.consumer.other_runs_total
    return f"{format_count(others)} records of another run came out as well; they count for nothing." if others else ""


def _latency(snapshot: Snapshot) -> str:
    stage = snapshot.latency.end_to_end
    if stage is None:
        why = reason(snapshot, "latency.end_to_end")
        return f"End-to-end latency is not known{_because(why)}."
    total = stage.total
    if total.p50_ms is None or total.p99_ms is None or total.max_ms is None:
        return ""
    told = (
        f"Half of the records came out within {format_latency_ms(total.p50_ms)} of the moment they were due, 99 %"
        f" within {format_latency_ms(total.p99_ms)}; the slowest took {format_latency_ms(total.max_ms)}."
    )
    return told if stage.bound_reason is None else f"{told} These are upper bounds: {stage.bound_reason}."


def _generator(snapshot: Snapshot) -> str:
    delay = snapshot.latency.generator_delay.total.p99_ms
    sent, late = snapshot.producer.sent_total, snapshot.producer.late_total
    if delay is None or not sent:
        return ""
    share = "" if late is None else f"; {format_count(late) if late else 'none'} left more than {LATE_MS} ms late"
    return f"The generator itself sent 99 % of them within {format_latency_ms(delay)} of their due time{share}."


def _worst_phase(data: ReportData) -> str:
    if len(data.phases) < 2:
        return ""
    measured = [(phase, p99) for phase in data.phases if (p99 := percentile_ms(phase.latency, 99)) is not None]
    if not measured:
        return ""
    worst, p99_ms = max(measured, key=lambda item: item[1])
    plan = worst.plan
    when = f"{format_clock(plan.start_s)} – {format_clock(plan.end_s)}"
    text = f"Latency was highest in {plan.name} ({when}), with a p99 of {format_latency_ms(p99_ms)}"
    if worst.recovery_s is not None:
        text += f"; {format_seconds(worst.recovery_s)} after it the lag was back where it had been"
    return f"{text}."


def _cause(snapshot: Snapshot) -> str:
    return f"{snapshot.cause.text.rstrip('.')}." if snapshot.cause.state == "found" else ""


def _errors(snapshot: Snapshot) -> str:
    kinds = len(snapshot.errors)
    if kinds == 0:
        return "No error was seen."
    total = format_count(sum(error.count for error in snapshot.errors))
    return f"{total} errors of {kinds} kinds were seen." if kinds > 1 else f"One kind of error was seen, {total} times."


def _because(why: str | None) -> str:
    return f" ({why.rstrip('.')})" if why else ""


def _lower(sentence: str) -> str:
    # "Kafka" keeps its capital.
    return sentence if sentence.startswith("Kafka") else sentence[:1].lower() + sentence[1:]
