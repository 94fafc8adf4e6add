"""What a CREATE TABLE says: columns with their Flink types, metadata columns, and the WITH options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pipegen.errors import ProjectError
from pipegen.project.statements import SqlStatement
from pipegen.project.tokens import Token

_CONSTRAINT_HEADS: Final = {"PRIMARY", "CONSTRAINT", "WATERMARK", "PERIOD", "UNIQUE"}
_AFTER_TYPE: Final = {"NOT", "NULL", "METADATA", "COMMENT", "CONSTRAINT", "PRIMARY"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: Without quotes.
        type: Flink's type as written, evenly spaced, NOT NULL apart; empty for a computed column.
        nullable: Whether NOT NULL is missing.
        metadata: Key of the connector's metadata it shows (``headers``, ``timestamp``…), or None.
        virtual: A metadata column that is read but never written.
        computed: Made by an expression, so neither read nor written.
        line: 1-based line of its name.
    """

    name: str
    type: str
    nullable: bool = True
    metadata: str | None = None
    virtual: bool = False
    computed: bool = False
    line: int = 0

    @property
    def physical(self) -> bool:
        """Whether it comes from the record's value or key."""
        return self.metadata is None and not self.computed

    @property
    def writable(self) -> bool:
        """Whether an INSERT has to give it a value."""
        return not self.computed and not self.virtual


@dataclass(frozen=True, slots=True)
class Table:
    """A table as its CREATE TABLE describes it; ``like`` names the table whose columns and options it takes over."""

    name: str
    columns: tuple[Column, ...]
    options: Mapping[str, str]
    statement: SqlStatement
    like: str | None = None

    def over(self, base: Table) -> Table:
        """This table with what it takes over from ``base``; its own columns come last, its own options win."""
        own = {column.name for column in self.columns}
        taken = tuple(column for column in base.columns if column.name not in own)
        return replace(self, columns=(*taken, *self.columns), options={**base.options, **self.options}, like=None)

    @property
    def connector(self) -> str | None:
        """The ``connector`` option, such as ``kafka``."""
        return self.options.get("connector")

    @property
    def topic(self) -> str | None:
        """The ``topic`` option as written, variables not filled in."""
        return self.options.get("topic")

    @property
    def format(self) -> str | None:
        """The format of the value."""
        return self.options.get("value.format") or self.options.get("format")

    @property
    def file(self) -> Path:
        """Where it is created."""
        return self.statement.file

    @property
    def line(self) -> int:
        """1-based line where it is created."""
        return self.statement.line

    def metadata_column(self, key: str) -> Column | None:
        """The column that shows this metadata key."""
        return next((column for column in self.columns if column.metadata == key), None)

    def writable_columns(self) -> tuple[Column, ...]:
        """The columns an INSERT without a column list fills, in order."""
        return tuple(column for column in self.columns if column.writable)


def read_table(statement: SqlStatement) -> Table:
    """The table of a CREATE TABLE statement.

    Raises:
        ProjectError: where it cannot be understood, with file and line.
    """
    tokens = statement.tokens()
    position = next(index for index, token in enumerate(tokens) if token.upper == "TABLE") + 1
    if [token.upper for token in tokens[position : position + 3]] == ["IF", "NOT", "EXISTS"]:
        position += 3
    name, position = read_name(tokens, position, statement)
    columns: tuple[Column, ...] = ()
    if position < len(tokens) and tokens[position].text == "(":
        end = closing(tokens, position, statement)
        parts = split_top_level(tokens[position + 1 : end], types=True)
        if statement.query_tokens():
            # Bare names only say in which order the query's columns come.
            parts = [part for part in parts if len(part) > 1]
        columns = tuple(column for part in parts if (column := _column(part, statement)) is not None)
        position = end + 1
    options: dict[str, str] = {}
    for index in range(position, len(tokens)):
        if tokens[index].upper == "WITH" and index + 1 < len(tokens) and tokens[index + 1].text == "(":
            end = closing(tokens, index + 1, statement)
            options = _options(split_top_level(tokens[index + 2 : end]), statement)
            break
        if tokens[index].upper in {"AS", "LIKE"}:
            break
    end = len(tokens) - len(statement.query_tokens())
    like = next((i + 1 for i in range(position, end) if tokens[i].upper == "LIKE"), None)
    base = read_name(tokens, like, statement)[0] if like is not None else None
    return Table(name, columns, options, statement, base)


