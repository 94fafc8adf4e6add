"""What the terminal shows while a run goes on: the panel, and the lines where there is no panel."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from rich.console import Console

from pipegen.bus import EventBus, PhaseChanged, SnapshotTaken
from pipegen.cli.display import ConsoleTeller, LineDisplay, LiveDisplay, make_display
from pipegen.cli.live_panel import live_panel
from tests.dashboard.invented import running, snapshot

ENDED = {"phase": None, "phase_index": None, "next_in_s": None}
PLAN = [
    {"name": "steady", "start_s": 0.0, "end_s": 60.0, "percent": 100.0},
    {"name": "peak1", "start_s": 60.0, "end_s": 100.0, "percent": 400.0},
    {"name": "ramp1", "start_s": 100.0, "end_s": 120.0, "percent": None},
]


def contents(second: float = 30.0, **parts: dict[str, Any]) -> dict[str, Any]:
    """A moment of a run of two minutes in three phases."""
    known = running(second)
    template = known["traffic"]["phases"][0]
    known["run"] |= {"duration_s": 120.0, "elapsed_s": second}
    phases = [template | phase for phase in PLAN]
    known["traffic"] |= {"phases": phases, "phase": "steady", "phase_index": 0, "next_in_s": 60.0 - second}
    for part, changes in parts.items():
        known[part] |= changes
    return known


def drawn(known: dict[str, Any], *, width: int = 100, step: str = "sending", styled: bool = False) -> list[str]:
    """The lines of the panel."""
    out = io.StringIO()
    console = Console(file=out, width=200, force_terminal=styled, color_system="standard" if styled else None)
    console.print(live_panel(snapshot(known), step, width))
    return out.getvalue().splitlines()


def words(known: dict[str, Any], **how: Any) -> list[str]:
    return [" ".join(line.strip("│ ").split()) for line in drawn(known, **how)]


def test_the_panel_names_pipeline_run_and_state() -> None:
    first, *_, last = drawn(contents())
    assert "orders  run 7f3a" in first
    assert last.endswith(" running ─╯")
    drained = drawn(contents(run={"phase": "draining"}), step="waiting for the last records")
    assert drained[-1].endswith(" draining: waiting for the last records ─╯")


@pytest.mark.parametrize(("terminal", "panel"), [(60, 60), (107, 107), (108, 108), (200, 108)])
def test_the_panel_is_as_wide_as_the_terminal_up_to_108_columns(terminal: int, panel: int) -> None:
    assert {len(line) for line in drawn(contents(), width=terminal)} == {panel}


@pytest.mark.parametrize(("level", "mark"), [("ok", "●"), ("warning", "▲"), ("error", "■"), ("unknown", "○")])
def test_the_headline_stands_first_behind_the_mark_of_its_level(level: str, mark: str) -> None:
    lines = words(contents(headline={"level": level, "text": "All is told.", "detail": "And more."}))
    assert lines[1:3] == [f"{mark} All is told.", "And more."]
    assert words(contents(headline={"level": level, "text": "All is told.", "detail": None}))[2] == ""


def test_before_the_load_there_is_only_the_headline() -> None:
    lines = drawn(contents(run={"elapsed_s": None}, headline={"text": "Starting.", "detail": None}))
    assert len(lines) == 3


def ribbon(known: dict[str, Any]) -> tuple[str, str]:
    """The plan and the clock below it."""
    lines = drawn(known)
    at = next(number for number, line in enumerate(lines) if " of 2m" in line)
    return lines[at - 1].strip("│ "), " ".join(lines[at].strip("│ ").split())


def test_the_plan_has_a_segment_a_phase_as_long_as_its_share_of_the_time() -> None:
    plan, clock = ribbon(contents())
    assert plan.split() == ["steady", "peak1", "400", "%", "ramp1"]
    assert clock == "30s of 2m steady, the next phase in 30s"
    # 96 columns for 120 s: 47, 31 and 15 cells, with a space behind each.
    widest = drawn(contents())[4].strip("│")
    assert widest.index("steady") == 1 + (47 - len("steady")) // 2 + (1 if (47 - len("steady")) % 2 else 0)
    assert widest.index("ramp1") - 1 - 48 - 32 == (15 - len("ramp1")) // 2


def filled(second: float, index: int | None) -> list[str]:
    """The styles of the segments of the plan, in order."""
    known = contents(second, traffic={"phase_index": index, "phase": None, "next_in_s": None})
    line = drawn(known, styled=True)[4]
    found = []
    for code, name in (("30;104m", "current"), ("30;44m", "done"), ("48;5;237m", "to come"), ("100m", "to come")):
        at = 0
        while (at := line.find(f"\x1b[{code}", at)) >= 0:
            found.append((at, name))
            at += 1
    return [name for _, name in sorted(found)]


def test_the_plan_is_filled_as_far_as_the_load_has_come() -> None:
    assert filled(30, 0)[0] == "current"
    assert "done" not in filled(30, 0)
    assert filled(80, 1)[:2] == ["done", "current"]
    assert "to come" not in filled(120, None)
    assert set(filled(0, 0)) <= {"to come"}


def test_the_clock_says_what_comes_next_and_stops_with_the_plan() -> None:
    _, clock = ribbon(contents(110, traffic={"phase": "ramp1", "phase_index": 2, "next_in_s": 10.0}))
    assert clock == "1m50s of 2m ramp1, the end in 10s"
    assert ribbon(contents(119.9, traffic=ENDED))[1] == "1m59s of 2m"
    assert ribbon(contents(130, traffic=ENDED))[1] == "2m of 2m"


def test_every_stage_shows_its_rate_and_its_count() -> None:
    lines = words(
        contents(
            producer={"rate": 100.0, "total": 3_000},
            kafka={"rate": 101.0, "input_total": 3_001},
            flink={"rate": 102.0, "records_in_total": 3_002},
            output={"rate": 103.0, "total": 3_003},
            consumer={"rate": None, "total": None},
        )
    )
    at = next(number for number, line in enumerate(lines) if line.startswith("● Producer"))
    assert lines[at] == "● Producer → ● Kafka → ● Flink → ● Output → ● Consumer"
    assert lines[at + 1] == "100 msg/s 101 msg/s 102 msg/s 103 msg/s –"
    assert lines[at + 2] == "3 000 3 001 3 002 3 003 –"


def test_the_accounts_stand_side_by_side() -> None:
    lines = words(
        contents(
            traffic={"planned_total": 12_000},
            producer={"planned_rate_per_s": 100.0, "sent_total": 2_990, "late_total": 7, "total": 2_980, "errors": 1},
            consumer={"total": 2_970},
            pipeline={"lag": 10, "lost": None, "duplicated": 2},
            flink={"job_state": "RUNNING", "busy_ratio": 0.256, "backpressure_ratio": 0.5},
            system={"cpu_ratio": 0.123, "rss_bytes": 80_000_000},
        )
    )
    for line in (
        "plan 100 msg/s consumed 2 970",
        "sent 2 990 of 12 000 under way 10",
        "late 7 lost –",
        "delivered 2 980 duplicated 2",
        "errors 1 Flink job RUNNING, busy 0.26",
        "PipeGen 12 % of a core, 80 MB back-pressure 0.50",
    ):
        assert line in lines, lines


def test_what_is_not_known_is_a_dash() -> None:
    known = contents(
        flink={"job_state": None, "busy_ratio": None, "backpressure_ratio": None},
        system={"cpu_ratio": None, "rss_bytes": None},
    )
    known["latency"]["end_to_end"] = None
    lines = words(known)
    assert "PipeGen – of a core, – back-pressure –" in lines
    assert any(line.endswith("Flink job –, –") for line in lines)
    assert "end to end – – – –" in lines


def test_latencies_of_the_whole_run_stand_at_the_end() -> None:
    known = contents()
    total = {"count": 9, "p50_ms": 1.5, "p95_ms": 20.0, "p99_ms": 300.0, "p999_ms": 301.0, "max_ms": 4_000.0}
    for stage in ("generator_delay", "ack", "end_to_end"):
        known["latency"][stage]["total"] |= total
    lines = words(known)
    at = next(number for number, line in enumerate(lines) if line.startswith("latency since due"))
    assert lines[at] == "latency since due, whole run p50 p95 p99 max"
    names = ("generator delay", "acknowledged", "end to end")
    assert lines[at + 1 : at + 4] == [f"{name} 1.5 ms 20 ms 300 ms 4 s" for name in names]


# ---- lines, and the panel as events come ----


def shown(events: list[object], *, terminal: bool = False) -> str:
    """What a display writes for these events."""
    out = io.StringIO()
    console = Console(file=out, width=110, force_terminal=terminal, color_system=None)

    async def follow() -> None:
        bus = EventBus()
        display = make_display(console, bus)
        assert isinstance(display, LiveDisplay if terminal else LineDisplay)
        for event in events:
            bus.publish(event)  # type: ignore[arg-type]
        bus.close()
        await display.follow()

    asyncio.run(follow())
    return out.getvalue()


def taken(second: float, **parts: dict[str, Any]) -> SnapshotTaken:
    return SnapshotTaken(snapshot(contents(second, **parts)))


def test_lines_tell_each_step_but_the_last() -> None:
    told = shown([PhaseChanged("starting", "asking the services"), PhaseChanged("finished", "done")])
    assert told.splitlines() == ["starting: asking the services"]


def test_lines_show_the_figures_every_five_seconds() -> None:
    told = shown([taken(second) for second in (1.0, 3.0, 5.9, 6.0, 10.9, 11.0)])
    assert [line.split("  ")[0] for line in told.splitlines()] == ["1 s", "6 s", "11 s"]


def test_a_line_has_the_plan_the_accounts_and_the_state_of_the_job() -> None:
    (line,) = shown(
        [
            taken(
                10.0,
                producer={"sent_total": 990, "rate": 99.0, "planned_rate_per_s": 100.0},
                traffic={"planned_total": 12_000},
                consumer={"total": 980},
                pipeline={"lag": None},
                flink={"job_state": None},
            )
        ]
    ).splitlines()
    assert line.startswith("10 s  sent 990 of 12\u2009000  99 msg/s (plan 100 msg/s)  consumed 980  end-to-end p99 ")
    assert line.endswith("  lag –  Flink –")


@pytest.mark.parametrize(("phase", "lines"), [("running", 1), ("draining", 1), ("starting", 0), ("finished", 0)])
def test_lines_show_figures_only_while_there_is_load(phase: str, lines: int) -> None:
    assert len(shown([taken(10.0, run={"phase": phase})]).splitlines()) == lines


def test_the_panel_is_drawn_once_the_services_are_found() -> None:
    early = [PhaseChanged("starting", "looking for the services"), taken(10.0)]
    assert "orders  run" not in shown(early, terminal=True)
    later = [*early, PhaseChanged("running", "sending"), taken(12.0)]
    assert "orders  run 7f3a" in shown(later, terminal=True)


def test_a_teller_without_a_terminal_is_not_interactive() -> None:
    out = io.StringIO()
    teller = ConsoleTeller(Console(file=out))
    teller.say("[bold]as it is[/bold]")
    assert out.getvalue() == "[bold]as it is[/bold]\n"
    assert teller.interactive is False
