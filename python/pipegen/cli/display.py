"""The run in the terminal: one live panel, or plain lines where there is none. Shows snapshots, measures nothing."""

from __future__ import annotations

from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pipegen.bus import ErrorSeen, EventBus, PhaseChanged, SnapshotTaken
from pipegen.cli.stack_progress import StackProgress
from pipegen.snapshot import LatencyStage, Level, Snapshot
from pipegen.stack import Progress
from pipegen.traffic import TrafficPlan
from pipegen.units import format_bytes, format_count, format_duration, format_latency_ms, format_rate

_LEVEL_STYLE: dict[Level, str] = {"ok": "green", "warning": "yellow", "error": "bold red", "unknown": "dim"}
_LEVEL_MARK: dict[Level, str] = {"ok": "●", "warning": "▲", "error": "■", "unknown": "○"}
_LINE_EVERY_S = 5.0


class Display(Protocol):
    """Shows one run."""

    @property
    def progress(self) -> Progress:
        """Where a starting stack tells what it does."""

    def say(self, text: str) -> None:
        """One line of text."""

    async def follow(self) -> None:
        """Shows events until cancelled."""


def make_display(console: Console, bus: EventBus, plan: TrafficPlan) -> Display:
    """The live panel on a terminal, else plain lines."""
    return LiveDisplay(console, bus, plan) if console.is_terminal else LineDisplay(console, bus, plan)


class LineDisplay:
    """Plain lines: each step, each new error, and every five seconds the figures."""

    def __init__(self, console: Console, bus: EventBus, plan: TrafficPlan) -> None:
        self._console = console
        self._events = bus.subscribe()
        self._progress = StackProgress(console)
        self._plan = plan
        self._last_line_s = float("-inf")

    @property
    def progress(self) -> Progress:
        """Lines of a starting stack."""
        return self._progress

    def say(self, text: str) -> None:
        """One line of text."""
        self._console.print(Text(text), soft_wrap=True)

    async def follow(self) -> None:
        """Prints events until cancelled."""
        async for event in self._events:
            match event:
                case PhaseChanged(step=step) if step != "done":
                    self.say(f"{event.phase}: {step}")
                case ErrorSeen(error=error):
                    self.say(f"{error.severity} in {error.component}: {error.message}")
                case SnapshotTaken(snapshot=snapshot):
                    self._line(snapshot)
                case _:
                    pass

    def _line(self, snapshot: Snapshot) -> None:
        elapsed_s = snapshot.run.elapsed_s
        if snapshot.run.phase not in {"running", "draining"} or elapsed_s is None:
            return
        if elapsed_s - self._last_line_s < _LINE_EVERY_S:
            return
        self._last_line_s = elapsed_s
        producer, pipeline = snapshot.producer, snapshot.pipeline
        parts = [
            f"{elapsed_s:.0f} s",
            f"sent {format_count(producer.sent_total or 0)} of {format_count(snapshot.traffic.planned_total)}",
            f"{format_rate(producer.rate)} (plan {format_rate(producer.planned_rate_per_s)})",
            f"consumed {format_count(snapshot.consumer.total)}",
            f"end-to-end p99 {_p99(snapshot.latency.end_to_end)}",
            f"lag {'–' if pipeline.lag is None else format_count(pipeline.lag)}",
            f"Flink {snapshot.flink.job_state or '–'}",
        ]
        self.say("  ".join(parts))


class LiveDisplay:
    """One panel that is drawn anew with every snapshot."""

    def __init__(self, console: Console, bus: EventBus, plan: TrafficPlan) -> None:
        self._console = console
        self._events = bus.subscribe()
        self._plan = plan
        self._progress = StackProgress(console)
        self._step = ""

    @property
    def progress(self) -> Progress:
        """Lines and bars of a starting stack."""
        return self._progress

    def say(self, text: str) -> None:
        """One line of text above the panel."""
        self._console.print(Text(text), soft_wrap=True)

    async def follow(self) -> None:
        """Draws events until cancelled."""
        await self._until_services_are_found()
        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            async for event in self._events:
                match event:
                    case PhaseChanged(step=step):
                        self._step = step
                    case SnapshotTaken(snapshot=snapshot):
                        live.update(render(snapshot, self._step, self._console.width), refresh=True)
                    case ErrorSeen(error=error):
                        self.say(f"{error.severity} in {error.component}: {error.message}")
                    case _:
                        pass

    async def _until_services_are_found(self) -> None:
        """Leaves the terminal to the bars of the stack while it starts: two live areas cannot share it."""
        with self._progress:
            async for event in self._events:
                if isinstance(event, PhaseChanged) and event.step != "looking for the services":
                    self._step = event.step
                    return


