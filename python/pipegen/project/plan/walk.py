"""Walks a plan from its scans to its sink: where each column comes from, and what happens to records on each way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from pipegen.project.plan.columns import Column, at, together, worsened
from pipegen.project.plan.explain import Node, hint_options, parse_trees
from pipegen.project.plan.expression import Comparison, Expressions
from pipegen.project.plan.flow import Flow, PathShape, Scan, Step, Way
from pipegen.project.plan.sql_type import SqlType, parse_type, split_list
from pipegen.project.plan.table import FlinkTable

_WINDOWS: Final[dict[str, PathShape]] = {"TUMBLE": "one_to_one", "SESSION": "filter", "HOP": "join", "CUMULATE": "join"}
_PASSING: Final = frozenset({"LogicalWatermarkAssigner", "LogicalDistribution"})
_HALF: Final = frozenset({"semi", "anti"})


def walk(root: Node, tables: Mapping[str, FlinkTable], measures: Sequence[str] = ()) -> Flow:
    """Understands the plan of one sink or query.

    Args:
        root: Its tree.
        tables: The tables that it reads, by their paths as the plan writes them.
        measures: What the physical plan says of the measures of each MATCH_RECOGNIZE, in their order.
    """
    walker = _Walker(tables, list(measures))
    sink = root if root.kind in {"LogicalSink", "LogicalLegacySink"} else None
    columns, ways = walker.visit(sink.inputs[0] if sink else root)
    return Flow(
        sink=sink.get("table") if sink else None,
        sink_options=tuple(hint_options(sink.get("hints")).items()) if sink else (),
        fields=tuple(sink.get("fields").split(", ")) if sink else tuple(column.name for column in columns),
        columns=tuple(columns),
        scans=tuple(walker.scans),
        ways=tuple(ways),
        equalities=tuple(pair for pair in walker.equalities if _of_two(pair)),
        meetings=frozenset(walker.meetings),
        literals=tuple(each for expressions in walker.read for each in expressions.literals),
        groups=(*walker.groups, *(each for expressions in walker.read for each in expressions.partitions)),
    )


def _of_two(pair: Comparison) -> bool:
    """Whether two tables are compared, or one with itself in a self-join."""
    left, right = ({source.scan for source in column.sources} for column in pair)
    return bool(left) and bool(right) and left != right


_Stream = tuple[list[Column], list[Way]]


class _Walker:
    def __init__(self, tables: Mapping[str, FlinkTable], measures: list[str]) -> None:
        self._tables = tables
        self._measures = measures
        self._correlated: dict[str, dict[str, Column]] = {}
        self._beside: list[Way] = []
        self._outer = 0
        self.scans: list[Scan] = []
        self.equalities: list[Comparison] = []
        self.meetings: set[frozenset[int]] = set()
        self.read: list[Expressions] = []
        self.groups: list[Column] = []
        self._operators: Mapping[str, Callable[[Node], _Stream]] = {
            "LogicalTableScan": self._scan,
            "LogicalProject": self._project,
            "LogicalFilter": self._filter,
            "LogicalJoin": self._join,
            "LogicalCorrelate": self._correlate,
            "LogicalAggregate": self._aggregate,
            "LogicalUnion": self._set,
            "LogicalIntersect": self._set,
            "LogicalMinus": self._set,
            "LogicalTableFunctionScan": self._table_function,
            "LogicalMatch": self._match,
            "LogicalSort": self._sort,
            "LogicalSnapshot": self._snapshot,
            "LogicalValues": self._values,
            "Uncollect": self._uncollect,
        }

    def visit(self, node: Node) -> _Stream:
        if node.kind in _PASSING:
            return self.visit(node.inputs[0])
        return self._operators.get(node.kind, self._unknown)(node)

    def _meet(self, *sides: Iterable[Way]) -> None:
        """Notes that records of each side are combined with records of every other side."""
        scans = [{way.scan for way in side} for side in sides]
        self.meetings |= {
            frozenset((one, other))
            for left, right in combinations(scans, 2)
            for one in left
            for other in right
            if one != other
        }

    def _meet_each_other(self, ways: Iterable[Way]) -> None:
        self._meet(*([way] for way in ways))

    def _sort(self, node: Node) -> _Stream:
        columns, ways = self.visit(node.inputs[0])
        if not (node.get("fetch") or node.get("offset")):
            return columns, ways
        return columns, _then(ways, Step("filter", "LIMIT", ranked=True))

    def _snapshot(self, node: Node) -> _Stream:
        columns, ways = self.visit(node.inputs[0])
        for way in ways:
            self.scans[way.scan] = replace(self.scans[way.scan], versioned=True)
        return columns, ways

    def _values(self, _: Node) -> _Stream:
        return [], []

    def _uncollect(self, node: Node) -> _Stream:
        columns, ways = self.visit(node.inputs[0])
        return [column.after("derived") for column in columns], ways

    def _unknown(self, node: Node) -> _Stream:
        """An operator of another version of Flink: nothing is promised of its records."""
        streams = [self.visit(child) for child in node.inputs]
        everything = together([column for columns, _ in streams for column in columns], "derived")
        width = max((len(columns) for columns, _ in streams), default=0)
        self._meet_each_other(way for _, ways in streams for way in ways)
        return [everything] * width, [
            way.then(Step("aggregate", node.kind.removeprefix("Logical"))) for _, ways in streams for way in ways
        ]

    def _scan(self, node: Node) -> _Stream:
        number = len(self.scans)
        self.scans.append(Scan(node.get("table"), tuple(hint_options(node.get("hints")).items())))
        metadata = [key for key in node.get("metadata").split(", ") if key]
        columns = [
            replace(column, sources=frozenset(replace(source, scan=number) for source in column.sources))
            for column in self._tables[node.get("table")].scanned(metadata)
        ]
        return columns, [Way(number)]

    def _expressions(self, columns: list[Column]) -> Expressions:
        self.read.append(Expressions(columns, self._correlated, self._subquery))
        return self.read[-1]

    def _subquery(self, text: str) -> list[Column]:
        """A subquery inside an expression: what it reads decides about the records outside."""
        roots = parse_trees(text.strip("\n"), indent=2)
        if not roots:
            return []
        columns, ways = self.visit(roots[0])
        self._beside += _then(ways, Step("join", "subquery"))
        return columns

    def _took_part(self) -> list[Way]:
        """The ways of the subqueries since this was last asked."""
        beside, self._beside = self._beside, []
        return beside

    def _project(self, node: Node) -> _Stream:
        columns, ways = self.visit(node.inputs[0])
        self._correlate_with(node, columns)
        expressions = self._expressions(columns)
        made = [expressions.read(text).named(name) for name, text in _expressions_of(node)]
        self.equalities += [pair for pair in expressions.equalities if self._beside]
        beside = self._took_part()
        self._meet(ways, beside)
        return made, [*ways, *beside]

    def _filter(self, node: Node) -> _Stream:
        columns, ways = self.visit(node.inputs[0])
        self._correlate_with(node, columns)
        expressions = self._expressions(columns)
        expressions.read(node.get("condition"))
        self.equalities += expressions.equalities
        ranked = any(column.numbered for column in expressions.references)
        beside = self._took_part()
        self._meet(ways, beside)
        if ranked:
            step = Step("filter", "Top-N or deduplication", ranked=True)
        else:
            step = Step("filter", "WHERE … IN or EXISTS" if beside else "WHERE")
        return columns, [*_then(ways, step), *beside]

    def _correlate_with(self, node: Node, columns: list[Column]) -> None:
        """Gives a row the names that subqueries call it by: ``variablesSet=[[$cor0]]``."""
        for name in re.findall(r"\$cor\d+", node.get("variablesSet")):
            self._correlated[name] = {column.name: column for column in columns}

    def _join(self, node: Node) -> _Stream:
        left, left_ways = self.visit(node.inputs[0])
        right, right_ways = self.visit(node.inputs[1])
        kind = node.get("joinType", "inner")
        expressions = self._expressions([*left, *right])
        condition = node.get("condition")
        expressions.read(condition)
        self.equalities += expressions.equalities
        beside = self._took_part()
        self._meet(left_ways, right_ways, beside)
        left, right = self._with_absent(kind, left, right)
        if kind in _HALF:
            what = "semi join" if kind == "semi" else "anti join"
            return left, [*_then(left_ways, Step("filter", what)), *_then(right_ways, Step("join", what)), *beside]
        if _is_versioned(node.inputs[1]):
            return _joined(left, right), [*self._versioned(kind, left_ways, right_ways), *beside]
        what = f"{kind.upper()} JOIN" if kind != "inner" else "CROSS JOIN" if condition == "true" else "JOIN"
        return _joined(left, right), [*_then([*left_ways, *right_ways], Step("join", what)), *beside]

    def _with_absent(self, kind: str, left: list[Column], right: list[Column]) -> tuple[list[Column], list[Column]]:
        """The columns of both sides; those that are null when an outer join finds no partner are marked."""
        self._outer += 2
        if kind in {"right", "full"}:
            left = [replace(each, absent=each.absent | {self._outer}) for each in left]
        if kind in {"left", "full"}:
            right = [replace(each, absent=each.absent | {self._outer + 1}) for each in right]
        return left, right

    def _correlate(self, node: Node) -> _Stream:
        left, left_ways = self.visit(node.inputs[0])
        self._correlated[node.get("correlation")] = {column.name: column for column in left}
        number = len(self.scans)
        right, right_ways = self.visit(node.inputs[1])
        kind = node.get("joinType", "inner")
        left, right = self._with_absent(kind, left, right)
        columns = _joined(left, right) if kind not in _HALF else left
        self._meet(left_ways, right_ways)
        if _is_versioned(node.inputs[1]):
            # The condition stands as a filter over the right side; that filters no record of it.
            right_ways = [
                replace(way, steps=tuple(step for step in way.steps if step.what != "WHERE")) for way in right_ways
            ]
            return columns, self._versioned(kind, left_ways, right_ways)
        what = "LATERAL" if len(self.scans) > number else "UNNEST or a table function"
        return columns, _then([*left_ways, *right_ways], Step("join", what))

    def _versioned(self, kind: str, left_ways: list[Way], right_ways: list[Way]) -> list[Way]:
        shape: PathShape = "one_to_one" if kind == "left" else "filter"
        what = f"{'LEFT ' if kind == 'left' else ''}JOIN … FOR SYSTEM_TIME AS OF"
        return [*_then(left_ways, Step(shape, what)), *_then(right_ways, Step("join", what))]

    def _aggregate(self, node: Node) -> _Stream:
        columns, ways = self.visit(node.inputs[0])
        group = [int(number) for number in re.findall(r"\d+", node.get("group"))]
        expressions = self._expressions(columns)
        calls = [(name, text) for name, text in node.args if name not in {"group", "groups"}]
        made = [expressions.read(text).named(name) for name, text in calls]
        what = "GROUP BY" if calls else "DISTINCT"
        if calls:
            self._meet_each_other(ways)
        keys = [at(columns, index) for index in group]
        self.groups += keys
        # A group's key is the key of each of its records.
        return [*keys, *made], _then(ways, Step("aggregate", what))

    def _set(self, node: Node) -> _Stream:
        streams = [self.visit(child) for child in node.inputs]
        width = max(len(columns) for columns, _ in streams)
        merged = [_either([at(columns, index) for columns, _ in streams]) for index in range(width)]
        ways = [way for _, each in streams for way in each]
        noun = node.kind.removeprefix("Logical").upper().replace("MINUS", "EXCEPT")
        if node.kind == "LogicalUnion" and node.get("all") == "true":
            return merged, ways
        if node.kind != "LogicalUnion":
            self._meet(*(each for _, each in streams))
        return merged, _then(ways, Step("aggregate", noun))

    def _table_function(self, node: Node) -> _Stream:
        streams = [self.visit(child) for child in node.inputs]
        columns = [column for each, _ in streams for column in each]
        ways = [way for _, each in streams for way in each]
        invocation = node.get("invocation")
        function = invocation.partition("(")[0]
        fields = _record_fields(node.get("rowType"))
        shape = _WINDOWS.get(function)
        expressions = self._expressions(columns)
        derived = together([*columns, expressions.read(invocation)], "derived")
        if shape is None or len(streams) != 1:
            self._meet_each_other(ways)
            made = [Column(name, derived.sources, kind) for name, kind in fields]
            return made, _then(ways, Step("aggregate", function))
        time = re.search(r"DESCRIPTOR\(_[\w\-]+'([^']*)'\)", invocation)
        times = [column for column in columns if time and column.name == time.group(1)]
        window = together(times, "derived")
        added = [Column(name, window.sources, kind) for name, kind in fields[len(columns) :]]
        step = Step(shape, f"{function} window")
        return [*columns, *added], ways if shape == "one_to_one" else _then(ways, step)

    def _match(self, node: Node) -> _Stream:
        columns, ways = self.visit(node.inputs[0])
        self._meet_each_other(ways)
        by_name = {column.name: column for column in columns}
        keys = [columns[int(number)] for number in re.findall(r"\d+", node.get("partition"))]
        self.groups += keys
        partition = {column.name for column in keys}
        self._expressions(columns).read(f"DEFINE({node.get('patternDefinitions').removeprefix('[').removesuffix(']')})")
        measured = _measures(self._measures.pop(0) if self._measures else "", by_name)
        made = [
            by_name[name] if name in partition else measured.get(name, Column(name))
            for name in split_list(node.get("outputFields").removeprefix("[").removesuffix("]"))
        ]
        return made, _then(ways, Step("aggregate", "MATCH_RECOGNIZE"))


def _then(ways: Iterable[Way], step: Step) -> list[Way]:
    return [way.then(step) for way in ways]


def _expressions_of(node: Node) -> list[tuple[str, str]]:
    return [(name, text) for name, text in node.args if name not in {"variablesSet", "hints"}]


def _is_versioned(node: Node) -> bool:
    return node.kind == "LogicalSnapshot" or (
        node.kind in {"LogicalFilter", "LogicalProject", "LogicalWatermarkAssigner"} and _is_versioned(node.inputs[0])
    )


def _joined(left: list[Column], right: list[Column]) -> list[Column]:
    """Both rows as one; a name of the right that is taken gets a number, as Calcite gives it."""
    taken = {column.name for column in left}
    columns = list(left)
    for column in right:
        name, number = column.name, 0
        while name in taken:
            name, number = f"{column.name}{number}", number + 1
        taken.add(name)
        columns.append(column.named(name))
    return columns


def _either(columns: list[Column]) -> Column:
    kinds = {column.type for column in columns if column.sources}
    sources = frozenset(source for column in columns for source in column.sources)
    absent = frozenset(side for column in columns for side in column.absent)
    return Column(columns[0].name, sources, kinds.pop() if len(kinds) == 1 else None, absent=absent)


def _record_fields(text: str) -> list[tuple[str, SqlType]]:
    """Names and types of ``RecordType(INTEGER id, TIMESTAMP(3) *ROWTIME* placed)``."""
    inside = text.partition("(")[2].removesuffix(")")
    parts = [part.rpartition(" ") for part in split_list(inside)]
    return [(name, parse_type(kind)) for kind, _, name in parts]


_MEASURE: Final = re.compile(r"(?P<call>.*) AS (?P<name>[^ ]+)", re.DOTALL)
_WHOLE_MEASURE: Final = re.compile(r"FINAL\((?:(?:LAST|FIRST)\()?[\w*]+\.[^,()]+(?:, \d+\))?\)")


def _measures(text: str, by_name: dict[str, Column]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for part in split_list(text):
        match = _MEASURE.fullmatch(part)
        if match is None:
            continue
        used = [by_name[name] for name in re.findall(r"[\w*]\.([^\s,()]+)", match["call"]) if name in by_name]
        if len(used) == 1 and _WHOLE_MEASURE.fullmatch(match["call"]):
            found[match["name"]] = Column(match["name"], worsened(used[0].sources, "carried"), used[0].type)
        else:
            found[match["name"]] = together(used, "derived", match["name"])
    return found
