"""The schedule of a run: its plan with the arrivals that the settings ask for. Starts nothing."""

from __future__ import annotations

import itertools

from pipegen.config import Settings
from pipegen.errors import SettingsError
from pipegen.hotpath import Schedule
from pipegen.traffic import TrafficPlan
from pipegen.units import NS_PER_S


def schedule_of(plan: TrafficPlan, settings: Settings) -> Schedule:
    """The due time of every record.

    Raises:
        SettingsError: the plan has more records than can be numbered.
    """
    try:
        return Schedule(plan.segments(), arrivals=settings.arrivals, seed=settings.pipeline.seed)
    except ValueError as error:
        raise SettingsError(f"the load is too long: {error}", remedy="Lower --duration or the rates.") from None


def planned_counts(plan: TrafficPlan, schedule: Schedule) -> list[int]:
    """How many records are due in each phase; together they are the whole plan."""
    borders = [schedule.events_before(phase.start_ns) for phase in plan.phases]
    return [after - before for before, after in itertools.pairwise([*borders, schedule.total_events])]


def planned_per_second(schedule: Schedule) -> list[int]:
    """Records due in each second of the load; the last one may not be whole."""
    seconds = -(-schedule.duration_ns // NS_PER_S)
    return [
        schedule.planned_between(from_ns=second * NS_PER_S, to_ns=(second + 1) * NS_PER_S) for second in range(seconds)
    ]
