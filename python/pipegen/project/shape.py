"""Infers a pipeline's shape from its SQL: how many output records an input record has.

``one_to_one`` is claimed only when nothing speaks against it, because loss is judged by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.config.settings import Shape
from pipegen.project.queries import Query
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
    """A shape and the reason, naming the place."""

    shape: Shape
    reason: str


def infer_shape(statements: Sequence[SqlStatement]) -> Shape:
    """The shape of what reaches the output topic."""
    return explain_shape(read_script(statements)).shape


def explain_shape(script: Script) -> ShapeInference:
    """The shape with its reason."""
    inserts = script.output_inserts() or script.inserts
    if not inserts:
        return ShapeInference("one_to_one", "no INSERT to tell it from")
    if len(inserts) > 1:
        where = inserts[1].statement.where
        return ShapeInference("aggregate", f"{len(inserts)} INSERTs write to the output ({where})")
    insert = inserts[0]
    file = insert.statement.file
    target = script.table(insert.target)
    filters: list[str] = []
    for query in script.queries_under(insert.query):
        owner = next((view.statement.file for view in script.views if view.query is query), file)
        reason = _aggregates(query)
        if reason is not None:
            return ShapeInference("aggregate", f"{reason[0]} ({owner}:{reason[1].line})")
        filtered = _filters(query)
        if filtered is not None:
            filters.append(f"{filtered[0]} ({owner}:{filtered[1].line})")
    if len(script.tables_under(insert.query)) > 1:
        return ShapeInference("aggregate", f"several tables are read ({insert.statement.where})")
    if target is not None and target.connector == "upsert-kafka":
        return ShapeInference("aggregate", f"an upsert sink keeps only the last of each key ({target.statement.where})")
    if filters:
        return ShapeInference("filter", filters[0])
    return ShapeInference("one_to_one", f"nothing aggregates, joins or filters ({insert.statement.where})")


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
