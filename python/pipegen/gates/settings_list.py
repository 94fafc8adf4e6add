"""The list ``thresholds`` of the settings: texts, or mappings with an expression and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from pipegen.config.source import source_of
from pipegen.errors import SettingsError, ThresholdError
from pipegen.gates.grammar import parse_threshold
from pipegen.gates.threshold import Threshold
from pipegen.suggestion import did_you_mean
from pipegen.units import parse_duration_ns

_KEYS: Final = ("expression", "abort_on_fail", "delay")


def read_thresholds(
    entries: Sequence[object], sources: Mapping[str, str], *, phases: Sequence[str], duration_s: float
) -> list[Threshold]:
    """The thresholds of a run.

    Args:
        entries: The setting ``thresholds``.
        sources: Where each setting came from; parts of the list are named like ``thresholds[0].expression``.
        phases: Names of the plan's phases.
        duration_s: How long the load lasts.

    Raises:
        ThresholdError: at the character that cannot be used; a phase that the plan does not have is one.
        SettingsError: an entry is neither text nor a mapping that makes sense.
    """
    found = []
    for index, entry in enumerate(entries):
        key = f"thresholds[{index}]"
        threshold = _read(entry, key, sources)
        _check_plan(threshold, _where(sources, f"{key}.expression"), phases, duration_s)
        found.append(threshold)
    return found


def _read(entry: object, key: str, sources: Mapping[str, str]) -> Threshold:
    if isinstance(entry, str):
        return parse_threshold(entry, _where(sources, key))
    if not isinstance(entry, Mapping):
        raise SettingsError(
            f"{source_of(sources, key)}: {key} is neither a text nor a mapping",
            remedy='Write - "lost==0" or - {expression: "lost==0", abort_on_fail: true}.',
        )
    for name in entry:
        if name not in _KEYS:
            raise SettingsError(
                f"{source_of(sources, f'{key}.{name}')}: {key}: unknown key “{name}”",
                remedy=did_you_mean(str(name), _KEYS) or f"Known are {', '.join(_KEYS)}.",
            )
    text = entry.get("expression")
    if not isinstance(text, str):
        raise SettingsError(
            f"{source_of(sources, f'{key}.expression')}: {key}: “expression” is missing or no text",
            remedy='Write it like expression: "error_rate<1%".',
        )
    threshold = parse_threshold(text, _where(sources, f"{key}.expression"))
    abort, delay = entry.get("abort_on_fail", threshold.abort_on_fail), entry.get("delay")
    if not isinstance(abort, bool):
        raise SettingsError(f"{source_of(sources, f'{key}.abort_on_fail')}: {key}: abort_on_fail is true or false")
    delay_s = threshold.delay_s
    if delay is not None:
        try:
            delay_s = parse_duration_ns(str(delay)) / 1e9
        except ValueError as error:
            raise SettingsError(f"{source_of(sources, f'{key}.delay')}: {key}: delay: {error}") from None
    return replace(threshold, abort_on_fail=abort, delay_s=delay_s)


def _check_plan(threshold: Threshold, where: str, phases: Sequence[str], duration_s: float) -> None:
    if threshold.phase is not None and threshold.phase not in phases:
        known = list(dict.fromkeys(phases))
        raise ThresholdError(
            f"the plan has no phase “{threshold.phase}”",
            pattern=threshold.text,
            position=threshold.text.rindex(threshold.phase),
            where=where,
            remedy=did_you_mean(threshold.phase, known) or f"It has {', '.join(known)}.",
        )
    for word, seconds in (("over", threshold.window_s), ("delay", threshold.delay_s)):
        if seconds is not None and (seconds > duration_s or (word == "delay" and seconds == duration_s)):
            raise ThresholdError(
                f"the load lasts {duration_s:g} s: there is no sample for this threshold",
                pattern=threshold.text,
                position=max(threshold.text.find(word), 0),
                where=where,
                remedy="Shorten it, or raise --duration.",
            )


def _where(sources: Mapping[str, str], key: str) -> str:
    place = source_of(sources, key)
    return "--threshold" if place.startswith("flag") else f"{place}: threshold"
