"""Flink's EXPLAIN taken apart: its sections, the trees of its "Abstract Syntax Tree", the changes each sink gets.

Knows how a plan is written, not what its operators mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_SECTION: Final = re.compile(r"^== (.+?) ==$", re.MULTILINE)
_PREFIX: Final = {3: re.compile(r"(?:[ :]  )*(?:[+:]- )?"), 2: re.compile(r"(?:  )*")}
_CHANGES: Final = re.compile(r"changelogMode=\[([A-Z,]*)\]")
_ROOT: Final = re.compile(r"(?:\A|(?<=\n\n))[A-Z]\w*\(")
_SCANNED: Final = re.compile(r"table=\[\[(?P<path>.*)\]\]", re.DOTALL)
_SUNK: Final = re.compile(r"table=\[(?P<path>.*?)\](?=, (?:targetColumns|fields)=\[)", re.DOTALL)
_OPEN: Final = "([{"
_CLOSE: Final = ")]}"


@dataclass(slots=True)
class Node:
    """An operator of a tree: its kind, its arguments in order, the operators that feed it."""

    kind: str
    args: list[tuple[str, str]] = field(default_factory=list)
    inputs: list[Node] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """The text of an argument."""
        return next((value for key, value in self.args if key == name), default)


def sections(explain: str) -> dict[str, str]:
    """The sections of EXPLAIN by their titles."""
    parts = _SECTION.split(explain)
    return {title: body.strip("\n") for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def syntax_trees(explain: str) -> list[Node]:
    """The trees of the "Abstract Syntax Tree", one a sink or one of a query.

    Raises:
        ValueError: for a line that cannot be read, with its beginning.
    """
    return parse_trees(sections(explain).get("Abstract Syntax Tree", ""))


def changes(explain: str) -> list[tuple[str, ...]]:
    """The kinds of changes that reach each sink, or come out of a query: ``I``, ``UB``, ``UA``, ``D``.

    In the order of the trees; an empty tuple where the plan does not say.
    """
    plan = next((body for title, body in sections(explain).items() if title.startswith("Optimized Physical Plan")), "")
    found: list[tuple[str, ...]] = []
    for root in _ROOT.finditer(plan):
        # What a sink gets is what the operator below it gives; a literal may go on over several lines.
        start = plan.find("\n+- ", root.start()) if "Sink(" in root.group() else root.start()
        match = _CHANGES.search(plan, max(start, 0))
        found.append(tuple(kind for kind in match.group(1).split(",") if kind) if match else ())
    return found


def measures(explain: str) -> list[str]:
    """What the physical plan says of the measures of each MATCH_RECOGNIZE: the syntax tree leaves them out."""
    plan = next((body for title, body in sections(explain).items() if title.startswith("Optimized Physical Plan")), "")
    return re.findall(r"\bMatch\([^\n]*?measures=\[(.*?)\], rowsPerMatch=", plan)


_SCAN: Final = re.compile(r"LogicalTableScan\(table=\[\[(.*?)(?:, metadata=\[[^\]]*\])?\]\](?:, hints=|\)|$)")


def scanned(tree: Node) -> list[str]:
    """The paths of all tables that a tree reads, subqueries in expressions included."""
    found = [tree.get("table")] if tree.kind == "LogicalTableScan" else []
    for _, text in tree.args:
        found += _SCAN.findall(text)
    for child in tree.inputs:
        found += scanned(child)
    return list(dict.fromkeys(found))


def parse_trees(text: str, *, indent: int = 3) -> list[Node]:
    """The trees of a text.

    Args:
        text: Lines of operators, each deeper than the one that it feeds.
        indent: Columns a level: 3 in a plan, 2 in a subquery inside an expression.

    Raises:
        ValueError: for a line that cannot be read.
    """
    roots: list[Node] = []
    stack: list[Node] = []
    position = 0
    while position < len(text):
        if text[position] == "\n":
            position += 1
            continue
        prefix = _PREFIX[indent].match(text, position)
        depth = len(prefix.group()) // indent if prefix else 0
        node, position = _node(text, prefix.end() if prefix else position)
        del stack[depth:]
        (stack[-1].inputs if stack else roots).append(node)
        stack.append(node)
    return roots


def _node(text: str, position: int) -> tuple[Node, int]:
    match = re.compile(r"\w+").match(text, position)
    if match is None:
        raise ValueError(f"not understood: {text[position : position + 100]!r}")
    kind, position = match.group(), match.end()
    if position == len(text) or text[position] != "(":
        return Node(kind), position
    if kind in {"LogicalTableScan", "LogicalSink", "LogicalLegacySink"}:
        return _table_node(kind, text, position + 1)
    args: list[tuple[str, str]] = []
    position += 1
    while text[position : position + 1] not in {")", ""}:
        equals = text.find("=[", position)
        if equals < 0:
            raise ValueError(f"not understood: {text[position : position + 100]!r}")
        end = closing(text, equals + 1)
        args.append((text[position:equals].removeprefix(", "), text[equals + 2 : end]))
        position = end + 1
    return Node(kind, args), position + 1


def _table_node(kind: str, text: str, position: int) -> tuple[Node, int]:
    """A scan or sink: names and the values of hints may hold any character, so it is read from its ends."""
    end = text.find("\n", position)
    while end >= 0 and text[end - 1] != ")":
        end = text.find("\n", end + 1)
    end = len(text) if end < 0 else end
    content = text[position : end - 1]
    args: list[tuple[str, str]] = []
    content, told, hints = content.partition(", hints=[[[")
    if told:
        args.append(("hints", hints.removesuffix("]]]")))
    match = (_SCANNED.fullmatch if kind == "LogicalTableScan" else _SUNK.match)(content)
    if match is None:
        raise ValueError(f"not understood: {content[:100]!r}")
    path, _, metadata = match["path"].partition(", metadata=[")
    args += [("table", path), ("metadata", metadata.removesuffix("]"))]
    fields = content.rpartition("fields=[")[2].removesuffix("]") if "fields=[" in content else ""
    args.append(("fields", fields))
    return Node(kind, args), end


def closing(text: str, position: int) -> int:
    """The index of the bracket that closes the one at ``position``; strings of a plan are respected.

    Raises:
        ValueError: when nothing closes it.
    """
    found = _closing(text, position, strings=True)
    # A plan quotes no names: a quote can also be a part of one.
    found = _closing(text, position, strings=False) if found is None else found
    if found is None:
        raise ValueError(f"a bracket is never closed: {text[position : position + 100]!r}")
    return found


def _closing(text: str, position: int, *, strings: bool) -> int | None:
    depth = 0
    index = position
    while index < len(text):
        character = text[index]
        if strings and character == "'" and index and (text[index - 1].isalnum() or text[index - 1] == "&"):
            index = string_end(text, index)
            continue
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
            if depth == 0:
                return index
        index += 1
    return None


def string_end(text: str, position: int) -> int:
    """The index after a string of a plan that begins at the quote at ``position``."""
    index = position + 1
    while index < len(text):
        if text[index] == "'":
            if text[index + 1 : index + 2] != "'":
                return index + 1
            index += 1
        index += 1
    return index


def hint_options(hints: str) -> dict[str, str]:
    """The options of an OPTIONS hint, as a plan writes hints."""
    _, told, rest = hints.partition("options:{")
    if not told or not hints.startswith("OPTIONS"):
        return {}
    body = rest.rpartition("}")[0]
    parts = re.split(r"(?:^|, )([\w.\-]+)=", body)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
