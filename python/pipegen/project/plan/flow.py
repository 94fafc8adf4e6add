"""What a plan says of one sink, as values: scans, the steps of each way to the sink, where each column comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from pipegen.project.plan.columns import Column
from pipegen.project.plan.expression import Comparison
from pipegen.project.plan.literal import Literal as ComparedWith

PathShape = Literal["one_to_one", "filter", "join", "aggregate"]
"""How output records relate to the input's: each comes out once; at most once; with partners, so none or many times;
several become one."""

_LOSS: Final[tuple[PathShape, ...]] = ("one_to_one", "filter", "join", "aggregate")


@dataclass(frozen=True, slots=True)
class Step:
    """What one operator does to the records of one way.

    Attributes:
        shape: What it makes of their number.
        what: Its name as people write it in SQL.
        ranked: Whether it is a Top-N or deduplication: a filter where nothing is ever written again, else an aggregate.
    """

    shape: PathShape
    what: str
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of a table.

    Attributes:
        table: Its path as the plan writes it, parts separated by ``, ``.
        options: Those of a hint, which win over the table's.
        versioned: Whether its rows are looked up as of a time (FOR SYSTEM_TIME AS OF).
    """

    table: str
    options: tuple[tuple[str, str], ...]
    versioned: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A way from a scan to the sink."""

    scan: int
    steps: tuple[Step, ...] = ()

    def then(self, step: Step) -> Way:
        """The way with one step more."""
        return replace(self, steps=(*self.steps, step))


@dataclass(frozen=True, slots=True)
class Flow:
    """A sink's plan, understood.

    Attributes:
        sink: The sink's path as the plan writes it, parts separated by dots; None for a bare query.
        sink_options: Options of a hint on the sink.
        fields: The names that the sink's columns have in the plan.
        columns: What reaches the sink, in its order.
        scans: The tables read.
        ways: From each scan to the sink.
        equalities: Columns of different scans that are compared.
        meetings: Pairs of scans whose records are combined by a join, or by an aggregate of both.
        literals: Columns compared with literals.
        groups: Columns that records are grouped by.
    """

    sink: str | None
    sink_options: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]
    columns: tuple[Column, ...]
    scans: tuple[Scan, ...]
    ways: tuple[Way, ...]
    equalities: tuple[Comparison, ...]
    meetings: frozenset[frozenset[int]] = frozenset()
    literals: tuple[tuple[Column, ComparedWith], ...] = ()
    groups: tuple[Column, ...] = ()


def most_lossy(shapes: Iterable[PathShape]) -> PathShape:
    """The shape that several steps make together."""
    return _LOSS[max((_LOSS.index(shape) for shape in shapes), default=0)]
