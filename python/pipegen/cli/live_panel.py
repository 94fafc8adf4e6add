"""One snapshot as a panel in the terminal: the sentence, the plan, accounts, latencies. Pure: draws only."""

from __future__ import annotations

from rich.box import ROUNDED
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pipegen.snapshot import LatencyStage, Level, PhasePlan, Snapshot, Status
from pipegen.snapshot.stages import WORDS
from pipegen.units import format_bytes, format_count, format_duration, format_latency_ms, format_rate

LEVEL_STYLE: dict[Level, str] = {"ok": "green", "warning": "yellow", "error": "bold red", "unknown": "dim"}
LEVEL_MARK: dict[Level, str] = {"ok": "●", "warning": "▲", "error": "■", "unknown": "○"}
_STATUS_STYLE: dict[Status, str] = {
    "running": "green",
    "starting": "yellow",
    "stopped": "dim",
    "error": "bold red",
    "unknown": "dim",
}
_WIDEST = 108
_NOT_KNOWN = "–"


def live_panel(snapshot: Snapshot, step: str, width: int) -> RenderableType:
    """The panel for one snapshot, for a terminal of so many columns."""
    run, headline = snapshot.run, snapshot.headline
    width = min(width, _WIDEST)
    level = headline.level
    sentence = Text.assemble((f"{LEVEL_MARK[level]} ", LEVEL_STYLE[level]), (headline.text, "bold"))
    parts: list[RenderableType] = [sentence]
    if headline.detail:
        parts.append(Text(f"  {headline.detail}", style="dim", overflow="ellipsis", no_wrap=True))
    if run.elapsed_s is not None:
        parts += [Text(), _ribbon(snapshot, width - 4), Text(), _flow(snapshot), Text(), _accounts(snapshot)]
        parts += [Text(), _latencies(snapshot)]
    title = Text.assemble((run.pipeline, "bold"), (f"  run {run.id}", "dim"))
    step = run.drain or step if run.phase == "draining" else step
    word = run.phase if run.phase == "running" else f"{run.phase}: {step}"
    return Panel(
        Group(*parts),
        title=title,
        title_align="left",
        subtitle=Text(word, style=LEVEL_STYLE[level]),
        subtitle_align="right",
        box=ROUNDED,
        border_style=LEVEL_STYLE[level] if level in {"warning", "error"} else "dim",
        width=width,
    )


def _ribbon(snapshot: Snapshot, width: int) -> RenderableType:
    """The plan, one segment a phase, filled as far as the load has come."""
    run, traffic = snapshot.run, snapshot.traffic
    elapsed_s = min(run.elapsed_s or 0.0, run.duration_s)
    line = Text(no_wrap=True, overflow="crop")
    for index, phase in enumerate(traffic.phases):
        cells = max(1, round((phase.end_s - phase.start_s) / run.duration_s * width) - 1)
        label = _phase_label(phase).center(cells)[:cells]
        done = (elapsed_s - phase.start_s) / (phase.end_s - phase.start_s)
        filled = round(max(0.0, min(1.0, done)) * cells)
        current = index == traffic.phase_index
        line.append(label[:filled], style="black on bright_blue" if current else "black on blue")
        line.append(label[filled:], style="on grey23")
        line.append(" ")
    clock = f"{_clock(elapsed_s)} of {_clock(run.duration_s)}"
    if traffic.phase is not None and traffic.next_in_s is not None:
        last = traffic.phase_index == len(traffic.phases) - 1
        clock += f"  {traffic.phase}, {'the end' if last else 'the next phase'} in {_clock(traffic.next_in_s)}"
    return Group(line, Text(clock, style="dim"))


def _phase_label(phase: PhasePlan) -> str:
    if phase.name == "steady":
        return "steady"
    return phase.name if phase.percent is None else f"{phase.name} {phase.percent:.0f} %"


