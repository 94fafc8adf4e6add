"""The plan of a run whose input is a data file: when each row is due, and where the load ends.

In the shape of the traffic event *n* is row *n*, again from the start after the last one unless ``feed.loop`` is off.
With ``feed.speed`` each row is due at its own time, exactly: the area under the curve grows by one from each row's
time to the next one's, and an event is due where it reaches a half.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pipegen.config import Settings
from pipegen.config.source import source_of
from pipegen.datafile import CaptureFile, DataFile, read_times_us
from pipegen.errors import SettingsError
from pipegen.hotpath import Schedule
from pipegen.run.feed.row_pace import CLOSEST_NS, DueSegments, RowPlan
from pipegen.run.feed.schedule import schedule_of
from pipegen.traffic import Phase, TrafficPlan
from pipegen.traffic.curves import RampCurve, Segment
from pipegen.units import NS_PER_S

_WINDOWS: Final = 20
"""The rate of rows at their own times is drawn as at most so many steps."""
_LONGEST_NS: Final = 2**62
PHASE_NAME: Final = "rows"

OnRows = Callable[[int], bool]


def plan_rows(
    plan: TrafficPlan,
    file: DataFile | None,
    schema: Mapping[str, Any],
    settings: Settings,
    sources: Mapping[str, str],
    *,
    on_rows: OnRows,
) -> TrafficPlan:
    """The plan for a file's rows; without a file the plan as it is.

    Args:
        plan: What the traffic settings ask for.
        file: The data file.
        schema: The project's schema.
        settings: The settings in force.
        sources: Where each came from: a duration that was asked for ends a load at the rows' own times.
        on_rows: Told how many rows were read, where they have to be; False ends the reading.

    Raises:
        SettingsError: the settings contradict each other.
        ProjectError: a row cannot be read or has no time.
    """
    feed = settings.feed
    if file is None:
        for key in ("speed", "time_column"):
            if getattr(feed, key) is not None:
                raise _refused(key, sources, "there is no data file", "Set feed.file, or leave this out.")
        return plan
    if feed.mode == "filesystem":
        if feed.speed is not None:
            raise _refused("speed", sources, "Flink reads the file by itself", "Set feed.mode to kafka.")
        return _nothing_sent()
    if feed.speed is None and feed.loop:
        return plan
    if settings.arrivals != "uniform":
        key = "speed" if feed.speed is not None else "loop"
        raise _refused(key, sources, f"arrivals are {settings.arrivals}", "Set arrivals to uniform.")
    if feed.speed is None:
        return _once(plan, file, settings, on_rows)
    if feed.time_column is None and not isinstance(file, CaptureFile):
        raise _refused("speed", sources, "no field holds the rows' times", "Name it as feed.time_column.")
    if settings.traffic or settings.traffic_pattern is not None:
        raise _refused("speed", sources, "there is a traffic shape as well", "Leave one of them out.")
    times = (
        file.times_us(on_rows=on_rows)
        if isinstance(file, CaptureFile)
        else read_times_us(file, schema, time_column=str(feed.time_column), on_rows=on_rows)
    )
    # A duration in a file is meant for the project's usual load; one that is asked for now ends the load.
    asked = sources.get("duration", "").startswith(("flag", "environment"))
    return _timed(times, feed.speed, settings.duration_ns if asked else None)


def _timed(times: array[int], speed: float, duration_ns: int | None) -> RowPlan:
    order: Sequence[int] | None = None
    if any(after < before for before, after in itertools.pairwise(times)):
        order = array("q", sorted(range(len(times)), key=times.__getitem__))
    first_us = min(times)
    dues: array[int] = array("q")
    due_ns = 0
    for row in order if order is not None else range(len(times)):
        own_ns = CLOSEST_NS + round((times[row] - first_us) * 1_000 / speed)
        if duration_ns is not None and own_ns >= duration_ns:
            break
        if own_ns >= _LONGEST_NS:
            raise SettingsError("feed.speed: the load would last for centuries", remedy="Raise --speed.")
        due_ns = max(own_ns, due_ns + CLOSEST_NS)
        dues.append(due_ns)
    exact = DueSegments(dues)
    end_ns = exact.end_ns
    return RowPlan(
        phases=_windows(dues, end_ns),
        base_rate_per_s=len(dues) * NS_PER_S / end_ns,
        pattern=None,
        exact=exact,
        order=order,
    )


def _windows(dues: Sequence[int], end_ns: int) -> tuple[Phase, ...]:
    """The rows' rate, step by step."""
    step_ns = _round_up(-(-end_ns // _WINDOWS))
    borders = [*range(0, end_ns, step_ns), end_ns]
    counts = [0] * (len(borders) - 1)
    number = 0
    for due_ns in dues:
        while due_ns >= borders[number + 1]:
            number += 1
        counts[number] += 1
    return tuple(
        Phase(PHASE_NAME, start_ns, stop_ns, _level(events, stop_ns - start_ns))
        for (start_ns, stop_ns), events in zip(itertools.pairwise(borders), counts, strict=True)
    )


def _round_up(length_ns: int) -> int:
    """The next 1, 2 or 5 times a power of ten."""
    power = int(10 ** (len(str(length_ns)) - 1))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= length_ns)


def _level(events: int, length_ns: int) -> RampCurve:
    rate = events * NS_PER_S / length_ns
    return RampCurve(rate, rate, length_ns)


def _once(plan: TrafficPlan, file: DataFile, settings: Settings, on_rows: OnRows) -> TrafficPlan:
    """The plan, ending where the file has no more rows."""
    schedule = schedule_of(plan, settings)
    rows = file.count(schedule.total_events)
    on_rows(rows)
    if rows == schedule.total_events:
        return plan
    if not rows:
        raise SettingsError(f"{file.path}: no rows", remedy="Name a file with at least one row.")
    return _cut(plan, schedule, rows)


def _cut(plan: TrafficPlan, schedule: Schedule, rows: int) -> RowPlan:
    end_ns = schedule.due_ns(rows - 1) + 1
    next_ns = schedule.due_ns(rows)
    end_ns = max(end_ns, (end_ns + next_ns) // 2)  # half an interval later: no rounding moves an event over it
    exact = [_until(end_ns, segment) for segment in plan.segments() if segment[0] < end_ns]
    phases = [phase for phase in plan.phases if phase.start_ns < end_ns]
    last = phases[-1]
    phases[-1] = Phase(last.name, last.start_ns, end_ns, last.curve, last.percent)
    return RowPlan(tuple(phases), plan.base_rate_per_s, plan.pattern, exact=exact)


def _until(end_ns: int, segment: Segment) -> Segment:
    start_ns, stop_ns, start, end = segment
    if stop_ns <= end_ns:
        return segment
    return start_ns, end_ns, start, start + (end - start) * (end_ns - start_ns) / (stop_ns - start_ns)


def _nothing_sent() -> RowPlan:
    curve = RampCurve(0.0, 0.0, NS_PER_S)
    phase = Phase(PHASE_NAME, 0, NS_PER_S, curve)
    return RowPlan((phase,), 0.0, None, exact=[(0, NS_PER_S, 0.0, 0.0)])


def _refused(key: str, sources: Mapping[str, str], why: str, remedy: str) -> SettingsError:
    return SettingsError(f"{source_of(sources, f'feed.{key}')}: feed.{key}: {why}", remedy=remedy)
