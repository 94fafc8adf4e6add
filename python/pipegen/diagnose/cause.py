"""The cause line: what makes the pipeline fall behind, from Kafka, Flink and the registry on one clock.

Pure: the past comes as an argument with its own times. It names a cause only with the figures that show it, and says
when there is a symptom without one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from pipegen.diagnose.bottleneck import Bottleneck, Load, find_bottleneck, loads
from pipegen.diagnose.observation import Observation
from pipegen.diagnose.onset import Growth, find_growth, held_since
from pipegen.diagnose.outage import Outage, stopped_flink, stopped_kafka, weakened
from pipegen.moment import iso_at
from pipegen.snapshot import Cause
from pipegen.snapshot.run import Component
from pipegen.units import format_count, format_latency_ms, format_rate

_WINDOW_S: Final = 15.0
_FEW_REFRESHES: Final = 3.5
_RESTART_MEMORY_S: Final = 30.0
_CPU_FULL_RATIO: Final = 0.95
_LONGEST_NAME: Final = 60
_LIVE: Final = {"running", "draining"}
_FINE_STATES: Final = {None, "RUNNING", "CREATED", "INITIALIZING", "FINISHED"}


# The first that is known decides: each later one is less sure of what it counts.
_BACKLOGS: Final[tuple[tuple[Callable[[Observation], int | None], str], ...]] = (
    (lambda moment: moment.unread, "records Flink has not read"),
    (lambda moment: moment.pending, "records Flink has not read"),
    (lambda moment: moment.under_way, "records under way"),
)


def find_cause(history: Sequence[Observation]) -> Cause:
    """The cause of what is wrong at the newest moment.

    Args:
        history: The past, oldest first; the last one is now.
    """
    if not history or history[-1].phase in {"starting", "finished", "interrupted"}:
        return _nothing("There is no load to judge.")
    found = _outage(stopped_kafka(history)) or _job_in_trouble(history) or _outage(stopped_flink(history))
    if found is None and history[-1].phase in _LIVE:
        slower = (_generator_behind, _falling_behind, _reader_behind, _checkpoints_fail)
        found = next(filter(None, (search(history) for search in slower)), None)
    if found is None or found.state == "unknown":
        found = _outage(weakened(history)) or found
    return found or _nothing(_calm_words(history[-1]))


def _outage(outage: Outage | None) -> Cause | None:
    if outage is None:
        return None
    text = f"{outage.text} since {_clock(outage.since_s)}"
    return _found(outage.kind, outage.component, text, outage.evidence, outage.since_s)


def _job_in_trouble(history: Sequence[Observation]) -> Cause | None:
    now = history[-1]
    restarts = [
        late.at_s
        for early, late in pairwise(history)
        if early.restarts is not None and late.restarts is not None and late.restarts > early.restarts
    ]
    lately = [at_s for at_s in restarts if now.at_s - at_s <= _RESTART_MEMORY_S]
    first = held_since(history, lambda moment: moment.job_state not in _FINE_STATES)
    if first is None and not lately:
        return None
    since_s = min([*lately, *([first.at_s] if first is not None else [])])
    for at_s in reversed(restarts):
        # A job that circles is RUNNING in between: restarts shortly after one another are one trouble.
        if 0 <= since_s - at_s <= _RESTART_MEMORY_S:
            since_s = at_s
    count = sum(at_s >= since_s for at_s in restarts)
    doing = f"is {now.job_state}" if first is not None else f"restarted {_times(count)}"
    evidence = [now.root_exception or "Flink names no exception"]
    if first is not None and count:
        evidence.append(f"it restarted {_times(count)}")
    most = max((moment.task_managers for moment in history if moment.task_managers is not None), default=None)
    if most is not None and now.task_managers is not None and now.task_managers < most:
        evidence.insert(0, f"{now.task_managers} of {most} TaskManagers are left")
    return _found("job_failing", "flink", f"the Flink job {doing} since {_clock(since_s)}", evidence, since_s)


def _generator_behind(history: Sequence[Observation]) -> Cause | None:
    def behind(moment: Observation) -> bool:
        return moment.unsent is not None and moment.unsent >= max(100.0, 0.5 * (moment.rate_per_s or 0.0))

    first = held_since(history, behind)
    now = history[-1]
    if first is None or now.at_s - first.at_s < 2.0:
        return None
    evidence = [f"{format_count(round(now.unsent or 0))} due records are not sent"]
    if now.delay_p99_ms is not None:
        evidence.append(f"generator delay p99 {format_latency_ms(now.delay_p99_ms)}")
    if now.machine_cpu_ratio is not None:
        evidence.append(f"the machine's CPU is at {now.machine_cpu_ratio:.2f}")
    text = f"PipeGen itself is behind its plan since {_clock(first.at_s)}"
    full = (now.machine_cpu_ratio or 0.0) >= _CPU_FULL_RATIO
    return _found("generator_behind", "system" if full else "producer", text, evidence, first.at_s)


def _falling_behind(history: Sequence[Observation]) -> Cause | None:
    now = history[-1]
    if now.phase == "running":
        for figure, what in _BACKLOGS:
            growth = _growth(history, figure)
            if growth is not None:
                return _explain_lag(history, growth, what)
            if figure(now) is not None:
                return None
    return None


def _explain_lag(history: Sequence[Observation], growth: Growth, what: str) -> Cause:
    now = history[-1]
    since = f"lag grows since {'before ' if growth.since_start else ''}{_clock(growth.since_s)}"
    then, now_count = format_count(round(growth.first)), format_count(round(growth.now))
    evidence = [f"{what}: {then} then, {now_count} now, {format_rate(growth.slope_per_s)} more"]
    read_per_s = _read_per_s(history)
    if read_per_s is not None and now.rate_per_s is not None:
        evidence.append(f"Flink reads {format_rate(read_per_s)} of {format_rate(now.rate_per_s)} planned")
    every = loads(history)
    held_by = find_bottleneck(every)
    if held_by is None:
        evidence.extend(_what_was_looked_at(every))
        return _symptom("lag_grows", f"{since}; no cause found", evidence, growth.since_s)
    evidence.extend(_bottleneck_evidence(held_by))
    if _checkpoints_fail(history) is not None:
        evidence.append("checkpoints fail as well")
    vertex = held_by.load.vertex
    text = f"{since}: vertex “{_short(vertex.name)}” {_busy_words(held_by.load)}"
    if held_by.upstream is not None:
        text += f", upstream back-pressure {held_by.upstream.level}"
    return _found("bottleneck", "flink", text, evidence, growth.since_s, vertex_id=vertex.id)


def _reader_behind(history: Sequence[Observation]) -> Cause | None:
    growth = _growth(history, lambda moment: moment.output_lag)
    # Some lag is normal where the output comes in bursts: only a second's worth is told apart from it.
    if growth is None or growth.now < max(1000.0, _rate(history)):
        return None
    evidence = [f"{format_count(round(growth.now))} records of the output are not read"]
    if history[-1].machine_cpu_ratio is not None:
        evidence.append(f"the machine's CPU is at {history[-1].machine_cpu_ratio:.2f}")
    text = f"PipeGen's reader falls behind the output since {_clock(growth.since_s)}"
    return _found("reader_behind", "consumer", text, evidence, growth.since_s)


def _checkpoints_fail(history: Sequence[Observation]) -> Cause | None:
    """At least two failures since the last success: the first checkpoint of a job may fail harmlessly."""
    now = history[-1]
    if now.checkpoints_failed is None:
        return None
    first = held_since(history, lambda moment: moment.checkpoints_completed == now.checkpoints_completed)
    failed = now.checkpoints_failed - (first.checkpoints_failed or 0) if first is not None else 0
    if first is None or failed < 2:
        return None
    evidence = [f"{failed} failed since the last that completed"]
    if now.checkpoint_failure:
        evidence.append(now.checkpoint_failure)
    text = f"no checkpoint completes since {_clock(first.at_s)}"
    return _found("checkpoints_fail", "flink", text, evidence, first.at_s)


def _growth(history: Sequence[Observation], figure: Callable[[Observation], int | None]) -> Growth | None:
    points = [(moment.at_s, float(value)) for moment in history if (value := figure(moment)) is not None]
    if not points or history[-1].at_s - points[-1][0] > _WINDOW_S:
        return None
    refresh_s = history[-1].metrics_interval_s or 0.0
    return find_growth(points, rate_per_s=_rate(history), window_s=max(_WINDOW_S, _FEW_REFRESHES * refresh_s))


def _rate(history: Sequence[Observation]) -> float:
    """The largest planned rate of the last seconds: after the load it is zero, and what was much stays much."""
    now_s = history[-1].at_s
    return max((moment.rate_per_s or 0.0 for moment in history[-60:] if now_s - moment.at_s <= _WINDOW_S), default=0.0)


def _read_per_s(history: Sequence[Observation]) -> float | None:
    """What Flink read over the window: its counter moves in steps, so that two neighbouring looks say little."""
    now_s = history[-1].at_s
    known = [(s.at_s, s.read_total) for s in history[-200:] if s.read_total is not None and now_s - s.at_s <= _WINDOW_S]
    if len(known) < 2 or known[-1][0] <= known[0][0] or known[-1][1] < known[0][1]:
        return None
    return (known[-1][1] - known[0][1]) / (known[-1][0] - known[0][0])


def _bottleneck_evidence(held_by: Bottleneck) -> list[str]:
    load = held_by.load
    vertex = load.vertex
    evidence = [f"vertex “{vertex.name}” {_busy_words(load)}, itself not held back"]
    if held_by.upstream is not None:
        upstream = held_by.upstream
        evidence.append(f"“{_short(upstream.vertex.name)}” before it is back-pressured {upstream.pressed or 0:.2f}")
    if vertex.busy_subtasks is not None and 0 < vertex.busy_subtasks < vertex.parallelism:
        evidence.append("some subtasks have time: the keys are spread unevenly, or too few")
    return evidence


def _what_was_looked_at(every: Sequence[Load]) -> list[str]:
    busiest = max((load for load in every if load.busy is not None), key=lambda load: load.busy or 0.0, default=None)
    if busiest is None:
        return ["Flink says of no vertex how busy it is"]
    pressed = [load for load in every if load.is_pressed]
    return [
        f"the busiest vertex is “{_short(busiest.vertex.name)}” with {busiest.busy:.2f}",
        f"back-pressured: {', '.join(_short(load.vertex.name) for load in pressed)}" if pressed else "no back-pressure",
        "Kafka, Flink and the registry answer",
    ]


def _busy_words(load: Load) -> str:
    of = ""
    if load.vertex.busy_subtasks is not None and load.vertex.parallelism > 1:
        of = f" on {load.vertex.busy_subtasks} of {load.vertex.parallelism} subtasks"
    return f"busy {load.busy or 0:.2f}{of}"


def _calm_words(now: Observation) -> str:
    if now.pending is not None:
        return f"Nothing to explain: {format_count(now.pending)} records wait in the input, and they do not grow."
    return "Nothing to explain: no part reports trouble, and no backlog grows."


def _found(
    kind: str, component: Component, text: str, evidence: list[str], since_s: float, *, vertex_id: str | None = None
) -> Cause:
    return Cause(
        state="found",
        kind=kind,
        component=component,
        vertex_id=vertex_id,
        text=_sentence(text),
        evidence=evidence,
        since=iso_at(since_s),
    )


def _symptom(kind: str, text: str, evidence: list[str], since_s: float) -> Cause:
    return Cause(
        state="unknown",
        kind=kind,
        component=None,
        vertex_id=None,
        text=_sentence(text),
        evidence=evidence,
        since=iso_at(since_s),
    )


def _nothing(text: str) -> Cause:
    return Cause(state="none", kind=None, component=None, vertex_id=None, text=text, evidence=[], since=None)


def _sentence(text: str) -> str:
    text = text.rstrip(".") + "."
    return text[0].upper() + text[1:]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _clock(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%H:%M:%S UTC")
