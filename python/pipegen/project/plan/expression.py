"""Reads the expressions of a plan, such as ``CASE(>($2, 3), CAST($1):VARCHAR(10), $4.city)``.

An expression becomes a :class:`Column`; comparisons of columns and subqueries met on the way are handed to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from pipegen.project.plan.columns import NOTHING, Column, Source, at, together
from pipegen.project.plan.explain import closing, string_end
from pipegen.project.plan.literal import Literal, read_literal
from pipegen.project.plan.sql_type import keeps_value, parse_type

_STRING: Final = re.compile(r"(?:_[\w\-]+|[A-Za-z]&?)?'")
_REFERENCE: Final = re.compile(r"\$(\d+)")
_CORRELATED: Final = re.compile(r"(\$cor\d+)\.([^\s,()\[\]{}:.]+)")
_FIELD: Final = re.compile(r"\.([^\s,()\[\]{}:.]+)")
_TYPE: Final = re.compile(r":(?=[A-Z(])")
_ONE_OF: Final = frozenset(
    {"COALESCE", "IFNULL", "NVL", "GREATEST", "LEAST", "MAX", "MIN", "FIRST_VALUE", "LAST_VALUE", "SINGLE_VALUE"}
    | {"ANY_VALUE", "FINAL", "RUNNING", "LAST", "FIRST", "PREV", "NEXT"}
)
_NULL_WITH_ANY: Final = frozenset({"GREATEST", "LEAST"})
_CASTS: Final = frozenset({"CAST", "TRY_CAST", "Reinterpret", "REINTERPRET"})
_NUMBERS: Final = frozenset({"ROW_NUMBER", "RANK", "DENSE_RANK"})
_EQUAL: Final = frozenset({"=", "IS NOT DISTINCT FROM"})
_UNEQUAL: Final = frozenset({"<>", "IS DISTINCT FROM"})
_ABOVE: Final = frozenset({">", ">="})
_BELOW: Final = frozenset({"<", "<="})
_SEARCHES: Final = "SEARCH"
_PARTITION: Final = re.compile(r" OVER \(PARTITION BY (\$\d+(?:, \$\d+)*)")

Subquery = Callable[[str], list[Column]]
Comparison = tuple[Column, Column]


class Expressions:
    """Reads the expressions of one operator.

    Args:
        columns: The columns that ``$0``, ``$1`` … mean.
        correlated: Columns by name of what ``$cor0`` … means.
        subquery: Walks the plan of a subquery and gives its columns.
    """

    def __init__(
        self, columns: list[Column], correlated: Mapping[str, Mapping[str, Column]], subquery: Subquery
    ) -> None:
        self._columns = columns
        self._correlated = correlated
        self._subquery = subquery
        self.equalities: list[Comparison] = []
        """Pairs of columns that were compared for equality."""
        self.literals: list[tuple[Column, Literal]] = []
        """Columns compared with literals."""
        self.partitions: list[Column] = []
        """Partition keys of windows over other records."""
        self.references: list[Column] = []
        """Every column that was referred to."""

    def read(self, text: str) -> Column:
        """The column that an expression makes."""
        column, position = self._value(text, 0)
        if position < len(text):  # something behind it that is not known: whatever it refers to takes part
            rest = [at(self._columns, int(number)) for number in _REFERENCE.findall(text[position:])]
            return together([column, *rest], "derived") if rest else column
        return column

    def _value(self, text: str, position: int) -> tuple[Column, int]:
        while text[position : position + 1] in {" ", "\n"}:
            position += 1
        column, position = self._bare(text, position)
        while position < len(text):
            if typed := _TYPE.match(text, position):
                position = _type_end(text, typed.end())
            elif field := _FIELD.match(text, position):
                column, position = _field(column, field.group(1)), field.end()
            elif text.startswith(" OVER (", position):
                # Other records than this one take part.
                if by := _PARTITION.match(text, position):
                    self.partitions += [at(self._columns, int(number)) for number in _REFERENCE.findall(by.group(1))]
                position = closing(text, position + len(" OVER ")) + 1
                column = Column("", column.after("derived").sources, numbered=column.numbered)
            elif text.startswith((" FILTER ", " WITHIN GROUP ", " IGNORE NULLS", " RESPECT NULLS"), position):
                position = _end(text, position)
            else:
                break
        return column, position

    def _bare(self, text: str, position: int) -> tuple[Column, int]:
        """A value without what follows it: its type, field or window."""
        if text.startswith("{", position):
            end = closing(text, position)
            columns = self._subquery(text[position + 1 : end])
            return (columns[0] if columns else NOTHING), end + 1
        if string := _STRING.match(text, position):
            end = string_end(text, string.end() - 1)
            return Column("", literal=read_literal(text[position:end])), end
        if correlated := _CORRELATED.match(text, position):
            row = self._correlated.get(correlated.group(1), {})
            return self._referred(row.get(correlated.group(2), NOTHING)), correlated.end()
        if reference := _REFERENCE.match(text, position):
            return self._referred(at(self._columns, int(reference.group(1)))), reference.end()
        end = _name_end(text, position)
        if text[end : end + 1] == "(":
            return self._call(text, text[position:end].strip(), end)
        # A literal, or a column of a pattern's variable: A.$2.
        inside = _REFERENCE.search(text, position, end)
        if inside is None:
            return Column("", literal=read_literal(text[position:end].strip())), end
        return self._referred(at(self._columns, int(inside.group(1)))), end

    def _referred(self, column: Column) -> Column:
        self.references.append(column)
        return column

    def _call(self, text: str, name: str, position: int) -> tuple[Column, int]:
        end = closing(text, position)
        arguments: list[Column] = []
        index = position + 1
        while index < end:
            argument, following = self._value(text, index)
            # A flag of an aggregate stands before its argument: COUNT(DISTINCT $1).
            arguments.append(argument)
            comma = text.find(",", following, end) if following < end else -1
            if comma < 0:
                rest = text[following:end]
                arguments += [at(self._columns, int(number)) for number in _REFERENCE.findall(rest)]
                break
            index = comma + 1
        return self._result(text, name.removeprefix("$"), arguments, end + 1)

    def _result(self, text: str, name: str, arguments: Sequence[Column], position: int) -> tuple[Column, int]:
        if name in _CASTS and arguments:
            source = arguments[0]
            typed = _TYPE.match(text, position)
            if typed is None:
                return source, position
            end = _type_end(text, typed.end())
            target = parse_type(text[typed.end() : end])
            if source.literal is not None:
                return source, end
            cast = source.after("exact" if keeps_value(source.type, target) else "derived", target)
            return replace(cast, absent=source.absent), end
        if (name in _EQUAL and len(arguments) == 2) or (name == "IN" and len(arguments) == 2):
            self.equalities.append((arguments[0], arguments[1]))
        self._note_literal(name, arguments)
        if name in _NUMBERS:
            return Column("", numbered=True), position
        if name == "CASE":
            # condition, value, condition, value, …, value
            values = [*arguments[1:-1:2], *arguments[-1:]]
            return together(values, "carried"), position
        if name == "IF" and len(arguments) == 3:
            return together(arguments[1:], "carried"), position
        if name == "SCALAR_QUERY":
            return together(arguments, "derived"), position
        if name in _ONE_OF:
            kinds = {argument.type for argument in arguments if argument.sources}
            one = together(arguments, "carried")
            absent = _absent(name, arguments)
            return Column("", one.sources, kinds.pop() if len(kinds) == 1 else None, absent=absent), position
        return together(arguments, "derived"), position

    def _note_literal(self, name: str, arguments: Sequence[Column]) -> None:
        """Notes a comparison of a column with a literal on either side."""
        if len(arguments) != 2 or name not in _EQUAL | _UNEQUAL | _ABOVE | _BELOW | {_SEARCHES}:
            return
        left, right = arguments
        for column, other, above, below in ((left, right, _ABOVE, _BELOW), (right, left, _BELOW, _ABOVE)):
            if not column.sources or other.literal is None:
                continue
            literal = other.literal
            if name in above:
                literal = Literal(above=literal.values)
            elif name in below:
                literal = Literal(below=literal.values)
            self.literals.append((column, literal))


def _absent(name: str, arguments: Sequence[Column]) -> frozenset[int]:
    """The outer-join sides without which one of several values is null."""
    sides = [argument.absent for argument in arguments]
    if name in _NULL_WITH_ANY:
        return frozenset().union(*sides)
    # The others skip nulls. The two sides of one join have adjacent numbers and are never both missing.
    never = not all(sides) or any(one ^ 1 in right for left, right in combinations(sides, 2) for one in left)
    return frozenset() if never else frozenset().union(*sides)


def _field(column: Column, name: str) -> Column:
    sources = frozenset(
        Source(source.scan, f"{source.column}.{name}", source.metadata, source.how) for source in column.sources
    )
    return Column("", sources, column.type.field(name) if column.type else None)


def _name_end(text: str, position: int) -> int:
    """Where the name of a function or a literal ends."""
    if text.startswith("Sarg[", position):
        return closing(text, position + len("Sarg")) + 1
    while position < len(text) and text[position] not in ",()[]{}:":
        position += 1
    return position


def _type_end(text: str, position: int) -> int:
    """Where a type ends that begins at ``position``."""
    while position < len(text):
        if text[position] in "([{":
            position = closing(text, position) + 1
        elif text[position] in ",)]}" or text.startswith((" OVER (", " FILTER "), position):
            return position
        else:
            position += 1
    return position


def _end(text: str, position: int) -> int:
    """Where an argument ends."""
    while position < len(text):
        if text[position] in "([{":
            position = closing(text, position) + 1
        elif text[position] in ",)]}":
            return position
        else:
            position += 1
    return position
