"""CREATE TABLE … AS without its query: the table that it makes, so that later statements can read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipegen.project.plan.lexer import Token, tokenize
from pipegen.project.plan.statement import query_of_create

_NO_COLUMN = frozenset({"PRIMARY", "CONSTRAINT", "WATERMARK", "UNIQUE"})


@dataclass(frozen=True, slots=True)
class CreateAs:
    """A CREATE TABLE … AS taken apart.

    Attributes:
        head: Up to the table's name.
        schema: The parts of the list of columns, as written; empty without one.
        tail: Between the columns and AS: comment, partitions, options.
        query: Behind AS.
    """

    head: str
    schema: tuple[str, ...]
    tail: str
    query: str

    def temporary_table(self, columns: Mapping[str, str]) -> str:
        """The same table, for as long as the session lasts."""
        return self.table(columns).replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1)

    def table(self, columns: Mapping[str, str]) -> str:
        """CREATE TABLE for the same table.

        Args:
            columns: The query's columns: name to type.
        """
        left = {name: f"`{name.replace('`', '``')}` {kind}" for name, kind in columns.items()}
        parts: list[str] = []
        for part in self.schema:
            tokens = list(tokenize(part))
            name = tokens[0].value
            own = len(tokens) > 1 or tokens[0].upper in _NO_COLUMN
            parts.append(part if own else left.get(name, part))
            if tokens[0].upper not in _NO_COLUMN:
                left.pop(name, None)
        return f"{self.head} ({', '.join(_before_constraints(parts, list(left.values())))}) {self.tail}"


def _before_constraints(parts: Sequence[str], added: Sequence[str]) -> Iterator[str]:
    """The parts with the query's columns behind the table's own, and keys and watermarks at the end."""
    kept = [part for part in parts if _first(part) not in _NO_COLUMN]
    yield from (*kept, *added, *(part for part in parts if _first(part) in _NO_COLUMN))


def _first(part: str) -> str:
    return next(tokenize(part)).upper


def read_create_as(text: str) -> CreateAs | None:
    """A CREATE TABLE … AS taken apart; None for any other statement."""
    tokens = list(tokenize(text))
    query = query_of_create([token.upper for token in tokens])
    if query is None:
        return None
    name = next(index for index, token in enumerate(tokens) if token.upper == "TABLE") + 1
    if tokens[name].upper == "IF":
        name += 3
    while name + 2 < query and tokens[name + 1].text == ".":
        name += 2
    body = tokens[name + 1 : query - 1]
    tail_start = tokens[name].end
    schema: list[str] = []
    if body and body[0].text == "(":
        schema, end = _list(text, body)
        tail_start = end
    words = [token.text for token in tokens[: name + 1] if token.upper not in {"OR", "REPLACE"}]
    if words[0].upper() != "CREATE":
        words.insert(0, "CREATE")
    return CreateAs(
        head=" ".join(words).replace(" . ", "."),
        schema=tuple(schema),
        tail=text[tail_start : tokens[query - 1].start].strip(),
        query=text[tokens[query].start :],
    )


def _list(text: str, tokens: Sequence[Token]) -> tuple[list[str], int]:
    """The parts of a list in brackets, and where it ends."""
    parts: list[str] = []
    depth = 0
    start = tokens[0].end
    for token in tokens:
        if token.text in {"(", "<"} and token.kind == "symbol":
            depth += 1
        elif token.text in {")", ">"} and token.kind == "symbol":
            depth -= 1
            if depth == 0:
                return [*parts, text[start : token.start].strip()], token.end
        elif token.text == "," and depth == 1:
            parts.append(text[start : token.start].strip())
            start = token.end
    return parts, tokens[-1].end