def read_name(tokens: Sequence[Token], position: int, statement: SqlStatement) -> tuple[str, int]:
    """A possibly qualified name and the position after it; of ``catalog.db.table`` the last part.

    Raises:
        ProjectError: when there is no name.
    """
    if position >= len(tokens) or tokens[position].kind not in {"word", "name", "variable"}:
        line = tokens[min(position, len(tokens) - 1)].line
        raise ProjectError(f"{statement.file}:{line}: a name is missing")
    while position + 2 < len(tokens) and tokens[position + 1].text == "." and tokens[position + 2].kind != "symbol":
        position += 2
    return tokens[position].value, position + 1


def closing(tokens: Sequence[Token], position: int, statement: SqlStatement) -> int:
    """Position of the bracket that closes the one at ``position``.

    Raises:
        ProjectError: when it is never closed.
    """
    depth = 0
    for index in range(position, len(tokens)):
        if tokens[index].text == "(" and tokens[index].kind == "symbol":
            depth += 1
        elif tokens[index].text == ")" and tokens[index].kind == "symbol":
            depth -= 1
            if depth == 0:
                return index
    raise ProjectError(f"{statement.file}:{tokens[position].line}: this bracket is never closed")


def split_top_level(tokens: Sequence[Token], *, types: bool = False) -> list[list[Token]]:
    """Splits at the commas that stand in no bracket of any kind.

    Args:
        tokens: What to split.
        types: Whether ``<`` and ``>`` are brackets, as in ``ROW<a INT, b INT>``; not in a computed column.
    """
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        is_computed = len(parts[-1]) > 1 and parts[-1][1].upper == "AS"
        if token.kind == "symbol":
            depth += _depth(token.text, angles=types and not is_computed)
        if token.kind == "symbol" and token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _depth(symbol: str, *, angles: bool) -> int:
    """How much deeper a symbol leads."""
    opening, ending = ("([<", ")]>") if angles else ("([", ")]")
    return 1 if symbol in opening else -1 if symbol in ending else 0


def _column(part: list[Token], statement: SqlStatement) -> Column | None:
    head = part[0]
    if head.upper in _CONSTRAINT_HEADS and head.kind == "word" and (len(part) < 2 or part[1].kind != "symbol"):
        return None
    if head.kind not in {"word", "name"} or len(part) < 2:
        raise ProjectError(f"{statement.file}:{head.line}: expected a column with a type, found {head.text}")
    if part[1].upper == "AS":
        return Column(head.value, "", computed=True, line=head.line)
    end = _type_end(part)
    rest = [token.upper or token.text for token in part[end:]]
    metadata = None
    if "METADATA" in rest:
        index = rest.index("METADATA")
        has_key = rest[index + 1 : index + 2] == ["FROM"] and len(part) > end + index + 2
        metadata = part[end + index + 2].value if has_key else head.value
    return Column(
        head.value,
        _type_text(part[1:end]),
        nullable=not any(rest[index : index + 2] == ["NOT", "NULL"] for index in range(len(rest))),
        metadata=metadata,
        virtual="VIRTUAL" in rest,
        line=head.line,
    )


def _type_end(part: list[Token]) -> int:
    """Where the type ends: the first word after it, outside any bracket."""
    depth = 0
    for index in range(1, len(part)):
        token = part[index]
        if token.kind == "symbol":
            depth += _depth(token.text, angles=True)
        if depth == 0 and index > 1 and token.kind == "word" and token.upper in _AFTER_TYPE:
            return index
    return len(part)


def _type_text(tokens: Sequence[Token]) -> str:
    pieces: list[str] = []
    for token in tokens:
        text = token.text
        glue = not pieces or text in {"(", ")", "<", ">", ",", "<>"} or pieces[-1] in {"(", "<"}
        pieces += [text] if glue else [" ", text]
    return "".join(pieces)


def _options(parts: list[list[Token]], statement: SqlStatement) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in parts:
        kinds = [token.kind for token in part]
        if len(part) != 3 or kinds[0] != "string" or part[1].text != "=" or kinds[2] != "string":
            raise ProjectError(
                f"{statement.file}:{part[0].line}: expected an option like 'connector' = 'kafka', "
                f"found {' '.join(token.text for token in part[:6])}"
            )
        key = part[0].value
        if key in options:
            raise ProjectError(f"{statement.file}:{part[0].line}: the option '{key}' stands twice")
        options[key] = part[2].value
    return options
