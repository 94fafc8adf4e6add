"""What a plan's expressions say about columns: where each value comes from and whether it is still what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from typing import Literal as OneOf

from pipegen.project.plan.literal import Literal
from pipegen.project.plan.sql_type import SqlType

How = OneOf["exact", "carried", "derived"]
"""``exact``: the record's own value, unchanged. ``carried``: the unchanged value of one of several records, as MAX,
COALESCE or LAST_VALUE give. ``derived``: computed."""

_LOSS: Final[tuple[How, ...]] = ("exact", "carried", "derived")


def less_exact(first: How, second: How) -> How:
    """What two steps make together."""
    return _LOSS[max(_LOSS.index(first), _LOSS.index(second))]


@dataclass(frozen=True, slots=True)
class Source:
    """One column of one scan in a plan.

    Attributes:
        scan: Which scan of the plan, counted from 0: a self-join reads one table twice.
        column: Name of the column, dotted for a field of a row; of a metadata column its key.
        metadata: Whether it is a metadata column.
        how: What became of the value on its way.
    """

    scan: int
    column: str
    metadata: bool
    how: How = "exact"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an operator's output.

    Attributes:
        name: As the plan names it.
        sources: Where its values come from; empty for literals.
        type: Its type as far as known.
        numbered: Whether it is a ROW_NUMBER, RANK or DENSE_RANK: a filter on it is a Top-N.
        absent: Numbers of the outer-join sides without which it is null, as far as known.
        literal: Its value, if it is a literal.
    """

    name: str
    sources: frozenset[Source] = frozenset()
    type: SqlType | None = None
    numbered: bool = False
    absent: frozenset[int] = frozenset()
    literal: Literal | None = None

    def named(self, name: str) -> Column:
        """The same under another name."""
        return replace(self, name=name)

    def after(self, how: How, kind: SqlType | None = None) -> Column:
        """The same after a step that leaves the values so."""
        return Column(self.name, worsened(self.sources, how), kind)


NOTHING: Final = Column("")
"""A literal, or a column that a plan does not describe."""


def worsened(sources: Iterable[Source], how: How) -> frozenset[Source]:
    """Sources after one more step."""
    return frozenset(replace(source, how=less_exact(source.how, how)) for source in sources)


def together(columns: Iterable[Column], how: How, name: str = "") -> Column:
    """One column made of several."""
    sources: frozenset[Source] = frozenset()
    for column in columns:
        sources |= worsened(column.sources, how)
    return Column(name, sources)


def at(columns: list[Column], index: int) -> Column:
    """The column of that number; nothing is known of one that a plan does not describe."""
    return columns[index] if index < len(columns) else NOTHING
