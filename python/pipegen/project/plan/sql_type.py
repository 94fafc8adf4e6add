"""Types as Flink writes them in DESCRIBE and as its plans write them, and whether a cast keeps the value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NOISE: Final = re.compile(r'\s*(?:CHARACTER SET "[^"]*"|COLLATE "[^"]*"|\*ROWTIME\*|\*PROCTIME\*|NOT NULL)')
_ATOM: Final = re.compile(r"(?P<name>[A-Za-z_][\w ]*?)\s*(?:\((?P<numbers>[\d, ]*)\))?(?P<zone> WITH LOCAL TIME ZONE)?")
_SAME: Final = {
    "STRING": ("VARCHAR", (2147483647,)),
    "BYTES": ("VARBINARY", (2147483647,)),
    "INTEGER": ("INT", ()),
    "DEC": ("DECIMAL", None),
    "NUMERIC": ("DECIMAL", None),
    "TIMESTAMP_WITH_LOCAL_TIME_ZONE": ("TIMESTAMP_LTZ", None),
}
_WHOLE: Final = ("TINYINT", "SMALLINT", "INT", "BIGINT")
_TEXT: Final = frozenset({"VARCHAR", "CHAR"})
_MOMENT: Final = frozenset({"TIMESTAMP", "TIMESTAMP_LTZ"})
_LONGEST: Final = 2147483647
_MS_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class SqlType:
    """A type without its nullability.

    Attributes:
        name: In Flink's shortest spelling: ``INT``, ``VARCHAR``, ``MAP``, ``ROW``, …
        numbers: Length, or precision and scale.
        inner: Of an array, multiset or map: what it holds; of a row: its fields' types.
        fields: Names of a row's fields.
    """

    name: str
    numbers: tuple[int, ...] = ()
    inner: tuple[SqlType, ...] = ()
    fields: tuple[str, ...] = ()

    def field(self, name: str) -> SqlType | None:
        """The type of a row's field."""
        return self.inner[self.fields.index(name)] if name in self.fields else None


HEADERS: Final = SqlType("MAP", inner=(SqlType("VARCHAR", (_LONGEST,)), SqlType("VARBINARY", (_LONGEST,))))
"""What a column of record headers must be to carry them whole."""


def parse_type(text: str) -> SqlType:
    """The type that a text of DESCRIBE or of a plan means; one that is not known keeps its text as its name."""
    text = _NOISE.sub("", text).strip()
    if text.endswith((" ARRAY", " MULTISET", " MAP")):
        content, _, kind = text.rpartition(" ")
        parts = split_list(content[1:-1]) if kind == "MAP" else [content]
        return SqlType(kind, inner=tuple(parse_type(part) for part in parts))
    head, bracket, rest = text.partition("<")
    if bracket and rest.endswith(">") and head in {"ARRAY", "MULTISET", "MAP", "ROW"}:
        parts = split_list(rest[:-1])
        return _row(parts, name_first=True) if head == "ROW" else SqlType(head, inner=tuple(map(parse_type, parts)))
    if text.startswith("RecordType"):
        return _row(split_list(text.partition("(")[2][:-1]), name_first=False)
    return _atom(text)


def _atom(text: str) -> SqlType:
    match = _ATOM.fullmatch(text)
    if match is None:
        return SqlType(text)
    numbers = tuple(int(number) for number in (match["numbers"] or "").split(",") if number.strip())
    name = "TIMESTAMP_LTZ" if match["zone"] else match["name"].upper()
    same, length = _SAME.get(name, (name, None))
    return SqlType(same, numbers if length is None else length)


def _row(parts: list[str], *, name_first: bool) -> SqlType:
    fields = [_named(part) if name_first else part.rpartition(" ")[::-2] for part in parts]
    return SqlType("ROW", inner=tuple(parse_type(kind) for _, kind in fields), fields=tuple(name for name, _ in fields))


def _named(part: str) -> tuple[str, str]:
    """Name and type of a row's field, without its comment."""
    match = re.match(r"`((?:[^`]|``)*)`|\S+", part)
    name = match.group() if match else part
    kind = part[len(name) :].partition(" '")[0].strip()
    return (name[1:-1].replace("``", "`") if name.startswith("`") else name), kind


def inner_types(text: str) -> list[tuple[str, str]]:
    """The texts of the types inside a type of DESCRIBE, NOT NULL included, each with the field's name in a row."""
    head, _, rest = text.strip().removesuffix("NOT NULL").rstrip().partition("<")
    parts = split_list(rest.removesuffix(">"))
    return [_named(part) for part in parts] if head == "ROW" else [("", part) for part in parts]


def is_nullable(text: str) -> bool:
    """Whether a type inside another may be null."""
    return not text.rstrip().endswith("NOT NULL")


def split_list(text: str) -> list[str]:
    """The parts of a list with commas between them, brackets respected."""
    parts: list[str] = []
    depth = start = 0
    quoted = False
    for index, character in enumerate(text):
        if character == "`":
            quoted = not quoted
        elif quoted:
            continue
        elif character in "(<[{":
            depth += 1
        elif character in ")>]}":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    last = text[start:].strip()
    return [*parts, last] if last else parts


def keeps_value(source: SqlType | None, target: SqlType) -> bool:
    """Whether a cast leaves every value what it was.

    Times of day and zone count as the same moment: what is cast there and back is unchanged.
    """
    if source is None:
        return False
    if source == target:
        return True
    if source.inner and target.inner:
        alike = source.name == target.name and len(source.inner) == len(target.inner)
        return alike and all(map(keeps_value, source.inner, target.inner))
    if source.name in _WHOLE and target.name in _WHOLE:
        return _WHOLE.index(source.name) <= _WHOLE.index(target.name)
    if source.name in _TEXT and target.name == "VARCHAR":
        return _length(source) <= _length(target)
    if source.name in {"VARBINARY", "BINARY"} and target.name == "VARBINARY":
        return _length(source) <= _length(target)
    if source.name in _MOMENT and target.name in _MOMENT:
        return _digits(target) >= min(_digits(source), _MS_DIGITS)
    if source.name == target.name == "DECIMAL" and len(source.numbers) == len(target.numbers) == 2:
        (precision, scale), (wider, finer) = source.numbers, target.numbers
        return finer >= scale and wider - finer >= precision - scale
    return (source.name, target.name) == ("FLOAT", "DOUBLE")


def _length(kind: SqlType) -> int:
    return kind.numbers[0] if kind.numbers else 1


def _digits(kind: SqlType) -> int:
    return kind.numbers[0] if kind.numbers else 6
