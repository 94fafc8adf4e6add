"""The plan in the contract, and where a run stands in it. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pipegen.choices import ArrivalKind
from pipegen.snapshot import Explained, PhasePlan, TrafficState
from pipegen.traffic import TrafficPlan
from pipegen.units import NS_PER_S

# Every snapshot carries the whole plan: so many points for all curved phases together, but a few for each.
_SKETCH_POINTS = 512
_MIN_SKETCH_POINTS = 8


def traffic(
    plan: TrafficPlan, *, arrivals: ArrivalKind, planned_total: int, offset_ns: int | None
) -> Explained[TrafficState]:
    """The section.

    Args:
        plan: The plan.
        arrivals: How records are spread along it.
        planned_total: Records of the plan that are this worker's.
        offset_ns: How far into the plan the run is; None while no load is sent.
    """
    section = TrafficState(
        base_rate_per_s=plan.base_rate_per_s,
        pattern=plan.pattern,
        arrivals=arrivals,
        planned_total=planned_total,
        phases=list(_phase_plans(plan)),
        **_current(plan, offset_ns),
    )
    return Explained.known(section, dict.fromkeys(("phase_index", "next_in_s"), "no load is being sent"))


def _current(plan: TrafficPlan, offset_ns: int | None) -> dict[str, Any]:
    if offset_ns is None or not 0 <= offset_ns < plan.duration_ns:
        return {"phase": None, "phase_index": None, "next_in_s": None}
    phase = plan.phase_at(offset_ns)
    return {
        "phase": phase.name,
        "phase_index": plan.phases.index(phase),
        "next_in_s": round((phase.end_ns - offset_ns) / NS_PER_S, 3),
    }


@lru_cache(maxsize=4)
def _phase_plans(plan: TrafficPlan) -> tuple[PhasePlan, ...]:
    curved = sum(phase.shape in {"sine", "spike"} for phase in plan.phases)
    limit = max(_SKETCH_POINTS // max(curved, 1), _MIN_SKETCH_POINTS)
    found = []
    for phase in plan.phases:
        points = [(at_ns / NS_PER_S, rate) for at_ns, rate in phase.sketch(min(limit, 128))]
        rates = [rate for _, rate in points]
        found.append(
            PhasePlan(
                name=phase.name,
                shape=phase.shape,
                start_s=phase.start_ns / NS_PER_S,
                end_s=phase.end_ns / NS_PER_S,
                start_rate_per_s=rates[0],
                end_rate_per_s=rates[-1],
                min_rate_per_s=min(rates),
                max_rate_per_s=max(rates),
                percent=phase.percent,
                points=[[round(at_s, 6), round(rate, 6)] for at_s, rate in points],
            )
        )
    return tuple(found)
