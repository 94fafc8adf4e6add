"""What INSERTs and views say: target, sources, the items selected, and the words that shape the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.errors import ProjectError
from pipegen.project.statements import SqlStatement
from pipegen.project.tables import closing, read_name, read_table, split_top_level
from pipegen.project.tokens import Token

_SOURCE_HEADS: Final = {"FROM", "JOIN", "TABLE"}
_END_OF_LIST: Final = {"FROM", "WHERE", "GROUP", "UNION", "LIMIT", "ORDER", "HAVING", "WINDOW"}


@dataclass(frozen=True, slots=True)
class SelectItem:
    """One item of a SELECT list: its tokens without the alias, and the name it gets (None when Flink makes one)."""

    tokens: tuple[Token, ...]
    name: str | None

    @property
    def plain_name(self) -> str | None:
        """The column it names when it is nothing but a (qualified) column; ``*`` for all."""
        names = [token for token in self.tokens if token.text != "."]
        dots = len(self.tokens) - len(names)
        if dots != len(names) - 1 or not names:
            return None
        last = names[-1]
        if last.text == "*" or last.kind in {"word", "name"}:
            return last.value
        return None


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT with everything under it.

    Attributes:
        tokens: All of it.
        sources: Names of the tables and views it reads, those of its own WITH list left out.
        items: The items of its outermost SELECT; empty when there is none to be found.
    """

    tokens: tuple[Token, ...]
    sources: tuple[str, ...]
    items: tuple[SelectItem, ...]


@dataclass(frozen=True, slots=True)
class Insert:
    """An INSERT: where it writes, which columns (empty: all), and from what."""

    target: str
    columns: tuple[str, ...]
    query: Query
    statement: SqlStatement


@dataclass(frozen=True, slots=True)
class View:
    """A CREATE VIEW: its name and query."""

    name: str
    query: Query
    statement: SqlStatement


def read_insert(statement: SqlStatement) -> Insert:
    """The INSERT of a statement of that kind; a CREATE TABLE … AS is one into the table that it creates.

    Raises:
        ProjectError: where it cannot be understood, with file and line.
    """
    made_of = statement.query_tokens()
    if made_of:
        query = read_query(made_of, statement)
        # The table's columns are the query's, matched by name.
        names = tuple(item.name or "" for item in query.items)
        return Insert(read_table(statement).name, () if "*" in names else names, query, statement)
    tokens = statement.tokens()
    position = next((i + 1 for i, token in enumerate(tokens) if token.upper in {"INTO", "OVERWRITE"}), len(tokens))
    target, position = read_name(tokens, position, statement)
    columns: tuple[str, ...] = ()
    is_list = position < len(tokens) and tokens[position].text == "("
    if is_list and (position + 1 >= len(tokens) or tokens[position + 1].upper not in {"SELECT", "WITH", "("}):
        end = closing(tokens, position, statement)
        columns = tuple(part[-1].value for part in split_top_level(tokens[position + 1 : end]))
        position = end + 1
    if position >= len(tokens):
        raise ProjectError(f"{statement.where}: the INSERT into {target} has no query")
    return Insert(target, columns, read_query(tokens[position:], statement), statement)


def read_view(statement: SqlStatement) -> View:
    """The view of a CREATE VIEW statement.

    Raises:
        ProjectError: where it cannot be understood, with file and line.
    """
    tokens = statement.tokens()
    position = next(index for index, token in enumerate(tokens) if token.upper == "VIEW") + 1
    if [token.upper for token in tokens[position : position + 3]] == ["IF", "NOT", "EXISTS"]:
        position += 3
    name, position = read_name(tokens, position, statement)
    start = next((i + 1 for i in range(position, len(tokens)) if tokens[i].upper == "AS"), len(tokens))
    if start >= len(tokens):
        raise ProjectError(f"{statement.where}: the view {name} has no query")
    return View(name, read_query(tokens[start:], statement), statement)


