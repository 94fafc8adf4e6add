"""Columns that the SQL compares share a pool of keys, so that joins find partners."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pipegen.errors import ProjectError
from pipegen.project.plan.sql_type import SqlType, parse_type
from pipegen.project.plan.statement import Place
from pipegen.project.plan.topology import Input, JoinKey, Topology

POOL_SIZE: Final = 1_000
"""Different keys of a pool when nothing says how many."""
BESIDE_SIZE: Final = 10
"""The same for the second and later columns of a key of several: the key has the product."""
ZIPF: Final = 1.1
"""How unevenly the records of a stream are spread over the rows of a table that is loaded before it."""
_WIDEST: Final = 8
_SERIAL_WIDTH: Final = 8
_NUMBERS: Final = {"TINYINT": 127, "SMALLINT": 32_767, "INT": 2_147_483_647, "BIGINT": 1 << 40, "FLOAT": 1 << 24}
_TEXTS: Final = frozenset({"VARCHAR", "CHAR", "CHARACTER"})
_TIMES: Final = frozenset({"DATE", "TIME", "TIMESTAMP", "TIMESTAMP_LTZ"})
_BESIDE: Final = frozenset({"null", "pool", "zipf", "length", "bits", "decimals", "present_if"})


class Node(NamedTuple):
    """A column of an input; a field of a row has a dotted path."""

    input: str
    column: str

    def __str__(self) -> str:
        return f"{self.input}.{self.column}"


class Pair(NamedTuple):
    """Two columns that are compared.

    Attributes:
        exact: Whether both arrive at the comparison as they were sent.
    """

    left: Node
    right: Node
    exact: bool
    place: Place


@dataclass(slots=True)
class Pool:
    """Columns whose values come from the same keys.

    Attributes:
        size: How many different keys.
        hint: What all take their values from where a person has said it; None where the pool does.
        owner: The column of which every record has a key of its own; the others are those of records before.
    """

    nodes: list[Node]
    size: int = POOL_SIZE
    prefix: str = ""
    width: int = 0
    hint: Mapping[str, Any] | None = None
    owner: Node | None = None
    loaded: list[Node] = field(default_factory=list)


def stream_of(*parts: object) -> int:
    """The stream of a column's keys, the same on every machine: a number below 2^63."""
    text = "\0".join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def pairs_of(topology: Topology) -> list[Pair]:
    """What the plans compare, as far as each side is one column of an input."""
    names = {each.name for each in topology.inputs}
    found = []
    for key in topology.join_keys:
        left, right = _only(key.left, names), _only(key.right, names)
        if left is not None and right is not None and left != right:
            found.append(Pair(left, right, _exact(key), key.place))
    return found


def _only(origins: Iterable[Any], names: set[str]) -> Node | None:
    nodes = {Node(each.input, each.column) for each in origins if not each.metadata and each.input in names}
    return nodes.pop() if len(nodes) == 1 else None


def _exact(key: JoinKey) -> bool:
    return all(each.how != "derived" for side in (key.left, key.right) for each in side)


def type_of(inputs: Mapping[str, Input], node: Node) -> SqlType | None:
    """The type of a column."""
    name, _, inside = node.column.partition(".")
    column = next((each for each in inputs[node.input].columns if each.name == name and each.kind == "physical"), None)
    kind = parse_type(column.type) if column else None
    for part in inside.split(".") if inside else ():
        kind = kind.field(part) if kind else None
    return kind


