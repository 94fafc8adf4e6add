"""Values the SQL needs: compared literals occur, and groups have more than one record.

These are guesses, made only where the generator's own values would not do and no hint is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipegen.project.inputs.pools import Node, make_pool, stream_of, type_of
from pipegen.project.plan.literal import LiteralValue
from pipegen.project.plan.sql_type import SqlType
from pipegen.project.plan.topology import ComparedColumn, Input, Topology

GROUP_SIZE: Final = 100
"""Distinct values of a grouping column unless something determines their number."""
_SELDOM: Final = 0.02
"""In a short run, a smaller share of the records than this is practically none."""
_MANY: Final = 0.5
"""With more distinct values than this share of the records, hardly any group has two records."""
_WHOLE: Final[Mapping[str, int]] = {"TINYINT": 7, "SMALLINT": 15, "INT": 31, "BIGINT": 53}
_REAL: Final = frozenset({"FLOAT", "DOUBLE", "DECIMAL"})
_TEXTS: Final = frozenset({"VARCHAR", "CHAR"})
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Shaped:
    """The guess for one column.

    Attributes:
        column: The column's name in the table.
        hint: The hint for the generator.
        note: The same in words.
    """

    column: str
    hint: Mapping[str, Any]
    note: str


def wanted_columns(topology: Topology, name: str) -> set[str]:
    """The columns of an input whose values matter to the SQL."""
    compared = {each.column for each in topology.compared if each.input == name}
    return compared | {column for of, column in topology.groups if of == name}


def shape(topology: Topology, source: Input, drawn: Mapping[str, Sequence[Any]], *, seed: int) -> Iterable[Shaped]:
    """Guesses hints for an input's columns.

    Args:
        topology: What the SQL compares and groups.
        source: The input.
        drawn: Values the generator produces, for each column without hints.
        seed: The run's seed.
    """
    inputs = {source.name: source}
    done = set()
    for compared in topology.compared:
        node = Node(compared.input, compared.column)
        kind = type_of(inputs, node) if compared.input == source.name else None
        if kind is None or compared.column not in drawn:
            continue
        found = _compared(compared, kind, drawn[compared.column])
        if found is not None:
            done.add(compared.column)
            yield found
    for name, column in topology.groups:
        if name != source.name or column not in drawn or column in done:
            continue
        kind = type_of(inputs, Node(name, column))
        different = len(set(map(str, drawn[column])))
        if kind is None or kind.name not in {*_WHOLE, *_TEXTS} or different <= _MANY * len(drawn[column]):
            continue
        yield _grouped(Node(name, column), inputs, seed)


def _compared(compared: ComparedColumn, kind: SqlType, drawn: Sequence[Any]) -> Shaped | None:
    values = [value for each in compared.values if (value := _as(kind, each)) is not None]
    seldom = _SELDOM * len(drawn)
    if values:
        if all(drawn.count(value) >= seldom for value in values):
            return None
        known = [*values, *_besides(kind, values)]
        told = ", ".join(map(str, known))
        why = f"{compared.column} is one of {told}, because the SQL compares it with {_listed(values)}"
        return Shaped(compared.column, {"one_of": known}, _guess(compared.input, compared.column, why))
    above, below = _numbers(compared.above), _numbers(compared.below)
    ends = [*above, *below]
    if not ends or kind.name not in {*_WHOLE, *_REAL}:
        return None
    numbers = _numbers(drawn)
    enough = [sum(number > end for number in numbers) >= seldom for end in above]
    enough += [sum(number < end for number in numbers) >= seldom for end in below]
    if all(enough):
        return None
    least, most = _around(kind, ends)
    why = f"{compared.column} is between {least:g} and {most:g}, because the SQL compares it with {_listed(ends)}"
    marks = sorted({least, *ends, most})
    # The same number of records between neighbouring marks.
    hint = {"quantiles": marks if kind.name in _REAL else [int(each) for each in marks]}
    return Shaped(compared.column, hint, _guess(compared.input, compared.column, why))


def _numbers(values: Iterable[Any]) -> list[float]:
    return [float(each) for each in values if isinstance(each, int | float)]


def _as(kind: SqlType, value: LiteralValue) -> LiteralValue | None:
    """A literal as a value of a column; None where the column cannot have it."""
    if kind.name in _TEXTS:
        return value if isinstance(value, str) else None
    if kind.name not in _WHOLE or isinstance(value, str) or value != int(value):
        return None
    return int(value) if abs(value) < 1 << _WHOLE[kind.name] else None


def _besides(kind: SqlType, values: Sequence[LiteralValue]) -> list[LiteralValue]:
    """A value the SQL does not name, so that not every record meets a condition."""
    if kind.name in _TEXTS:
        length = kind.numbers[0] if kind.numbers else 1
        found = next((text for text in (_OTHER[:length], "x", "y") if text not in values), None)
        return [found] if found is not None else []
    numbers = [int(value) for value in values]
    limit = 1 << _WHOLE[kind.name]
    return [next(each for each in (max(numbers) + 1, min(numbers) - 1) if -limit <= each < limit)]


def _around(kind: SqlType, ends: Sequence[float]) -> tuple[float, float]:
    """A range in which records lie on both sides of every end."""
    low, high = min(ends), max(ends)
    spread = max(high - low, abs(high), abs(low), 1.0)
    least, most = low - spread, high + spread
    if low > 0:
        least = max(least, 0.0)  # most columns compared with positive numbers have no negative values
    if kind.name in _WHOLE:
        limit = float((1 << _WHOLE[kind.name]) - 1)
        return max(least, -limit), min(most, limit)
    if kind.name == "DECIMAL":
        precision, scale = (*kind.numbers, 10, 0)[:2] if len(kind.numbers) != 1 else (kind.numbers[0], 0)
        limit = 10.0 ** min(precision - scale, 12) - 1
        return max(least, -limit), min(most, limit)
    return least, most


def _grouped(node: Node, inputs: Mapping[str, Input], seed: int) -> Shaped:
    pool = make_pool([node], inputs, {}, beside=False)
    size = min(pool.size, GROUP_SIZE) if pool is not None else GROUP_SIZE
    shared: dict[str, Any] = {"stream": stream_of(seed, *node, "group"), "pool": size}
    if pool is not None and pool.prefix:
        shared |= {"prefix": pool.prefix, "width": pool.width}
    why = f"{node.column} has {size} distinct values, because the SQL groups records by it"
    return Shaped(node.column, {"shared": shared}, _guess(*node, why))


def _listed(values: Sequence[LiteralValue]) -> str:
    return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)


def _guess(name: str, column: str, why: str) -> str:
    return f"{why}: a guess; override it with inputs.{name}.hints.{column}"
