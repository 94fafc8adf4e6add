"""What the options of a generating connector say of its columns, as hints: those of datagen and of faker. Pure.

What is ignored is reported, so that nobody takes the values for those of the connector.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipegen.project.plan.table import FlinkTable

_PREFIX: Final = "fields."
_WHOLE: Final = ("TINYINT", "SMALLINT", "INT", "BIGINT")
_BROKEN: Final = ("FLOAT", "DOUBLE", "DECIMAL")
_CALL: Final = re.compile(r"^#\{\s*([\w.]+)\s*(.*?)\s*\}$", re.DOTALL)
_ARGUMENT: Final = re.compile(r"'((?:[^']|'')*)'")
_CHOICE: Final = re.compile(r"^\(?([^()\[\]{}?*+.\\]+(?:\|[^()\[\]{}?*+.\\]+)*)\)?(?:\{1\})?$")
_PACE: Final = ("rows-per-second", "number-of-rows")


@dataclass(frozen=True, slots=True)
class GeneratorHints:
    """Hints by column, and which options are ignored."""

    hints: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def generator_hints(table: FlinkTable) -> GeneratorHints:
    """What the options of the connector that a table replaces say of its columns."""
    options = table.replaces or {}
    read = {"datagen": _of_datagen, "faker": _of_faker}.get(table.own_connector)
    if read is None:
        return GeneratorHints()
    hints: dict[str, Mapping[str, Any]] = {}
    left: list[str] = []
    for column in table.physical:
        own = {
            key.removeprefix(f"{_PREFIX}{column.name}."): value
            for key, value in options.items()
            if key.startswith(f"{_PREFIX}{column.name}.")
        }
        try:
            told = dict(read(own, column.type.upper()))
        except ValueError:
            told = {}
        timed = table.watermark is not None and table.watermark.column == column.name
        if own and not (told or timed):
            left.append(column.name)
        if told:
            hints[column.name] = told
    notes = [f"{key} = {options[key]} is ignored: the run has its own load" for key in _PACE if key in options]
    if left:
        notes.append(f"the options of {', '.join(left)} are ignored: describe the values in inputs.NAME.hints")
    return GeneratorHints(hints, tuple(notes))


def _of_datagen(own: Mapping[str, str], kind: str) -> Iterator[tuple[str, Any]]:
    number = _number_of(kind)
    if own.get("kind") == "sequence":
        yield "sequence", {"start": int(own.get("start", "0")), "step": 1}
        return
    if number is not None:
        if "min" in own:
            yield "min", number(own["min"])
        if "max" in own:
            yield "max", number(own["max"])
    elif "length" in own and _is_text(kind):
        yield from (("min_length", int(own["length"])), ("max_length", int(own["length"])))
    if float(own.get("null-rate", "0")) > 0:
        yield "null", float(own["null-rate"])


def _of_faker(own: Mapping[str, str], kind: str) -> Iterator[tuple[str, Any]]:
    call = _CALL.match(own.get("expression", "").strip())
    name = call[1].lower().rpartition(".")[2] if call is not None else ""
    given = [each.replace("''", "'") for each in _ARGUMENT.findall(call[2])] if call is not None else []
    yield from _of_call(name, given, kind)
    if float(own.get("null-rate", "0")) > 0:
        yield "null", float(own["null-rate"])


def _of_call(name: str, given: list[str], kind: str) -> Iterator[tuple[str, Any]]:
    number = _number_of(kind)
    match name:
        case "numberbetween" | "randomdouble" | "randomnumber" if len(given) >= 2 and number is not None:
            low, high = given[-2:]
            # Its upper end is not among the values.
            yield from (("min", number(low)), ("max", number(high) - (1 if kind.startswith(_WHOLE) else 0)))
        case "randomdigit" | "digit" if number is not None:
            yield from (("min", 0), ("max", 9))
        case "randomdigitnotzero" if number is not None:
            yield from (("min", 1), ("max", 9))
        case "option" if given:
            yield "one_of", _of_type(given, number)
        case "regexify" if given and (choice := _CHOICE.match(given[0])) is not None:
            yield "one_of", _of_type(choice[1].split("|"), number)
        case "uuid" if _is_text(kind):
            yield "pattern", "{uuid}"
        case "numerify" | "bothify" if given and _is_text(kind):
            yield "pattern", _pattern(given[0])


def _of_type(values: list[str], number: Callable[[str], float] | None) -> list[Any]:
    return list(dict.fromkeys(number(each) for each in values)) if number is not None else list(dict.fromkeys(values))


def _pattern(mask: str) -> str:
    """``INV-####`` as a pattern: # is a digit, ? a letter."""
    made = ""
    for part in re.findall(r"#+|\?+|[^#?]+", mask):
        kind = {"#": "digits", "?": "lower"}.get(part[0])
        made += f"{{{kind}:{len(part)}}}" if kind else part.replace("{", "{{").replace("}", "}}")
    return made


def _number_of(kind: str) -> Callable[[str], float] | None:
    """How a value of a numeric type is read; None for other types."""
    if kind.startswith(_WHOLE):
        return lambda text: int(float(text))
    return float if kind.startswith(_BROKEN) else None


def _is_text(kind: str) -> bool:
    return kind.startswith(("STRING", "VARCHAR", "CHAR"))
