"""The summary of a run as it is printed at its end."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.cli.changelogs import print_changelogs
from pipegen.cli.sentences import indented
from pipegen.cli.tables import print_table
from pipegen.cli.thresholds import print_verdict
from pipegen.run import RunSummary
from pipegen.snapshot import LatencyPart, LatencyStage, Percentiles, Snapshot
from pipegen.snapshot.stages import WORDS
from pipegen.units import format_count, format_latency_ms, format_rate

_STYLE = {
    "finished": "bold green",
    "incomplete": "bold red",
    "failed": "bold red",
    "aborted": "bold red",
    "interrupted": "bold yellow",
}


def print_summary(summary: RunSummary, console: Console) -> None:
    """Prints outcome, accounts and latencies; for a failure its sentence and what to do."""
    snapshot = summary.snapshot
    console.print(
        Text.assemble(
            (f"{summary.outcome} ", _STYLE[summary.outcome]),
            (f"{summary.pipeline} ", "bold"),
            (f"run {summary.run_id}", "dim"),
            f"  {snapshot.headline.text}" if summary.failure is None else "",
        ),
        soft_wrap=True,
    )
    if summary.failure is not None:
        console.print(Text(summary.failure), soft_wrap=True)
        if summary.failure_detail:
            console.print(indented(summary.failure_detail), soft_wrap=True)
        if summary.failure_remedy:
            console.print(Text.assemble(("→ ", "bold"), summary.failure_remedy), soft_wrap=True)
    print_verdict(summary.verdict, console)
    if snapshot.run.elapsed_s is not None:
        print_table(_accounts(summary), console)
        print_table(_latencies(summary), console)
        if len(snapshot.inputs) > 1:
            print_table(_inputs(snapshot), console)
        if len(snapshot.outputs) > 1:
            print_table(_outputs(snapshot), console)
        print_changelogs(snapshot, console)
        unmeasured = snapshot.reasons.get("latency.end_to_end")
        end_to_end = snapshot.latency.end_to_end
        if unmeasured is not None:
            console.print(Text(unmeasured, style="dim"), soft_wrap=True)
        elif end_to_end is not None and end_to_end.bound_reason is not None:
            text = f"end to end is an upper bound: {end_to_end.bound_reason}"
            console.print(Text(text, style="dim"), soft_wrap=True)
    _print_traces(summary, console)
    for error in snapshot.errors:
        console.print(
            Text(f"{error.severity} in {error.component}, {format_count(error.count)} ×: {error.message}"),
            soft_wrap=True,
        )
    for sentence in summary.left_behind:
        console.print(Text(f"left behind: {sentence}", style="yellow"), soft_wrap=True)
    if summary.left_behind:
        console.print(Text.assemble(("→ ", "bold"), "pipegen clean --leftovers removes it"), soft_wrap=True)
    for sentence in summary.expiring:
        console.print(Text(f"ends by itself: {sentence}", style="dim"), soft_wrap=True)


def _print_traces(summary: RunSummary, console: Console) -> None:
    """Which outputs are timed by a trace, and how to get from the counts to the records."""
    for output in summary.snapshot.outputs:
        if output.traced_by is not None and output.traced_by.startswith("trace:"):
            text = f"{output.name} is timed by {output.traced_by}: {output.traced_reason}"
            console.print(Text(text, style="dim"), soft_wrap=True)
    kinds = dict.fromkeys(each.kind for each in summary.events.events if each.kind != "late")
    if kinds:
        words = " ".join(f"--{kind.replace('_', '-')}" for kind in kinds)
        text = f"pipegen events {summary.run_id} {words} shows the records"
        console.print(Text.assemble(("→ ", "bold"), text), soft_wrap=True)


def _inputs(snapshot: Snapshot) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("input", "loaded before", "planned", "acknowledged", "rate", "errors", "ack p50", "p99"):
        table.add_column(heading, justify="left" if heading == "input" else "right")
    for each in snapshot.inputs:
        table.add_row(
            Text(each.name),
            _known(each.loaded_total),
            format_count(each.planned_total),
            format_count(each.total),
            _mean_rate(each.total, snapshot),
            format_count(each.errors),
            *_median_and_p99(each.ack),
        )
    return table


def _outputs(snapshot: Snapshot) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("output", "consumed", "rate", "lost", "duplicated", "p50", "p99", "drain"):
        table.add_column(heading, justify="left" if heading in {"output", "drain"} else "right", overflow="fold")
    for output in snapshot.outputs:
        table.add_row(
            Text(output.name),
            format_count(output.total),
            _mean_rate(output.total, snapshot),
            _known(output.lost),
            _known(output.duplicated),
            *_median_and_p99(output.end_to_end, at_most=output.bound == "upper"),
            Text(output.drain or "–"),
        )
    return table


def _mean_rate(total: int, snapshot: Snapshot) -> str:
    """Over the load: the newest rate of a run that is over says nothing."""
    elapsed_s = snapshot.run.elapsed_s
    return format_rate(total / elapsed_s) if elapsed_s else "–"


def _median_and_p99(latency: Percentiles | None, *, at_most: bool = False) -> tuple[str, str]:
    if latency is None or latency.p50_ms is None or latency.p99_ms is None:
        return "–", "–"
    bound = "≤ " if at_most else ""
    return f"{bound}{format_latency_ms(latency.p50_ms)}", f"{bound}{format_latency_ms(latency.p99_ms)}"


def _accounts(summary: RunSummary) -> Table:
    snapshot = summary.snapshot
    elapsed_s = snapshot.run.elapsed_s or 0.0
    rate = f" in {elapsed_s:.1f} s, {format_rate(summary.sent_total / elapsed_s)}" if elapsed_s else ""
    late = snapshot.producer.late_total
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column()
    table.add_row("planned", format_count(summary.planned_total))
    table.add_row("sent", f"{format_count(summary.sent_total)}{rate}, {_known(late)} late")
    if snapshot.producer.sender == "python":
        table.add_row("sent by", f"Python, which is slower: {snapshot.producer.sender_reason}")
    table.add_row("delivered", f"{format_count(summary.delivered_total)}, {format_count(summary.failed_total)} refused")
    for fault in snapshot.faults.kinds:
        note = "" if fault.expected_out else ", not expected to come out"
        table.add_row(f"injected {fault.name}", f"{format_count(fault.injected_total)} on purpose{note}")
    table.add_row("consumed", format_count(summary.consumed_total))
    if snapshot.consumer.other_runs_total:
        others = format_count(snapshot.consumer.other_runs_total)
        table.add_row("from other runs", f"{others}, not counted")
    table.add_row("lost", _known(summary.lost, snapshot.reasons.get("pipeline.lost")))
    table.add_row("duplicated", _known(summary.duplicated, snapshot.reasons.get("pipeline.duplicated")))
    if snapshot.run.drain is not None:
        table.add_row("drain", snapshot.run.drain)
    table.add_row("data quality", _quality(snapshot))
    return table


def _quality(snapshot: Snapshot) -> str:
    """One line: the score, what was invalid, rules that are broken, anomalies."""
    quality = snapshot.data_quality
    if quality.score is None:
        return f"– ({snapshot.reasons.get('data_quality.score') or snapshot.reasons.get('data_quality')})"
    invalid = sum(topic.invalid_total for topic in (quality.output, quality.input) if topic is not None)
    parts = [f"{100 if quality.score == 100 else f'{quality.score:.2f}'} of 100", f"{format_count(invalid)} invalid"]
    if quality.rules:
        parts.append(f"{quality.rules_failed} of {len(quality.rules)} rules broken")
    if quality.anomalies_total:
        plural = "anomaly" if quality.anomalies_total == 1 else "anomalies"
        parts.append(f"{format_count(quality.anomalies_total)} {plural}")
    return ", ".join(parts)


def _latencies(summary: RunSummary) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("latency from due time")
    for heading in ("p50", "p95", "p99", "p99.9", "max"):
        table.add_column(heading, justify="right")
    latency = summary.snapshot.latency
    stages: list[tuple[str, LatencyStage | LatencyPart | None]] = [
        (WORDS["generator_delay"], latency.generator_delay),
        (WORDS["ack"], latency.ack),
        (WORDS["end_to_end"], latency.end_to_end),
    ]
    if latency.append is not None:
        wait = f"  of it: {'checkpoint and ' if latency.exactly_once else ''}{WORDS['output_wait']}"
        stages.insert(2, (WORDS["append"], latency.append))
        stages.append((wait, latency.output_wait))
    for name, stage in stages:
        if stage is None:
            table.add_row(name, "–", "–", "–", "–", "–")
            continue
        bounded = isinstance(stage, LatencyStage) and stage.bound == "upper"
        table.add_row(f"{name}, at most" if bounded else name, *_row(stage.total))
        if isinstance(stage, LatencyStage) and stage.uncorrected_total is not None:
            table.add_row(Text("  from the actual send", style="dim"), *_row(stage.uncorrected_total), style="dim")
    return table


def _row(figures: Percentiles) -> list[str]:
    return [
        format_latency_ms(value)
        for value in (figures.p50_ms, figures.p95_ms, figures.p99_ms, figures.p999_ms, figures.max_ms)
    ]


def _known(count: int | None, reason: str | None = None) -> str:
    if count is not None:
        return format_count(count)
    return f"– ({reason})" if reason else "–"
