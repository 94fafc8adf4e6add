"""The run in the terminal: one live panel, or plain lines where there is none. Shows snapshots, measures nothing."""

from __future__ import annotations

import sys
from contextlib import suppress

from rich.console import Console
from rich.live import Live
from rich.text import Text

from pipegen.bus import ErrorSeen, EventBus, PhaseChanged, SnapshotTaken
from pipegen.cli.live_panel import live_panel
from pipegen.cli.stack_progress import StackProgress
from pipegen.cli.summary_view import print_summary
from pipegen.cli.terminal import Terminal
from pipegen.run import RunSummary
from pipegen.session.telling import Display
from pipegen.snapshot import LatencyStage, Snapshot
from pipegen.stack import Progress
from pipegen.units import format_count, format_latency_ms, format_rate

_LINE_EVERY_S = 5.0


class ConsoleTeller:
    """Says lines on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @property
    def interactive(self) -> bool:
        """Whether a person sits at a terminal."""
        return self._console.is_terminal and sys.stdin.isatty()

    def say(self, text: str) -> None:
        """One line of text; to a terminal that is gone it says nothing."""
        with suppress(OSError):
            self._console.print(Text(text), soft_wrap=True)


def make_display(console: Console, bus: EventBus) -> Display:
    """The live panel on a terminal, else plain lines."""
    return LiveDisplay(console, bus) if console.is_terminal else LineDisplay(console, bus)


class _RunDisplay(ConsoleTeller):
    """What both ways to show a run have in common."""

    def __init__(self, console: Console, bus: EventBus) -> None:
        super().__init__(console)
        self._events = bus.subscribe()
        self._progress = StackProgress(console)

    @property
    def progress(self) -> Progress:
        """Lines and bars of a starting stack."""
        return self._progress

    def ended(self, summary: RunSummary) -> None:
        """The summary, on standard output."""
        with suppress(OSError):
            print_summary(summary, Terminal())


class LineDisplay(_RunDisplay):
    """Plain lines: each step, each new error, and every five seconds the figures."""

    def __init__(self, console: Console, bus: EventBus) -> None:
        super().__init__(console, bus)
        self._last_line_s = float("-inf")

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
            f"consumed {format_count(snapshot.consumer.total or 0)}",
            f"end-to-end p99 {_p99(snapshot.latency.end_to_end)}",
            f"lag {'–' if pipeline.lag is None else format_count(pipeline.lag)}",
            f"Flink {snapshot.flink.job_state or '–'}",
        ]
        self.say("  ".join(parts))


class LiveDisplay(_RunDisplay):
    """One panel that is drawn anew with every snapshot."""

    def __init__(self, console: Console, bus: EventBus) -> None:
        super().__init__(console, bus)
        self._step = ""

    async def follow(self) -> None:
        """Draws events until cancelled, or as long as there is a terminal."""
        with suppress(OSError):
            await self._draw()

    async def _draw(self) -> None:
        await self._until_services_are_found()
        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            async for event in self._events:
                match event:
                    case PhaseChanged(step=step):
                        self._step = step
                    case SnapshotTaken(snapshot=snapshot):
                        live.update(live_panel(snapshot, self._step, self._console.width), refresh=True)
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


def _p99(stage: LatencyStage | None) -> str:
    return "–" if stage is None else format_latency_ms(stage.interval.p99_ms)