def group(edges: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """The columns that belong together, each group and all groups in the order in which they come."""
    groups: list[list[Node]] = []
    for left, right in edges:
        mine = [each for each in groups if left in each or right in each]
        merged = list(dict.fromkeys([*(node for each in mine for node in each), left, right]))
        if mine:
            groups[groups.index(mine[0])] = merged
            groups = [each for each in groups if each is merged or each not in mine]
        else:
            groups.append(merged)
    return groups


def make_pool(
    nodes: Sequence[Node], inputs: Mapping[str, Input], hints: Mapping[Node, Mapping[str, Any]], *, beside: bool
) -> Pool | None:
    """The pool of compared columns; None where their values meet by themselves, as times and truth values do.

    Args:
        nodes: The columns.
        inputs: The inputs by name.
        hints: What a person says about columns.
        beside: Whether one of them stands beside another in the key of a table.

    Raises:
        ProjectError: no two of their values can be equal.
    """
    kinds = {node: type_of(inputs, node) for node in nodes}
    names = {node: kind.name if kind else "" for node, kind in kinds.items()}
    whole = ", ".join(f"{node} {names[node]}" for node in nodes)
    times = [node for node in nodes if names[node] in _TIMES]
    if times or all(names[node] in {"BOOLEAN", ""} for node in nodes):
        return None
    strange = [node for node in nodes if names[node] not in {*_NUMBERS, *_TEXTS, "DOUBLE", "DECIMAL"}]
    if strange:
        raise ProjectError(
            f"the join of {' = '.join(map(str, nodes))} finds no partners: {strange[0]} is {names[strange[0]]}, of "
            "which PipeGen makes no values that come again",
            remedy="Join on numbers or texts, or give the inputs data files.",
        )
    ruled = {node: hints[node] for node in nodes if node in hints and set(hints[node]) - _BESIDE}
    _refuse_disjoint(ruled)
    pool = Pool(list(nodes))
    if ruled:
        pool.hint = next(iter(ruled.values()))
        return pool
    sizes = [int(hints[node]["pool"]) for node in nodes if node in hints and "pool" in hints[node]]
    pool.size = min(sizes, default=BESIDE_SIZE if beside else POOL_SIZE)
    pool.size = min([pool.size, *(_most(kind) for kind in kinds.values() if kind)])
    texts = [kind for kind in kinds.values() if kind and kind.name in _TEXTS]
    if len(texts) == len(nodes):
        _name(pool, nodes, texts)
    elif whole and texts:
        pool.prefix, pool.width = "", 0
    return pool


def _most(kind: SqlType) -> int:
    """How many keys a type can hold."""
    if kind.name in _TEXTS:
        return int(10 ** min(kind.numbers[0] if kind.numbers else 1, 12)) - 1
    if kind.name == "DECIMAL":
        precision, scale = (*kind.numbers, 10, 0)[:2] if len(kind.numbers) != 1 else (kind.numbers[0], 0)
        return int(max(10 ** min(precision - scale, 12) - 1, 1))
    return _NUMBERS.get(kind.name, 1 << 40)


def _name(pool: Pool, nodes: Sequence[Node], texts: Sequence[SqlType]) -> None:
    """What keys of text are called: ``customer-00042`` where the columns are wide enough."""
    stem = thing_of(nodes[0]).replace("_", "-")
    room = min(kind.numbers[0] if kind.numbers else 1 for kind in texts)
    width = min(len(str(pool.size)), _WIDEST)
    if len(stem) + 1 + _SERIAL_WIDTH <= room:
        pool.prefix, pool.width = f"{stem}-", width


def thing_of(node: Node) -> str:
    """What a key is the key of: a customer, by ``customer_id``; an order, by ``orders.id``."""
    leaf = node.column.rpartition(".")[2].lower()
    for ending in ("_id", "_key", "id"):
        if leaf.endswith(ending) and leaf != ending.lstrip("_"):
            return leaf.removesuffix(ending).rstrip("_") or leaf
    return singular(node.input) if leaf in {"id", "key", "uuid", "pk"} else leaf


def singular(name: str) -> str:
    """One of what a table holds many of."""
    leaf = name.rpartition(".")[2].lower()
    if leaf.endswith("ies"):
        return leaf[:-3] + "y"
    return leaf[:-1] if leaf.endswith("s") and not leaf.endswith("ss") else leaf


def names_itself(node: Node) -> bool:
    """Whether a column is its own record's key: ``orders.order_id``, ``orders.id``."""
    leaf = node.column.lower()
    return leaf in {"id", "uuid"} or (leaf.endswith(("_id", "_key", "id")) and thing_of(node) == singular(node.input))


def _refuse_disjoint(ruled: Mapping[Node, Mapping[str, Any]]) -> None:
    nodes = list(ruled)
    for index, left in enumerate(nodes):
        for right in nodes[index + 1 :]:
            if _apart(ruled[left], ruled[right]):
                raise ProjectError(
                    f"the join of {left} = {right} finds no partners: their hints have no value in common",
                    remedy="Give both the same hint, or leave out one of them: the other's holds for both.",
                )


def _apart(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Whether two hints have surely nothing in common."""
    first, second = _listed(left), _listed(right)
    if first is not None and second is not None:
        return not first & second
    ends = _ends(left), _ends(right)
    if ends[0] and ends[1]:
        return ends[0][1] < ends[1][0] or ends[1][1] < ends[0][0]
    for listed, end in ((first, ends[1]), (second, ends[0])):
        if listed is not None and end is not None:
            return not any(_within(value, end) for value in listed)
    return False


def _listed(hint: Mapping[str, Any]) -> set[str] | None:
    told = hint.get("one_of")
    return {str(value) for value in told} if isinstance(told, list | dict) else None


def _ends(hint: Mapping[str, Any]) -> tuple[float, float] | None:
    least, most = hint.get("min"), hint.get("max")
    if isinstance(least, int | float) and isinstance(most, int | float):
        return float(least), float(most)
    return None


def _within(value: str, ends: tuple[float, float]) -> bool:
    try:
        return ends[0] <= float(value) <= ends[1]
    except ValueError:
        return False