def read_query(tokens: Sequence[Token], statement: SqlStatement) -> Query:
    """What a query reads and selects.

    Raises:
        ProjectError: for a bracket that is never closed.
    """
    own_names: set[str] = set()
    sources: list[str] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.upper == "AS" and following is not None and following.text == "(":
            previous = tokens[index - 1]
            if previous.kind in {"word", "name"} and tokens[0].upper == "WITH":
                own_names.add(previous.value)
        reads = token.upper in _SOURCE_HEADS and following is not None and following.kind in {"word", "name"}
        is_extract = token.upper == "FROM" and _inside_function(tokens, index)
        is_call = index + 2 < len(tokens) and tokens[index + 2].text == "("
        is_keyword = following is not None and following.upper in {"TABLE", "LATERAL", "UNNEST", "SELECT"}
        if reads and not is_extract and not is_call and not is_keyword:
            name, end = read_name(tokens, index + 1, statement)
            sources.append(name)
            sources.extend(_comma_joined(tokens, end, statement) if token.upper == "FROM" else [])
    unique = tuple(dict.fromkeys(name for name in sources if name not in own_names))
    return Query(tuple(tokens), unique, _items(tokens))


def _inside_function(tokens: Sequence[Token], index: int) -> bool:
    """Whether a FROM belongs to EXTRACT(… FROM …), TRIM(… FROM …), IS DISTINCT FROM or the like, not to a SELECT."""
    if index >= 2 and tokens[index - 1].upper == "DISTINCT" and tokens[index - 2].upper in {"IS", "NOT"}:
        return True
    depth = 0
    for position in range(index - 1, -1, -1):
        token = tokens[position]
        if token.text == ")":
            depth += 1
        elif token.text == "(" and depth == 0:
            return position > 0 and tokens[position - 1].upper in {
                "EXTRACT",
                "TRIM",
                "OVERLAY",
                "SUBSTRING",
                "POSITION",
            }
        elif token.text == "(":
            depth -= 1
        elif token.upper == "SELECT" and depth == 0:
            return False
    return False


def _comma_joined(tokens: Sequence[Token], position: int, statement: SqlStatement) -> list[str]:
    """The other tables of ``FROM a AS x, b AS y``."""
    names: list[str] = []
    while position < len(tokens):
        if tokens[position].upper == "AS" or tokens[position].kind in {"word", "name"}:
            if tokens[position].upper in {
                *_END_OF_LIST,
                "JOIN",
                "LEFT",
                "RIGHT",
                "FULL",
                "INNER",
                "CROSS",
                "ON",
                "FOR",
            }:
                break
            position += 1
        elif (
            tokens[position].text == ","
            and position + 1 < len(tokens)
            and tokens[position + 1].kind in {"word", "name"}
        ):
            if (position + 2 < len(tokens) and tokens[position + 2].text == "(") or tokens[
                position + 1
            ].upper == "LATERAL":
                break
            name, position = read_name(tokens, position + 1, statement)
            names.append(name)
        else:
            break
    return names


def _items(tokens: Sequence[Token]) -> tuple[SelectItem, ...]:
    start = _outer_select(tokens)
    if start is None:
        return ()
    depth = 0
    end = len(tokens)
    for index in range(start + 1, len(tokens)):
        token = tokens[index]
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "symbol" else 0
        if depth < 0 or (depth == 0 and token.upper in _END_OF_LIST):
            end = index
            break
    body = list(tokens[start + 1 : end])
    if body and body[0].upper in {"DISTINCT", "ALL"}:
        body = body[1:]
    return tuple(_item(part) for part in split_top_level(body))


def _outer_select(tokens: Sequence[Token]) -> int | None:
    depth = 0
    for index, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "symbol" else 0
        if token.upper == "SELECT" and depth == 0:
            return index
    return next((index for index, token in enumerate(tokens) if token.upper == "SELECT"), None)


def _item(part: list[Token]) -> SelectItem:
    if len(part) > 2 and part[-2].upper == "AS":
        return SelectItem(tuple(part[:-2]), part[-1].value)
    implicit = (
        len(part) > 1
        and part[-1].kind in {"word", "name"}
        and part[-1].upper != "END"
        and (part[-2].kind != "symbol" or part[-2].text == ")")
    )
    if implicit:
        return SelectItem(tuple(part[:-1]), part[-1].value)
    item = SelectItem(tuple(part), None)
    return SelectItem(item.tokens, item.plain_name)
