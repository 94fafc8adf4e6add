"""Replaces values by others of the same type and, where it is simple, the same shape. Pure.

A keyed permutation: the same value becomes the same other one wherever it stands, and two different ones never become
the same, so what could be joined can still be joined. A letter becomes a letter of its kind, a digit a digit, and what
is neither stays. Whole numbers and texts of digits are replaced alike, so that ``42`` and ``"42"`` still agree.
"""

from __future__ import annotations

import datetime
import hashlib
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

_ROUNDS: Final = 8
_AT_ONCE: Final = 64
"""Characters that are permuted together; the work grows with the square."""
_INT_MAX: Final = 2**31 - 1
_LONG_MAX: Final = 2**63 - 1
_EXACT: Final = 10.0**15
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGITS: Final = re.compile(r"(-?)(0*)([0-9]*)")
_ALPHABETS: Final = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789")
_HEX: Final = ("0123456789abcdef", "0123456789ABCDEF")
_PER_DAY: Final = {"millis": 86_400_000, "micros": 86_400_000_000, "nanos": 86_400_000_000_000}
_EPOCH: Final = datetime.date(1970, 1, 1)


class Mask:
    """A permutation of values.

    Args:
        seed: Decides it. Who knows it can try values out.
    """

    def __init__(self, seed: str) -> None:
        self._key = hashlib.sha256(seed.encode()).digest()

    def text(self, text: str) -> str:
        """Another text of the same length."""
        if (match := _DIGITS.fullmatch(text)) is not None:
            sign, zeros, digits = match.groups()
            if sign and not zeros and digits:
                return str(self.whole(int(text)))
            return sign + zeros + (str(self.whole(int(digits))) if digits else "")
        alphabet_of: Callable[[str], str] = _alphabet
        if _UUID.fullmatch(text) and text in {text.lower(), text.upper()}:
            alphabet_of = _hex_alphabet(_HEX[text != text.lower()])
        made: list[str] = []
        for start in range(0, len(text), _AT_ONCE):
            part = text[start : start + _AT_ONCE]
            alphabets = [alphabet_of(sign) for sign in part]
            made.append(self._mixed(part, alphabets, text[:start]))
        return "".join(made)

    def whole(self, number: int) -> int:
        """Another whole number with as many digits, which fits in 32 or 64 bits where this one does."""
        if number < 0:
            return -1 - self.whole(-1 - number)
        least = 10 ** (len(str(number)) - 1) if number else 0
        most = 10 ** len(str(number)) - 1
        if not number:
            return 0
        for limit in (_INT_MAX, _LONG_MAX):
            if least <= limit < most:
                least, most = (least, limit) if number <= limit else (limit + 1, most)
        return least + self._permuted(number - least, most - least + 1, b"whole")

    def double(self, number: float) -> float:
        """Another number with as many digits and the same magnitude."""
        if not math.isfinite(number) or not number:
            return number
        if number.is_integer() and abs(number) < _EXACT:
            return float(self.whole(int(number)))
        digits = Decimal(repr(abs(number))).normalize()
        exponent = int(digits.as_tuple().exponent)
        whole = self.whole(int(digits.scaleb(-exponent)))
        while not whole % 10 or math.isinf(
            float(Decimal(whole).scaleb(exponent))
        ):  # it would have fewer digits, and could be another one's
            whole = self.whole(whole)
        return math.copysign(float(Decimal(whole).scaleb(exponent)), number)

    def binary(self, data: bytes) -> bytes:
        """Other bytes, as many."""
        made = b""
        for start in range(0, len(data), _AT_ONCE):
            part = data[start : start + _AT_ONCE]
            number = self._permuted(int.from_bytes(part, "big"), 256 ** len(part), b"bytes" + data[:start])
            made += number.to_bytes(len(part), "big")
        return made

    def choice(self, number: int, choices: int) -> int:
        """The number of another of so many choices."""
        return self._permuted(number, choices, b"choice")

    def moment(self, ticks: int, per_day: int) -> int:
        """Another time of the same year, as so many ticks a day since the epoch."""
        try:
            year = (_EPOCH + datetime.timedelta(days=ticks // per_day)).year
            first = (datetime.date(year, 1, 1) - _EPOCH).days * per_day
            days = 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
        except OverflowError:
            return self.whole(ticks)
        return first + self._permuted(ticks - first, days * per_day, b"moment%d" % year)

    def leaf(self, value: Any) -> Any:
        """Another value of the same type; lists and objects are replaced value by value."""
        match value:
            case bool():
                return bool(self.choice(int(value), 2))
            case int():
                return self.whole(value)
            case float():
                return self.double(value)
            case str():
                return self.text(value)
            case bytes():
                return self.binary(value)
            case list():
                return [self.leaf(each) for each in value]
            case dict():
                return {key: self.leaf(each) for key, each in value.items()}
        return value

    def _mixed(self, part: str, alphabets: Sequence[str], before: str) -> str:
        number, size = 0, 1
        for sign, alphabet in zip(part, alphabets, strict=True):
            number = number * len(alphabet) + alphabet.index(sign)
            size *= len(alphabet)
        shape = "".join(alphabet[0] for alphabet in alphabets)
        number = self._permuted(number, size, f"{shape}\0{before}".encode("utf-8", "surrogatepass"))
        made = []
        for alphabet in reversed(alphabets):
            number, index = divmod(number, len(alphabet))
            made.append(alphabet[index])
        return "".join(reversed(made))

    def _permuted(self, number: int, size: int, what: bytes) -> int:
        """A permutation of the numbers below ``size``: a Feistel network, walked until it is within them again."""
        if size < 2:
            return number
        bits = max((size - 1).bit_length(), 2)
        low = bits // 2
        while True:
            left, right = number >> low, number & ((1 << low) - 1)
            widths = (bits - low, low)
            for turn in range(_ROUNDS):
                width = widths[turn % 2]
                left, right = right, left ^ self._hashed(turn, right, width, what)
            number = left << low | right
            if number < size:
                return number

    def _hashed(self, turn: int, number: int, width: int, what: bytes) -> int:
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        made = hashlib.shake_256(b"".join((self._key, bytes([turn, len(data) % 256]), data, b"\0", what)))
        return int.from_bytes(made.digest((width + 7) // 8), "big") >> (-width % 8)


class FieldMask:
    """Replaces the values of named fields.

    Args:
        names: Names of fields, at any depth, or paths such as ``customer.email``.
        mask: Replaces.

    Attributes:
        seen: The names that were found so far.
    """

    def __init__(self, names: frozenset[str], mask: Mask) -> None:
        self._names = names
        self.mask = mask
        self.seen: set[str] = set()

    def named(self, *path: str) -> bool:
        """Whether a field is to be replaced."""
        found = {".".join(path), path[-1]} & self._names
        self.seen |= found
        return bool(found)

    def json(self, value: Any, replaced: dict[str, str]) -> Any:
        """A JSON value with replacements.

        Args:
            value: The value.
            replaced: Gets the text of each value that was replaced, and of what it became.
        """
        return self._json(value, (), replaced)

    def _json(self, value: Any, path: tuple[str, ...], replaced: dict[str, str]) -> Any:
        if isinstance(value, list):
            return [self._json(each, path, replaced) for each in value]
        if not isinstance(value, dict):
            return value
        made = {}
        for key, each in value.items():
            if self.named(*path, key):
                made[key] = self.mask.leaf(each)
                replaced[str(each)] = str(made[key])
            else:
                made[key] = self._json(each, (*path, key), replaced)
        return made

    def avro(self, schema: Any) -> Callable[[Any, dict[str, str]], Any]:
        """What replaces values of an Avro schema, as fastavro has parsed it; arguments are those of :meth:`json`."""
        types: dict[str, Any] = {}
        _note_types(schema, types)

        def replace(value: Any, replaced: dict[str, str]) -> Any:
            return _Walk(self.mask, self.named, types, replaced).value(value, schema, (), hide=False)

        return replace


def _note_types(node: Any, types: dict[str, Any]) -> None:
    if isinstance(node, list):
        for each in node:
            _note_types(each, types)
    elif isinstance(node, dict):
        if "name" in node and isinstance(node.get("type"), str):
            types[node["name"]] = node
        for each in [node.get("type"), node.get("items"), node.get("values")]:
            _note_types(each, types)
        for field in node.get("fields", ()):
            _note_types(field["type"], types)


class _Walk:
    """Replaces values along a schema, which says what bytes, numbers and symbols mean."""

    def __init__(
        self, mask: Mask, named: Callable[..., bool], types: Mapping[str, Any], replaced: dict[str, str]
    ) -> None:
        self._mask = mask
        self._named = named
        self._types = types
        self._replaced = replaced

    def value(self, value: Any, node: Any, path: tuple[str, ...], *, hide: bool) -> Any:
        if value is None:
            return None
        if isinstance(node, str) and node in self._types:
            node = self._types[node]
        if isinstance(node, list):
            return self._of_union(value, node, path, hide=hide)
        kind = node["type"] if isinstance(node, dict) else node
        if isinstance(kind, dict | list):
            return self.value(value, kind, path, hide=hide)
        match kind:
            case "record" | "error":
                return {
                    each["name"]: self.value(
                        value[each["name"]],
                        each["type"],
                        (*path, each["name"]),
                        hide=self._named(*path, each["name"]) or hide,
                    )
                    for each in node["fields"]
                }
            case "array":
                return [self.value(each, node["items"], path, hide=hide) for each in value]
            case "map":
                return {
                    key: self.value(each, node["values"], (*path, key), hide=self._named(*path, key) or hide)
                    for key, each in value.items()
                }
        if not hide:
            return value
        made = self._leaf(value, node, str(kind))
        self._replaced[str(value)] = str(made)
        return made

    def _of_union(self, value: Any, branches: list[Any], path: tuple[str, ...], *, hide: bool) -> Any:
        if isinstance(value, tuple):  # fastavro says which named type it is
            name, inner = value
            return name, self.value(inner, self._types[name], path, hide=hide)
        others = [each for each in branches if each != "null"]
        fitting = [each for each in others if _fits(value, each)]
        return self.value(value, (fitting or others)[0], path, hide=hide)

    def _leaf(self, value: Any, node: Any, kind: str) -> Any:
        logical = str(node.get("logicalType", "")) if isinstance(node, dict) else ""
        if kind == "enum":
            symbols = node["symbols"]
            return symbols[self._mask.choice(symbols.index(value), len(symbols))]
        if isinstance(value, bytes) and logical == "decimal":
            number = self._mask.whole(int.from_bytes(value, "big", signed=True))
            size = len(value) if kind == "fixed" else max(len(value), (number.bit_length() + 8) // 8)
            return number.to_bytes(size, "big", signed=True)
        if isinstance(value, int) and logical == "date":
            return self._mask.moment(value, 1)
        if isinstance(value, int) and "timestamp-" in logical:
            return self._mask.moment(value, _PER_DAY.get(logical.rpartition("-")[2], 86_400_000))
        return self._mask.leaf(value)


def _fits(value: Any, node: Any) -> bool:
    kind = str(node["type"]) if isinstance(node, dict) else str(node)
    match value:
        case bool():
            return kind == "boolean"
        case int():
            return kind in {"int", "long"}
        case float():
            return kind in {"float", "double"}
        case str():
            return kind in {"string", "enum"}
        case bytes():
            return kind in {"bytes", "fixed"}
        case list():
            return kind == "array"
    return kind in {"map", "record"}


def _hex_alphabet(alphabet: str) -> Callable[[str], str]:
    return lambda sign: alphabet if sign in alphabet else sign


@lru_cache(maxsize=4096)
def _alphabet(sign: str) -> str:
    """The signs that one may become: those of its kind, for other scripts within their block; else only itself."""
    for alphabet in _ALPHABETS:
        if sign in alphabet:
            return alphabet
    category = unicodedata.category(sign)
    if category[0] != "L" and category != "Nd":
        return sign
    first = ord(sign) // 256 * 256
    block = (chr(code) for code in range(max(first, 128), first + 256))
    return "".join(each for each in block if unicodedata.category(each) == category)
