"""When the records of each input are due: a share of the plan, or some time after those of the input it follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipegen.config import Settings
from pipegen.errors import PatternError, SettingsError
from pipegen.hotpath import Schedule
from pipegen.project import InputFacts
from pipegen.project.inputs import InputRecord
from pipegen.run.feed.input_rates import input_rates
from pipegen.run.feed.schedule import schedule_of
from pipegen.traffic import TrafficPlan, parse_pattern

_Segments = list[tuple[int, int, float, float]]


def input_schedules(inputs: Sequence[InputFacts], plan: TrafficPlan, settings: Settings) -> tuple[Schedule, ...]:
    """The due time of every record of each input, in their order.

    Raises:
        SettingsError: the rates cannot be shared, or an input is to follow one whose records come at random times.
    """
    records = [each.record for each in inputs if each.record is not None]
    if len(inputs) == 1 or len(records) < len(inputs):
        return (schedule_of(plan, settings),)
    return schedules_of(records, plan, settings)


def schedules_of(records: Sequence[InputRecord], plan: TrafficPlan, settings: Settings) -> tuple[Schedule, ...]:
    """The same for what the records of inputs are made from."""
    by_name = {record.name: record for record in records}
    segments = input_segments(records, plan, settings)
    made = []
    for record in records:
        told = settings.inputs.get(record.name)
        arrivals = (told.arrivals if told else None) or settings.arrivals
        if record.follow is not None and arrivals != "uniform":
            raise SettingsError(
                f"inputs.{record.name}: it follows {record.follow.input}, so neither can have Poisson arrivals",
                remedy="Leave arrivals: poisson out.",
            )
        delay_ns = _delay_ns(record, by_name)
        try:
            made.append(Schedule(_later(segments[record.name], delay_ns), arrivals=arrivals, seed=record.seed))
        except ValueError as error:
            raise SettingsError(
                f"inputs.{record.name}: the load is too long: {error}", remedy="Lower --duration or the rates."
            ) from None
    return tuple(made)


def input_segments(records: Sequence[InputRecord], plan: TrafficPlan, settings: Settings) -> Mapping[str, _Segments]:
    """For each input its rate over time, without delays: the plan's shape, or that of its own traffic pattern.

    Raises:
        SettingsError: the rates cannot be shared, or a traffic pattern cannot be read.
    """
    rates = input_rates(records, settings)
    by_name = {record.name: record for record in records}
    found: dict[str, _Segments] = {}
    for record in records:
        if record.follow is not None and _pattern_of(record.name, settings) is not None:
            raise SettingsError(
                f"inputs.{record.name}.traffic: it follows {record.follow.input}, and comes when that one does",
                remedy=f"Set inputs.{record.follow.input}.traffic.",
            )
        leader = record
        while leader.follow is not None:
            leader = by_name[leader.follow.input]
        pattern = _pattern_of(leader.name, settings)
        shape, base = plan, settings.message_rate
        if pattern is not None:
            shape = _own_plan(leader.name, pattern, rates[leader.name], plan.duration_ns)
            base = rates[leader.name]
        factor = rates[record.name] / base
        found[record.name] = [(start, end, one * factor, two * factor) for start, end, one, two in shape.segments()]
    return found


def _pattern_of(name: str, settings: Settings) -> str | None:
    told = settings.inputs.get(name)
    return told.traffic_pattern if told is not None else None


def _own_plan(name: str, pattern: str, rate_per_s: float, duration_ns: int) -> TrafficPlan:
    try:
        return parse_pattern(pattern, base_rate_per_s=rate_per_s, duration_ns=duration_ns)
    except PatternError as error:
        raise SettingsError(
            f"inputs.{name}.traffic: {error.message}", remedy=error.remedy, detail=error.detail
        ) from None


def _delay_ns(record: InputRecord, by_name: dict[str, InputRecord]) -> int:
    """How much later than the plan an input begins, and ends."""
    follow = record.follow
    return 0 if follow is None else follow.offset_ns + _delay_ns(by_name[follow.input], by_name)


def _later(segments: _Segments, delay_ns: int) -> _Segments:
    if not delay_ns:
        return segments
    moved = [(start + delay_ns, end + delay_ns, first, last) for start, end, first, last in segments]
    return [(0, delay_ns, 0.0, 0.0), *moved]