def render(snapshot: Snapshot, step: str, width: int) -> RenderableType:
    """The panel for one snapshot."""
    run, traffic = snapshot.run, snapshot.traffic
    head = Text.assemble(
        (f"{run.pipeline} ", "bold"),
        (f"run {run.id}  ", "dim"),
        (f"{run.phase}", "bold"),
        (f"  {step}" if run.phase != "running" else f"  {traffic.phase or ''}", ""),
    )
    line = Text.assemble(
        (f"{_LEVEL_MARK[snapshot.headline.level]} ", _LEVEL_STYLE[snapshot.headline.level]),
        snapshot.headline.text,
    )
    parts: list[RenderableType] = [head, line]
    if run.elapsed_s is not None:
        parts.append(_progress_line(snapshot, min(width, 100)))
        parts.append(_figures(snapshot))
        parts.append(_latencies(snapshot))
    return Group(*parts)


def _progress_line(snapshot: Snapshot, width: int) -> RenderableType:
    run = snapshot.run
    elapsed_s = min(run.elapsed_s or 0.0, run.duration_s)
    grid = Table.grid(padding=(0, 1))
    grid.add_row(
        ProgressBar(total=run.duration_s, completed=elapsed_s, width=max(10, width - 30)),
        f"{format_duration(int(elapsed_s) * 10**9)} of {format_duration(int(run.duration_s * 10**9))}",
    )
    return grid


def _figures(snapshot: Snapshot) -> RenderableType:
    producer, pipeline = snapshot.producer, snapshot.pipeline
    planned = _count(snapshot.traffic.planned_total)
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_row(
        Text("rate", style="dim"),
        f"{format_rate(producer.rate)}  plan {format_rate(producer.planned_rate_per_s)}",
        Text("Flink", style="dim"),
        f"{snapshot.flink.job_state or '–'}  in {format_rate(snapshot.flink.rate)}",
    )
    table.add_row(
        Text("sent", style="dim"),
        f"{_count(producer.sent_total)} of {planned}  late {_count(producer.late_total)}",
        Text("consumed", style="dim"),
        f"{_count(snapshot.consumer.total)}  under way {_count(pipeline.lag)}",
    )
    table.add_row(
        Text("delivered", style="dim"),
        f"{_count(producer.total)}  errors {_count(producer.errors)}",
        Text("lost", style="dim"),
        f"{_count(pipeline.lost)}  duplicated {_count(pipeline.duplicated)}",
    )
    table.add_row(
        Text("PipeGen", style="dim"),
        f"{_share(snapshot.system.cpu_ratio)} of a core  {_size(snapshot.system.rss_bytes)}",
        Text("machine", style="dim"),
        f"{_share(snapshot.system.machine_cpu_ratio)} CPU",
    )
    return table


def _latencies(snapshot: Snapshot) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("latency from due time")
    for heading in ("p50", "p95", "p99", "max"):
        table.add_column(heading, justify="right", min_width=8)
    stages: list[tuple[str, LatencyStage | None]] = [
        ("generator delay", snapshot.latency.generator_delay),
        ("acknowledged", snapshot.latency.ack),
        ("end to end", snapshot.latency.end_to_end),
    ]
    for name, stage in stages:
        if stage is None:
            table.add_row(name, "–", "–", "–", Text(snapshot.reasons.get("latency.end_to_end", ""), style="dim"))
            continue
        total = stage.total
        table.add_row(
            name, *(format_latency_ms(value) for value in (total.p50_ms, total.p95_ms, total.p99_ms, total.max_ms))
        )
    return table


def _count(count: int | None) -> str:
    return "–" if count is None else format_count(count)


def _share(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio * 100:.0f} %"


def _size(size_bytes: int | None) -> str:
    return "–" if size_bytes is None else format_bytes(size_bytes)


def _p99(stage: LatencyStage | None) -> str:
    return "–" if stage is None else format_latency_ms(stage.interval.p99_ms)
