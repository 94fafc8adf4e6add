"""Thresholds at the terminal: the list of metrics, and how each threshold ended."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipegen.cli.tables import print_table
from pipegen.cli.terminal import Terminal
from pipegen.gates import metric_catalogue, part_catalogue
from pipegen.snapshot import Verdict
from pipegen.snapshot.parts import PART_KINDS

_STYLE = {"pass": "bold green", "fail": "bold red", "invalid": "bold yellow", None: "dim"}
_MARK = {"pass": "✓", "fail": "✗", None: "–"}


def print_metrics() -> None:
    """Prints every metric that a threshold can be set on."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("metric", no_wrap=True)
    table.add_column("unit")
    table.add_column("summed up as, the default first")
    table.add_column("meaning", overflow="fold")
    of_parts = [
        replace(metric, name=f"{kind}.NAME.{metric.name}")
        for kind in PART_KINDS
        for metric in part_catalogue(kind).values()
    ]
    for metric in (*metric_catalogue().values(), *of_parts):
        ways = [_WORDS.get(each, each) for each in metric.aggregations]
        unit = {"number": "", "ratio": "%", "percent": "%", "per_s": "/s"}.get(metric.unit, metric.unit)
        about = f"{metric.about} Can be held against the plan." if metric.plan is not None else metric.about
        table.add_row(metric.name, unit, ", ".join(ways), about)
    print_table(table, Terminal())


_WORDS = {"percentile": "p50…p99.99", "worst": "every snapshot", "value": "seconds"}


def print_verdict(verdict: Verdict, console: Console) -> None:
    """Prints the verdict: in a word, why, and each threshold with what was observed."""
    if verdict.outcome is None and verdict.valid:
        why = "" if verdict.results else "; no thresholds are set"
        console.print(Text(f"the figures are valid{why}", style="dim"))
    if verdict.outcome is not None:
        console.print(Text.assemble("verdict ", (verdict.outcome.upper(), _STYLE[verdict.outcome])), soft_wrap=True)
    if verdict.valid is False:
        for reason in verdict.reasons:
            console.print(Text(f"  {reason}", style="yellow"), soft_wrap=True)
    if not verdict.results:
        return
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(overflow="fold")
    for result in verdict.results:
        mark = Text(f"{_MARK[result.outcome]} {result.outcome or 'not judged'}", style=_STYLE[result.outcome])
        seen = result.observed_text or "no sample"
        reason = (result.reason or "").removeprefix("no sample: ")
        table.add_row(mark, Text(result.expression), Text.assemble(seen, (f"  {reason}" if reason else "", "dim")))
    print_table(table, console)
