"""Infers a pipeline's shape from its SQL: how many output records an input record has.

``one_to_one`` is claimed only when nothing speaks against it, because loss is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.choices import Shape
from pipegen.project.queries import Insert, Query
from pipegen.project.script import Script, read_script
from pipegen.project.statements import SqlStatement
from pipegen.project.tokens import Token

_WINDOWS: Final = {"TUMBLE", "HOP", "CUMULATE", "SESSION"}
_AGGREGATES: Final = {
    "COUNT", "SUM", "AVG", "MIN", "MAX", "STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP", "COLLECT", "LISTAGG",
    "FIRST_VALUE", "LAST_VALUE", "JSON_OBJECTAGG", "JSON_ARRAYAGG", "ARRAY_AGG", "APPROX_COUNT_DISTINCT",
}  # fmt: skip
_MULTIPLIERS: Final = {
    "UNION": "UNION merges several inputs",
    "INTERSECT": "INTERSECT compares several inputs",
    "EXCEPT": "EXCEPT compares several inputs",
    "MINUS": "MINUS compares several inputs",
    "JOIN": "JOIN pairs records",
    "UNNEST": "UNNEST multiplies records",
    "LATERAL": "LATERAL may multiply records",
    "MATCH_RECOGNIZE": "MATCH_RECOGNIZE turns several records into one",
    "OVER": "OVER looks at several records",
    "HAVING": "HAVING aggregates",
}


@dataclass(frozen=True, slots=True)
class ShapeInference:
    """A shape, the reason, and the place in the SQL that speaks for it."""

    shape: Shape
    reason: str
    file: Path
    line: int

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"


def infer_shape(statements: Sequence[SqlStatement]) -> Shape:
    """The shape of what reaches the output topic."""
    return explain_shape(read_script(statements)).shape


def explain_shape(script: Script) -> ShapeInference:
    """The shape with its reason.

    Raises:
        ValueError: when the script has no INSERT.
    """
    inserts = script.output_inserts() or script.inserts
    if not inserts:
        raise ValueError("a script without an INSERT has no shape")
    insert = inserts[0]
    if len(inserts) > 1:
        return _inference("aggregate", f"{len(inserts)} INSERTs write to the output", inserts[1].statement)
    filtered: ShapeInference | None = None
    for query, statement in _queries(script, insert):
        found = _aggregates(query)
        if found is not None:
            return ShapeInference("aggregate", found[0], statement.file, found[1].line)
        found = _filters(query)
        if found is not None and filtered is None:
            filtered = ShapeInference("filter", found[0], statement.file, found[1].line)
    if len(script.tables_under(insert.query)) > 1:
        return _inference("aggregate", "several tables are read", insert.statement)
    target = script.table(insert.target)
    if target is not None and target.connector == "upsert-kafka":
        return _inference("aggregate", "an upsert sink keeps only the last of each key", target.statement)
    return filtered or _inference("one_to_one", "nothing aggregates, joins or filters", insert.statement)


def _inference(shape: Shape, reason: str, statement: SqlStatement) -> ShapeInference:
    return ShapeInference(shape, reason, statement.file, statement.line)


def _queries(script: Script, insert: Insert) -> Iterator[tuple[Query, SqlStatement]]:
    """The INSERT's query and those of the views under it, each with the statement it stands in."""
    for query in script.queries_under(insert.query):
        owner = next((view.statement for view in script.views if view.query is query), insert.statement)
        yield query, owner


def _aggregates(query: Query) -> tuple[str, Token] | None:
    tokens = query.tokens
    for index, token in enumerate(tokens):
        word = token.upper
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        before = tokens[index - 1].upper if index else ""
        if before == "." or token.kind != "word":
            continue
        if word == "GROUP" and following.upper() == "BY":
            return "GROUP BY aggregates", token
        if word == "DISTINCT" and before in {"SELECT", "("}:
            return "DISTINCT drops repeated records", token
        if word in _WINDOWS and following == "(":
            return f"{word} windows aggregate", token
        if word in _AGGREGATES and following == "(":
            return f"{word} aggregates", token
        if word in _MULTIPLIERS:
            return _MULTIPLIERS[word], token
        if word == "VALUES" and index == 0:
            return "VALUES reads no input", token
    return None


def _filters(query: Query) -> tuple[str, Token] | None:
    for index, token in enumerate(query.tokens):
        before = query.tokens[index - 1].upper if index else ""
        if token.upper in {"WHERE", "LIMIT", "FETCH", "OFFSET", "QUALIFY"} and before != ".":
            word = "WHERE drops records" if token.upper == "WHERE" else f"{token.upper} limits the result"
            return word, token
    return None
