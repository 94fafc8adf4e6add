"""When the records of each input are due: a share of the plan, or some time after those of the input it follows."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.config import Settings
from pipegen.errors import SettingsError
from pipegen.hotpath import Schedule
from pipegen.project import InputFacts
from pipegen.project.inputs import InputRecord
from pipegen.run.feed.input_rates import input_rates
from pipegen.run.feed.schedule import schedule_of
from pipegen.traffic import TrafficPlan

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
    rates = input_rates(records, settings)
    by_name = {record.name: record for record in records}
    made = []
    for record in records:
        told = settings.inputs.get(record.name)
        arrivals = (told.arrivals if told else None) or settings.arrivals
        if record.follow is not None and arrivals != "uniform":
            raise SettingsError(
                f"inputs.{record.name}: it follows {record.follow.input}, so neither can have Poisson arrivals",
                remedy="Leave arrivals: poisson out.",
            )
        factor = rates[record.name] / settings.message_rate
        segments = [(start, end, first * factor, last * factor) for start, end, first, last in plan.segments()]
        delay_ns = _delay_ns(record, by_name)
        try:
            made.append(Schedule(_later(segments, delay_ns), arrivals=arrivals, seed=record.seed))
        except ValueError as error:
            raise SettingsError(
                f"inputs.{record.name}: the load is too long: {error}", remedy="Lower --duration or the rates."
            ) from None
    return tuple(made)


def _delay_ns(record: InputRecord, by_name: dict[str, InputRecord]) -> int:
    """How much later than the plan an input begins, and ends."""
    follow = record.follow
    return 0 if follow is None else follow.offset_ns + _delay_ns(by_name[follow.input], by_name)


def _later(segments: _Segments, delay_ns: int) -> _Segments:
    if not delay_ns:
        return segments
    moved = [(start + delay_ns, end + delay_ns, first, last) for start, end, first, last in segments]
    return [(0, delay_ns, 0.0, 0.0), *moved]
