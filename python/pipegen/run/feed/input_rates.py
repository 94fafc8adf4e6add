"""How the message rate of a run is shared among its inputs. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pipegen.config import Settings
from pipegen.errors import SettingsError
from pipegen.project.inputs import InputRecord
from pipegen.units import format_rate


def input_rates(records: Sequence[InputRecord], settings: Settings) -> Mapping[str, float]:
    """Messages per second of each input where the plan is at its base rate; together they are the message rate.

    Rates that are set and those of loaded tables come first; the other inputs share the rest evenly. Records that
    follow others are part of the share of those that they follow.

    Raises:
        SettingsError: the rates that are set leave nothing for the others, or are not the message rate.
    """
    ordered = _in_order(records)
    told = {name: each.rate for name, each in settings.inputs.items() if each.rate is not None}
    leaders = [record for record in records if record.follow is None]
    loaded = {record.name: record.load.rate_per_s for record in leaders if record.load is not None}
    free = [record.name for record in leaders if record.name not in told and record.name not in loaded]
    fixed = {**loaded, **told}
    rest = settings.message_rate - sum(rate * _weight(name, records) for name, rate in fixed.items())
    if free and rest <= 0:
        raise SettingsError(
            f"inputs: {_listed(fixed)} leave nothing of the message rate of "
            f"{format_rate(settings.message_rate)} for {', '.join(free)}",
            remedy="Raise --rate, or set lower rates in inputs.",
        )
    if not free and not math.isclose(rest, 0, abs_tol=settings.message_rate * 1e-6):
        total = settings.message_rate - rest
        raise SettingsError(
            f"inputs: the rates of all inputs are set and are {format_rate(total)} together, while the message rate is "
            f"{format_rate(settings.message_rate)}",
            remedy=f"Set --rate {total:g}, or leave one of the rates out.",
        )
    weight = sum(_weight(name, records) for name in free)
    rates = {**fixed, **dict.fromkeys(free, rest / weight)}
    for record in ordered:
        if record.follow is not None:
            rates[record.name] = rates[record.follow.input] * record.follow.share_ppm / 1e6
    return {record.name: rates[record.name] for record in records}


def _weight(name: str, records: Sequence[InputRecord]) -> float:
    """Records that are sent for each record of an input, those that follow it included."""
    followers = [(each.name, each.follow.share_ppm) for each in records if each.follow and each.follow.input == name]
    return 1 + sum(share / 1e6 * _weight(follower, records) for follower, share in followers)


def _in_order(records: Sequence[InputRecord]) -> list[InputRecord]:
    """Each after the one that it follows."""
    done: dict[str, InputRecord] = {}
    left = list(records)
    while left:
        ready = [each for each in left if each.follow is None or each.follow.input in done]
        if not ready:
            names = " and ".join(each.name for each in left)
            raise SettingsError(f"inputs: {names} follow each other", remedy="Let one of them follow none.")
        done |= {each.name: each for each in ready}
        left = [each for each in left if each.name not in done]
    return list(done.values())


def _listed(rates: Mapping[str, float]) -> str:
    return " and ".join(f"{format_rate(rate)} of {name}" for name, rate in rates.items())
