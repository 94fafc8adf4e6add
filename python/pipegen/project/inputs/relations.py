"""How inputs hang together: which share keys, which follow which, which are loaded first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipegen.config.topics import FollowSettings, InputSettings
from pipegen.errors import ProjectError
from pipegen.project.inputs.change_plan import changes_told, row_key
from pipegen.project.inputs.follow import Follow
from pipegen.project.inputs.pools import (
    ZIPF,
    Node,
    Pair,
    Pool,
    group,
    make_pool,
    names_itself,
    pairs_of,
    stream_of,
    type_of,
)
from pipegen.project.inputs.traced import TracedColumn
from pipegen.project.plan.topology import Input, Topology
from pipegen.suggestion import did_you_mean


@dataclass(slots=True)
class Relations:
    """What is known of all inputs together.

    Attributes:
        pairs: What the script compares.
        pools: The pool of each column that has one.
        follows: The inputs that follow another.
        keys: The key columns of inputs whose rows are looked up or written again.
        loaded: How many keys each of them has.
        during: Those of them that are loaded while the others are sent.
        notes: Sentences by input.
        traced: The columns whose values lead back to their records.
    """

    pairs: list[Pair]
    pools: dict[Node, Pool] = field(default_factory=dict)
    follows: dict[str, Follow] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    loaded: dict[str, int] = field(default_factory=dict)
    during: set[str] = field(default_factory=set)
    notes: dict[str, list[str]] = field(default_factory=dict)
    traced: Mapping[Node, TracedColumn] = field(default_factory=dict)

    def load_before(self, name: str) -> bool:
        """Whether an input's keys are all there before the load begins."""
        return name in self.loaded and name not in self.during

    def hints_of(
        self, name: str, seed: int, lowest_rates: Mapping[str, float], totals: Mapping[str, int]
    ) -> dict[str, dict[str, Any]]:
        """The hints of an input's columns that have a pool."""
        hints: dict[str, dict[str, Any]] = {}
        for node, pool in self.pools.items():
            if node.input != name:
                continue
            if pool.hint is not None:
                hints[node.column] = {key: value for key, value in pool.hint.items() if key != "null"}
                continue
            follow = self.follows.get(name)
            leader = next((mine for mine, own in follow.columns if own == node.column), None) if follow else None
            if follow is None or leader is None:
                hints[node.column] = {"shared": self._shared(node, pool, seed)}
                continue
            shared = self._shared(Node(follow.input, leader), pool, seed)
            shared["follows"] = {
                "stream": stream_of(seed, name, "follows"),
                "share_ppm": follow.share_ppm,
                "block": follow.block(lowest_rates.get(follow.input, 0.0), totals.get(follow.input)),
            }
            hints[node.column] = {"shared": shared}
        for node, trace in self.traced.items():
            if node.input == name and node not in self.pools:
                hints[node.column] = {"shared": {"stream": trace.stream, **trace.hint}}
        return hints

    def _shared(self, node: Node, pool: Pool, seed: int) -> dict[str, Any]:
        shared: dict[str, Any] = {"stream": stream_of(seed, node.input, node.column)}
        if pool.prefix:
            shared |= {"prefix": pool.prefix, "width": pool.width}
        if pool.owner == node:
            trace = self.traced.get(node)
            return shared if trace is None else {"stream": trace.stream, **trace.hint}
        shared["pool"] = pool.size
        keys = self.keys.get(node.input, ())
        if node.column in keys:
            stride = 1
            for column in keys[: keys.index(node.column)]:
                stride *= self.pools[Node(node.input, column)].size
            shared |= {"stream": stream_of(seed, node.input, "key"), "all": self.loaded[node.input], "stride": stride}
        elif pool.loaded:
            shared["zipf"] = ZIPF
        return shared


def relate(
    topology: Topology,
    inputs: Mapping[str, Input],
    settings: Mapping[str, InputSettings],
    hints: Mapping[Node, Mapping[str, Any]],
) -> Relations:
    """Finds out how inputs hang together.

    Raises:
        ProjectError: keys that never meet, an input that follows one or a column that is not there.
    """
    found = Relations(pairs_of(topology))
    edges = [(pair.left, pair.right) for pair in found.pairs]
    for name, told in settings.items():
        if told.follows is not None:
            files = (each for each in (told.follows.input, name) if each in settings and settings[each].file)
            found.follows[name] = _told_follow(name, told.follows, inputs, edges, from_file=next(files, None))
            edges += [(Node(told.follows.input, mine), Node(name, own)) for mine, own in found.follows[name].columns]
    _keys(found, inputs, settings)
    beside = {Node(name, column) for name, columns in found.keys.items() for column in columns[1:]}
    groups = group(edges)
    _infer_follows(found, groups, settings)
    single = [
        [Node(name, column)]
        for name, columns in found.keys.items()
        for column in columns
        if not any(Node(name, column) in each for each in groups)
    ]
    for nodes in [*groups, *single]:
        if len(nodes) == 1 and set(hints.get(nodes[0], {})) - {"pool", "null", "zipf"}:
            continue
        pool = make_pool(nodes, inputs, hints, beside=bool(beside & set(nodes)))
        if pool is None:
            continue
        pool.loaded = [node for node in nodes if node.column in found.keys.get(node.input, ())]
        _own(pool, found)
        found.pools |= dict.fromkeys(nodes, pool)
    _count(found)
    return found


