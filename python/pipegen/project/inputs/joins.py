"""How many records of each side of a join find a partner, computed before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import expm1, log1p
from typing import Final

from pipegen.project.inputs.follow import Follow
from pipegen.project.inputs.pools import ZIPF, Node, Pair, Pool
from pipegen.project.plan.statement import Place

_ALL_KEYS: Final = 200_000
"""Pools up to this size are summed key by key."""


@dataclass(frozen=True, slots=True)
class JoinShare:
    """One join of two inputs.

    Attributes:
        left: One input.
        right: The other.
        columns: The columns that are compared, left and right.
        left_share: Share of the left's records for which the right has one with the same keys; None where not known.
        right_share: The same the other way round.
        reason: Why a share is not known, or what it leaves out; empty where it is whole.
        place: The statement.
    """

    left: str
    right: str
    columns: tuple[tuple[str, str], ...]
    left_share: float | None
    right_share: float | None
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sides:
    """What the shares follow from.

    Attributes:
        pools: The pool of each column that has one.
        follows: How inputs follow each other.
        loaded: The key columns of inputs whose keys are all there before the load.
        nulls: Share of null of each column that has one.
        totals: How many records each input sends, where that is known.
        files: The inputs whose records come from a file.
        changing: The inputs whose rows are created and deleted meanwhile.
    """

    pools: Mapping[Node, Pool]
    follows: Mapping[str, Follow]
    loaded: Mapping[str, tuple[str, ...]]
    nulls: Mapping[Node, float]
    totals: Mapping[str, int]
    files: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()


def join_shares(pairs: Sequence[Pair], sides: Sides) -> tuple[JoinShare, ...]:
    """The shares of all joins, in the order of the script."""
    joins: dict[tuple[str, str, Place], list[Pair]] = {}
    for pair in pairs:
        turned = (pair.right.input, pair.left.input, pair.place)
        if turned in joins:
            joins[turned].append(pair._replace(left=pair.right, right=pair.left))
        else:
            joins.setdefault((pair.left.input, pair.right.input, pair.place), []).append(pair)
    return tuple(_join(left, right, place, each, sides) for (left, right, place), each in joins.items())


def _join(left: str, right: str, place: Place, pairs: list[Pair], sides: Sides) -> JoinShare:
    columns = tuple((pair.left.column, pair.right.column) for pair in pairs)
    if not all(pair.exact for pair in pairs):
        return JoinShare(left, right, columns, None, None, "a computed value is compared", place)
    turned = [pair._replace(left=pair.right, right=pair.left) for pair in pairs]
    ways = [_share(pairs, sides), _share(turned, sides)]
    reason = next((reason for _, reason in ways if reason), "")
    return JoinShare(left, right, columns, ways[0][0], ways[1][0], reason, place)


def _share(pairs: list[Pair], sides: Sides) -> tuple[float | None, str]:
    """The share of the left's records with a partner on the right, and why it is not known."""
    one, other = pairs[0].left.input, pairs[0].right.input
    there = 1.0
    for pair in pairs:
        there *= 1 - sides.nulls.get(pair.left, 0.0)
    if one == other:
        return None, "an input is joined with itself"
    if from_file := next((name for name in (one, other) if name in sides.files), None):
        return None, f"the records of {from_file} come from a file"
    if changing := next((name for name in (one, other) if name in sides.changing), None):
        return None, f"rows of {changing} come and go"
    follows = _by_follow(pairs, one, other, sides)
    if follows is not None:
        return there * follows, ""
    pools = [sides.pools.get(pair.left) for pair in pairs]
    if any(pool is None or pool.hint is not None for pool in pools):
        return None, "values of its own decide which records meet"
    right = {pair.right.column for pair in pairs}
    if other in sides.loaded and right <= set(sides.loaded[other]):
        return there, ""
    total = sides.totals.get(other)
    if total is None:
        return None, f"it depends on how many records {other} has by then"
    found = 1.0
    if len(pools) == 1 and pools[0] is not None:
        found = _covered(pools[0], sides, one, total)
    else:
        keys = 1
        for pool in pools:
            keys *= pool.size if pool else 1
        found = _drawn(1 / keys, total)
    return there * found, "over the whole load: a window or a limit in time lets fewer meet"


def _by_follow(pairs: list[Pair], one: str, other: str, sides: Sides) -> float | None:
    columns = {(pair.left.column, pair.right.column) for pair in pairs}
    mine, theirs = sides.follows.get(one), sides.follows.get(other)
    if mine is not None and mine.input == other and {(right, left) for left, right in columns} <= set(mine.columns):
        return 1.0
    if theirs is not None and theirs.input == one and columns <= set(theirs.columns):
        return theirs.share
    if mine is not None and theirs is not None and mine.input == theirs.input:
        known = {own: leader for leader, own in mine.columns}, {own: leader for leader, own in theirs.columns}
        if all(left in known[0] and known[0][left] == known[1].get(right) for left, right in columns):
            return theirs.share
    return None


def _covered(pool: Pool, sides: Sides, one: str, total: int) -> float:
    """The share of the left's keys that the right has drawn at least once."""
    skewed = bool(pool.loaded)
    if not skewed or pool.size > _ALL_KEYS:
        return _drawn(1 / pool.size, total)
    weights = [rank**-ZIPF for rank in range(1, pool.size + 1)]
    whole = sum(weights)
    # The rows of a loaded side are each as likely; those of a stream are as uneven as its own draws.
    uneven = one not in sides.loaded
    return sum((weight / whole if uneven else 1 / pool.size) * _drawn(weight / whole, total) for weight in weights)


def _drawn(chance: float, draws: int) -> float:
    """How likely it is that something comes at least once."""
    return 1.0 if chance >= 1 else -expm1(draws * log1p(-chance))