def _flow(snapshot: Snapshot) -> RenderableType:
    """Producer → Kafka → Flink → Output → Consumer, each with state, rate and count."""
    producer, kafka, flink = snapshot.producer, snapshot.kafka, snapshot.flink
    output, consumer = snapshot.output, snapshot.consumer
    columns: list[tuple[str, Status, float | None, int | None]] = [
        ("Producer", producer.status, producer.rate, producer.total),
        ("Kafka", kafka.status, kafka.rate, kafka.input_total),
        ("Flink", flink.status, flink.rate, flink.records_in_total),
        ("Output", output.status, output.rate, output.total),
        ("Consumer", consumer.status, consumer.rate, consumer.total),
    ]
    table = Table.grid(padding=(0, 1), expand=True)
    heads, rates, counts = [], [], []
    for index, (name, status, rate, count) in enumerate(columns):
        table.add_column(justify="left", ratio=1)
        arrow = "" if index == len(columns) - 1 else "  →"
        heads.append(Text.assemble(("● ", _STATUS_STYLE[status]), (name, "bold"), (arrow, "dim")))
        rates.append(format_rate(rate))
        counts.append(Text(_count(count), style="dim"))
    table.add_row(*heads)
    table.add_row(*rates)
    table.add_row(*counts)
    return table


def _accounts(snapshot: Snapshot) -> RenderableType:
    producer, pipeline, flink = snapshot.producer, snapshot.pipeline, snapshot.flink
    table = Table.grid(padding=(0, 3, 0, 0))
    busy = _NOT_KNOWN if flink.busy_ratio is None else f"busy {flink.busy_ratio:.2f}"
    pressure = _NOT_KNOWN if flink.backpressure_ratio is None else f"{flink.backpressure_ratio:.2f}"
    own = f"{_percent(snapshot.system.cpu_ratio)} of a core, {_size(snapshot.system.rss_bytes)}"
    planned = _count(snapshot.traffic.planned_total)
    rows = [
        ("plan", format_rate(producer.planned_rate_per_s), "consumed", _count(snapshot.consumer.total)),
        ("sent", f"{_count(producer.sent_total)} of {planned}", "under way", _count(pipeline.lag)),
        ("late", _count(producer.late_total), "lost", _count(pipeline.lost)),
        ("delivered", _count(producer.total), "duplicated", _count(pipeline.duplicated)),
        ("errors", _count(producer.errors), "Flink job", f"{flink.job_state or _NOT_KNOWN}, {busy}"),
        ("PipeGen", own, "back-pressure", pressure),
    ]
    for left, left_value, right, right_value in rows:
        table.add_row(Text(left, style="dim"), left_value, Text(right, style="dim"), right_value)
    return table


def _latencies(snapshot: Snapshot) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("latency since due, whole run", min_width=28)
    for heading in ("p50", "p95", "p99", "max"):
        table.add_column(heading, justify="right", min_width=8)
    latency = snapshot.latency
    stages: list[tuple[str, LatencyStage | None]] = [
        (WORDS["generator_delay"], latency.generator_delay),
        (WORDS["ack"], latency.ack),
        (WORDS["end_to_end"], latency.end_to_end),
    ]
    for name, stage in stages:
        if stage is None:
            table.add_row(name, *[_NOT_KNOWN] * 4)
            continue
        total = stage.total
        figures = (total.p50_ms, total.p95_ms, total.p99_ms, total.max_ms)
        shown = f"{name}, at most" if stage.bound == "upper" else name
        table.add_row(shown, *(format_latency_ms(figure) for figure in figures))
    return table


def _clock(seconds: float) -> str:
    return format_duration(int(seconds) * 10**9)


def _count(count: int | None) -> str:
    return _NOT_KNOWN if count is None else format_count(count)


def _percent(ratio: float | None) -> str:
    return _NOT_KNOWN if ratio is None else f"{ratio * 100:.0f} %"


def _size(size_bytes: int | None) -> str:
    return _NOT_KNOWN if size_bytes is None else format_bytes(size_bytes)