def _told_follow(
    name: str,
    told: FollowSettings,
    inputs: Mapping[str, Input],
    edges: list[tuple[Node, Node]],
    *,
    from_file: str | None,
) -> Follow:
    where = f"inputs.{name}.follows"
    if told.input not in inputs or told.input == name:
        others = [each for each in inputs if each != name]
        raise ProjectError(
            f"{where}: there is no other input {told.input}",
            remedy=did_you_mean(told.input, others) or f"Inputs: {', '.join(others) or 'none'}.",
        )
    pairs = []
    if from_file is not None:
        raise ProjectError(
            f"{where}: the records of {from_file} come from a file, so nothing can be made to follow",
            remedy=f"Remove follows: give {name} its own file, whose rows can use the keys of {told.input}.",
        )
    for column in told.on:
        own = Node(name, column)
        if type_of(inputs, own) is None:
            known = [each.name for each in inputs[name].columns if each.kind == "physical"]
            raise ProjectError(
                f"{where}: {name} has no column {column} in its records",
                remedy=did_you_mean(column, known) or f"Columns: {', '.join(known)}.",
            )
        compared = [left if right == own else right for left, right in edges if own in (left, right)]
        leader = next((node.column for node in compared if node.input == told.input), column)
        if type_of(inputs, Node(told.input, leader)) is None:
            raise ProjectError(
                f"{where}: {told.input} has no column {column}, and none is compared with it",
                remedy=f"Name a column that stands in both, or that the script compares with one of {told.input}.",
            )
        pairs.append((leader, column))
    return Follow(told.input, tuple(pairs), told.share, *told.delay_ns)


def _keys(found: Relations, inputs: Mapping[str, Input], settings: Mapping[str, InputSettings]) -> None:
    """Notes the inputs whose rows are looked up or written again, and their key columns."""
    for name, each in inputs.items():
        told = settings.get(name)
        changelog = any(table.is_changelog for table in each.tables)
        asked = told is not None and told.load is not None
        if name in found.follows or not (changelog or each.versioned or asked):
            continue
        changes = None if told is None else changes_told(each, told)
        keys = next((table.primary_key for table in each.tables if table.primary_key), ())
        if changes is not None:
            keys = row_key(each, changes)
        elif not keys:
            compared = (node for pair in found.pairs for node in pair[:2] if node.input == name)
            keys = tuple(dict.fromkeys(node.column for node in compared))
        if not keys:
            continue
        found.keys[name] = keys
        if told is not None and (told.load == "during" or told.file is not None):
            found.during.add(name)


def _infer_follows(
    found: Relations,
    groups: list[list[Node]],
    settings: Mapping[str, InputSettings],
) -> None:
    """An input that names the key of another one's records follows it, where nothing else is said."""
    for nodes in groups:
        owners = [node for node in nodes if names_itself(node) and node.input not in found.keys]
        if len(owners) != 1 or any(node.input in found.keys for node in nodes):
            continue
        owner = owners[0]
        its = settings.get(owner.input)
        if its is not None and its.file is not None:
            continue
        for node in nodes:
            told = settings.get(node.input)
            free = told is None or all(
                each is None for each in (told.rate, told.follows, told.file, told.traffic_pattern)
            )
            if node.input in {owner.input, *found.follows} or not free or owner.input in found.follows:
                continue
            if any(follow.input == node.input for follow in found.follows.values()):
                continue
            usual = FollowSettings(input=owner.input, on=(node.column,))
            found.follows[node.input] = Follow(
                owner.input, ((owner.column, node.column),), usual.share, *usual.delay_ns
            )
            found.notes.setdefault(node.input, []).append(
                f"{node.input} follows {owner.input}: {node.column} is the key of records sent up to "
                f"{usual.delay_ns[1] / 1e9:g} s before; override it with inputs.{node.input}.follows or .rate"
            )


def _own(pool: Pool, found: Relations) -> None:
    """The column of which every record has a key of its own: the one that others follow."""
    for name, follow in found.follows.items():
        for mine, own in follow.columns:
            leader = Node(follow.input, mine)
            if leader not in pool.nodes or Node(name, own) not in pool.nodes or leader.input in found.keys:
                continue
            if leader.input in found.follows and mine in {column for _, column in found.follows[leader.input].columns}:
                raise ProjectError(
                    f"inputs.{name}.follows: {leader} follows {found.follows[leader.input].input} itself",
                    remedy=f"Follow {found.follows[leader.input].input}.",
                )
            if names_itself(leader):
                pool.owner = leader


def _count(found: Relations) -> None:
    """How many rows each table has that is loaded: as many as its key columns have combinations."""
    for name, columns in list(found.keys.items()):
        pools = [found.pools.get(Node(name, column)) for column in columns]
        if any(pool is None or pool.hint is not None for pool in pools):
            kept = tuple(column for column, pool in zip(columns, pools, strict=True) if pool and pool.hint is None)
            found.keys[name] = kept
            pools = [found.pools[Node(name, column)] for column in kept]
        rows = 1
        for pool in pools:
            rows *= pool.size if pool else 1
        if columns and found.keys[name]:
            found.loaded[name] = rows
        else:
            del found.keys[name]
