"""The list ``traffic:`` of the settings: the same windows and shapes as in a pattern, each phase with a name.

    traffic:
      - name: warmup
        window: 0s-1m
        rate: 10%..100%
      - name: burst
        window: 2m-8m
        repeat: {every: 2m, for: 20s}
        spike: {rate: 800%, decay: 5s}

Values are read by the grammar of patterns, and a fault is pointed at by file, line, key and character.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from pipegen.config.source import source_of
from pipegen.errors import SettingsError
from pipegen.suggestion import did_you_mean
from pipegen.traffic.grammar import PARAMETERS, Reader, repetition, shape_of
from pipegen.traffic.plan import STEADY
from pipegen.traffic.window import Place, Repeat, Shape, Window

_SHAPES: Final = ("rate", *PARAMETERS)
_KEYS: Final = ("name", "window", *_SHAPES, "repeat")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


def read_phases(entries: Sequence[Mapping[str, object]], sources: Mapping[str, str]) -> list[Window]:
    """The windows of the list, in its order.

    Args:
        entries: The setting ``traffic``.
        sources: Where each setting came from; parts of the list are named like ``traffic[0].window``.

    Raises:
        SettingsError: a key is missing, unknown, or of the wrong kind.
        PatternError: a value cannot be read.
    """
    return [_Entry(entry, f"traffic[{number}]", sources).window() for number, entry in enumerate(entries)]


class _Entry:
    """One mapping of the list, or one inside it; knows its own name and place."""

    def __init__(self, values: Mapping[str, object], key: str, sources: Mapping[str, str]) -> None:
        self._values = values
        self._key = key
        self._sources = sources

    def window(self) -> Window:
        """The entry as a window."""
        self.check(_KEYS, required=["window"])
        kinds = [kind for kind in _SHAPES if kind in self._values]
        if len(kinds) != 1:
            found = f"has {' and '.join(kinds)}" if kinds else "has no shape"
            at = kinds[-1] if kinds else None
            raise self._error(f"the phase {found}; it needs exactly one of {', '.join(_SHAPES)}", at)
        name, name_place = self._name()
        reader = self.reader("window")
        start_ns, start_place, end_ns, end_place = reader.range()
        reader.end()
        shape, place = self._shape(kinds[0])
        return Window(start_ns, end_ns, shape, place, start_place, end_place, self._repeat(), name, name_place)

    def _shape(self, kind: str) -> tuple[Shape, Place]:
        if kind == "rate":
            inner, parameter = self, None
        else:
            inner, parameter = self._mapping(kind, ["rate", PARAMETERS[kind]]), PARAMETERS[kind]
        reader = inner.reader("rate")
        place = reader.here()
        start, end = reader.levels()
        reader.end()
        if end is None and kind in {"sine", "steps"}:
            raise place.error(f"a {kind} goes between two levels", remedy="Write them like 100%..300%.")
        if parameter is None:
            return shape_of(kind, start, end, 0), place
        reader = inner.reader(parameter)
        amount = reader.count() if parameter == "count" else reader.span(f"the {parameter} of the {kind}")
        reader.end()
        return shape_of(kind, start, end, amount), place

    def _repeat(self) -> Repeat | None:
        if "repeat" not in self._values:
            return None
        inner = self._mapping("repeat", ["every", "for"])
        spans = []
        for name in ("every", "for"):
            reader = inner.reader(name)
            spans.append(reader.span(f"“{name}” of the repetition"))
            reader.end()
        return repetition(spans[0], spans[1], inner.reader("for").here())

    def _name(self) -> tuple[str | None, Place | None]:
        if "name" not in self._values:
            return None, None
        place = self.reader("name").here()
        if not _NAME.fullmatch(place.text):
            remedy = "Use letters, digits and _, beginning with a letter, at most 40."
            raise place.error("a phase's name must be one word", remedy=remedy)
        if place.text == STEADY:
            raise place.error(f"{STEADY} is the name of the stretches at the base rate", remedy="Use another name.")
        return place.text, place

    def _mapping(self, key: str, names: Collection[str]) -> _Entry:
        value = self._values[key]
        if not isinstance(value, Mapping):
            example = ", ".join(f"{name}: …" for name in names)
            raise self._error(f"{key} is not “key: value” pairs", key, f"Write it like {key}: {{{example}}}.")
        inner = _Entry(value, f"{self._key}.{key}", self._sources)
        inner.check(names, required=names)
        return inner

    def check(self, known: Collection[str], *, required: Collection[str]) -> None:
        """Refuses unknown and missing keys."""
        for key in self._values:
            if key not in known:
                remedy = did_you_mean(str(key), known) or f"Known are {', '.join(known)}."
                raise self._error(f"unknown key “{key}”", str(key), remedy)
        for key in required:
            if key not in self._values:
                raise self._error(f"“{key}” is missing", None, f"Add “{key}: …”.")

    def reader(self, key: str) -> Reader:
        """A reader of a value's text."""
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._error(f"{key} is no text", key, f"Write “{key}: …” with the value in one line.")
        return Reader(str(value), f"{self._place(key)}: {self._key}.{key}")

    def _error(self, reason: str, key: str | None, remedy: str | None = None) -> SettingsError:
        return SettingsError(f"{self._place(key)}: {self._key}: {reason}", remedy=remedy)

    def _place(self, key: str | None) -> str:
        return source_of(self._sources, self._key if key is None else f"{self._key}.{key}")
