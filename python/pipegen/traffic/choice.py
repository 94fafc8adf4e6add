"""Which plan the settings ask for: the pattern, the list of phases, or the base rate throughout."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.config import Settings
from pipegen.config.source import source_of
from pipegen.errors import SettingsError
from pipegen.traffic.phase_list import read_phases
from pipegen.traffic.plan import TrafficPlan, parse_pattern, plan_of


def plan_traffic(settings: Settings, sources: Mapping[str, str]) -> TrafficPlan:
    """The plan of a run.

    Args:
        settings: Base rate, duration, and pattern or list.
        sources: Where each setting came from, for error messages.

    Raises:
        PatternError: at the character where the pattern, or a value of the list, cannot be used.
        SettingsError: the list has a fault, or both are given.
    """
    if not settings.traffic:
        return parse_pattern(
            settings.traffic_pattern, base_rate_per_s=settings.message_rate, duration_ns=settings.duration_ns
        )
    if settings.traffic_pattern is not None:
        places = [source_of(sources, key) for key in ("traffic", "traffic_pattern")]
        raise SettingsError(
            f"{places[0]}: traffic: there is a traffic pattern as well ({places[1]})",
            remedy="Describe the load either as a list of phases or as a pattern.",
        )
    windows = read_phases(settings.traffic, sources)
    return plan_of(windows, base_rate_per_s=settings.message_rate, duration_ns=settings.duration_ns)
