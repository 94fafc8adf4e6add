"""The verdict as short Markdown, for the summary of a CI step: thresholds and a few figures. Writes no file."""

from __future__ import annotations

import re
from typing import Final

from pipegen.snapshot import LatencyStage, Snapshot
from pipegen.snapshot.stages import WORDS
from pipegen.units import format_count, format_latency_ms, format_percent, format_rate

_MARKS: Final = {"pass": "✅ pass", "fail": "❌ fail", "invalid": "⚠️ invalid", None: "–"}


def step_summary(snapshot: Snapshot, *, outcome: str, failure: str | None) -> str:
    """The summary of a run.

    Args:
        snapshot: Its last snapshot.
        outcome: How the run ended, in a word.
        failure: Why it failed or is incomplete.
    """
    run, verdict = snapshot.run, snapshot.verdict
    mark = _MARKS[verdict.outcome] if verdict.outcome else ("✅ " if outcome == "finished" else "❌ ") + outcome
    lines = [f"### PipeGen {_cell(run.pipeline)}: {mark}", ""]
    sentence = failure if failure is not None else snapshot.headline.text
    lines += [_cell(sentence), ""]
    if verdict.valid is False:
        lines += [*(f"- {_cell(reason)}" for reason in verdict.reasons), ""]
    if verdict.results:
        lines += ["| threshold | observed | result |", "|---|---|---|"]
        for result in verdict.results:
            seen = result.observed_text or "–"
            note = f" ({result.reason})" if result.reason else ""
            lines.append(f"| {_code(result.expression)} | {_cell(seen + note)} | {_MARKS[result.outcome]} |")
        lines.append("")
    if run.elapsed_s is not None:
        lines += [
            "| figure | value |",
            "|---|---|",
            *(f"| {name} | {_cell(value)} |" for name, value in _figures(snapshot)),
        ]
    if run.elapsed_s is not None and len(snapshot.outputs) > 1:
        lines += ["", *_outputs(snapshot)]
    return "\n".join(lines).rstrip() + "\n\n"


def _outputs(snapshot: Snapshot) -> list[str]:
    lines = ["| output | consumed | lost | duplicated | p50 | p99 |", "|---|---:|---:|---:|---:|---:|"]
    for each in snapshot.outputs:
        told = each.end_to_end
        figures = [_count(each.total), _count(each.lost), _count(each.duplicated)]
        bound = "≤ " if each.bound == "upper" and told is not None and told.count else ""
        shown = ["–", "–"] if told is None else [format_latency_ms(told.p50_ms), format_latency_ms(told.p99_ms)]
        figures += [f"{bound}{value}" for value in shown]
        lines.append(f"| {' | '.join([_cell(each.name), *figures])} |")
    return lines


def _figures(snapshot: Snapshot) -> list[tuple[str, str]]:
    producer, pipeline, latency = snapshot.producer, snapshot.pipeline, snapshot.latency
    rate = None
    if producer.sent_total is not None and snapshot.run.elapsed_s:
        rate = f" in {snapshot.run.elapsed_s:.1f} s, {format_rate(producer.sent_total / snapshot.run.elapsed_s)}"
    return [
        ("sent", f"{_count(producer.sent_total)} of {_count(snapshot.traffic.planned_total)}{rate or ''}"),
        ("delivered, refused", f"{_count(producer.total)}, {_count(producer.errors)}"),
        ("lost, duplicated", f"{_count(pipeline.lost)}, {_count(pipeline.duplicated)}"),
        ("error rate", "–" if pipeline.error_rate is None else format_percent(pipeline.error_rate)),
        (f"{WORDS['end_to_end']} p50, p95, p99{_bound(latency.end_to_end)}", _percentiles(latency.end_to_end)),
        (f"{WORDS['ack']} p50, p95, p99", _percentiles(latency.ack)),
        (f"{WORDS['generator_delay']} p50, p95, p99", _percentiles(latency.generator_delay)),
    ]


def _bound(stage: LatencyStage | None) -> str:
    return " (upper bounds)" if stage is not None and stage.bound == "upper" else ""


def _percentiles(stage: LatencyStage | None) -> str:
    if stage is None:
        return "–"
    total = stage.total
    return ", ".join(format_latency_ms(value) for value in (total.p50_ms, total.p95_ms, total.p99_ms))


def _count(count: float | None) -> str:
    return "–" if count is None else format_count(round(count))


def _cell(text: str) -> str:
    """Text that cannot break out of its cell or become markup."""
    flat = " ".join(text.split())
    return flat.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "\\`")


def _code(text: str) -> str:
    """Text as code; the fence is longer than any backquotes in it."""
    flat = " ".join(text.split()).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {flat} {fence}" if longest else f"`{flat}`"
