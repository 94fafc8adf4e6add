"""The list ``thresholds`` of the settings: texts, or mappings with an expression and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from pipegen.config.source import source_of
from pipegen.errors import SettingsError, ThresholdError
from pipegen.gates.grammar import parse_threshold
from pipegen.gates.part_metric import EACH, Part, PartNames, metric_of, part_catalogue
from pipegen.gates.threshold import Threshold
from pipegen.suggestion import did_you_mean
from pipegen.units import parse_duration_ns

_KEYS: Final = ("expression", "abort_on_fail", "delay")


def read_thresholds(
    entries: Sequence[object],
    sources: Mapping[str, str],
    *,
    phases: Sequence[str],
    duration_s: float,
    parts: PartNames | None = None,
) -> list[Threshold]:
    """The thresholds of a run.

    Args:
        entries: The setting ``thresholds``.
        sources: Where each setting came from; parts of the list are named like ``thresholds[0].expression``.
        phases: Names of the plan's phases.
        duration_s: How long the load lasts.
        parts: Names of the inputs and the outputs; None where they are not known yet.

    Returns:
        The thresholds; one that speaks of each output, as ``outputs.*`` does, is one for each of them.

    Raises:
        ThresholdError: at the character that cannot be used; a phase, an input or an output that is not there is one.
        SettingsError: an entry is neither text nor a mapping that makes sense.
    """
    found: list[Threshold] = []
    for index, entry in enumerate(entries):
        key = f"thresholds[{index}]"
        threshold, where = _read(entry, key, sources), _where(sources, f"{key}.expression")
        _check_plan(threshold, where, phases, duration_s)
        found += [threshold] if parts is None else _of_each(threshold, where, parts)
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


def _of_each(threshold: Threshold, where: str, parts: PartNames) -> list[Threshold]:
    """The threshold; where it speaks of each input or output, one for each."""
    part = threshold.part
    if part is None:
        return [threshold]
    names = parts[part.kind]
    if part.name == EACH:
        return [_of_part(threshold, Part(part.kind, name)) for name in names]
    if part.name not in names:
        one = part.kind.removesuffix("s")
        raise ThresholdError(
            f"there is no {one} “{part.name}”: {f'the {one} is' if len(names) == 1 else f'{part.kind} are'} "
            f"{', '.join(names)}",
            pattern=threshold.text,
            position=len(part.kind) + 1,
            where=where,
            remedy=did_you_mean(part.name, names),
        )
    return [threshold]


def _of_part(threshold: Threshold, part: Part) -> Threshold:
    leaf = threshold.metric.path.rpartition(".")[2]
    return replace(
        threshold,
        text=threshold.text.replace(f"{part.kind}.{EACH}", part.written),
        metric=metric_of(part, part_catalogue(part.kind)[leaf]),
        part=part,
    )


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
