"""The SQL of a project as statements, each with its file and line, and the variables filled in.

Splits and recognises; what tables and queries say is read in :mod:`pipegen.project.tables` and ``queries``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from pipegen.errors import ProjectError
from pipegen.project.plan.own_settings import DML_SYNC, left_out
from pipegen.project.tokens import Token, tokenize
from pipegen.suggestion import nearest

StatementKind = Literal[
    "create_table", "create_view", "create_other", "insert", "statement_set", "set", "query", "other"
]

VARIABLES: Final = (
    "INPUT_TOPIC",
    "OUTPUT_TOPIC",
    "BOOTSTRAP_SERVERS",
    "SCHEMA_REGISTRY_URL",
    "GROUP_ID",
    "RUN_ID",
    "DATA_FILE",
    "KAFKA_SECURITY_PROTOCOL",
    "KAFKA_SASL_MECHANISM",
    "KAFKA_SASL_JAAS_CONFIG",
    "KAFKA_CA_PEM",
    "KAFKA_CLIENT_CERT_PEM",
    "KAFKA_CLIENT_KEY_PEM",
    "SCHEMA_REGISTRY_USER_INFO",
    "SCHEMA_REGISTRY_TOKEN",
)
"""What ``${…}`` may name in a project's SQL."""

_VARIABLE: Final = re.compile(r"\$\{([^}\n]*)\}")
_HINT_BEHIND: Final = re.compile(r"\s*/\*\+.*?\*/", re.DOTALL)
"""A hint behind the last word of a statement: a comment to us, and an order to Flink."""
_SET_HEAD: Final = ("STATEMENT", "SET", "BEGIN")


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """One statement as Flink gets it, without the semicolon at its end.

    Attributes:
        file: Where it stands.
        line: 1-based line of its first word.
        text: From its first word to its last, comments inside included.
        kind: What it is; ``statement_set`` holds several INSERTs that run as one job.
    """

    file: Path
    line: int
    text: str
    kind: StatementKind

    @property
    def resets(self) -> bool:
        """Whether it takes options back to what they were."""
        return self.kind == "set" and self.tokens()[0].upper == "RESET"

    @property
    def where(self) -> str:
        """``file:line`` for messages."""
        return f"{self.file}:{self.line}"

    @property
    def before(self) -> tuple[str, ...]:
        """Nothing is run before it."""
        return ()

    def place_of(self, line: int, column: int) -> tuple[int, int]:
        """Line and column of the file where Flink means a place in the text that it got."""
        return self.line + line - 1, column

    def tokens(self) -> list[Token]:
        """The tokens of the statement, with the lines of the file."""
        return list(tokenize(self.text, self.file, self.line))

    def sets(self, option: str) -> str | None:
        """What it sets an option to, in small letters; None where it sets another one or does something else."""
        tokens = self.tokens()
        equals = next((index for index, token in enumerate(tokens) if token.text == "="), None)
        if self.kind != "set" or equals is None or "".join(token.value for token in tokens[1:equals]) != option:
            return None
        return "".join(token.value for token in tokens[equals + 1 :]).lower()

    @property
    def left_out(self) -> str | None:
        """Why a run does not hand it on to Flink; None where it does."""
        value = self.sets(DML_SYNC)
        return left_out(DML_SYNC, value) if value is not None else None

    def query_tokens(self) -> list[Token]:
        """The query that a CREATE TABLE … AS makes its table of; empty for any other statement."""
        if self.kind != "create_table":
            return []
        depth = 0
        tokens = self.tokens()
        for index, token in enumerate(tokens):
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0 and token.upper == "AS":
                return tokens[index + 1 :]
        return []

    def inserts(self) -> list[SqlStatement]:
        """What writes into a table: itself, a CREATE TABLE … AS too, or the INSERTs of a statement set.

        Raises:
            ProjectError: something else stands in a statement set.
        """
        if self.kind == "insert" or self.query_tokens():
            return [self]
        if self.kind != "statement_set":
            return []
        tokens = self.tokens()
        begin = next((index for index, token in enumerate(tokens) if token.upper == "BEGIN"), len(tokens))
        end = len(tokens) - (1 if tokens[-1].upper == "END" else 0)
        found = [_statement(self.text, self.file, part) for part in _split_on(tokens[begin + 1 : end], ";") if part]
        other = next((part for part in found if part.kind != "insert"), None)
        if other is not None:
            raise ProjectError(
                f"{self.file}:{other.line}: Flink takes nothing but INSERT in a statement set",
                remedy="Write it before the set; of a CREATE TABLE … AS, Flink runs a job of its own.",
            )
        return found


def read_statements(files: Iterable[Path]) -> list[SqlStatement]:
    """The statements of SQL files in the order given.

    Raises:
        ProjectError: for a file that cannot be read, or a string, name or comment that never ends.
    """
    statements: list[SqlStatement] = []
    for file in files:
        try:
            text = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ProjectError(f"{file}: not UTF-8 text (byte {error.start})", remedy="Save it as UTF-8.") from None
        except OSError as error:
            raise ProjectError(f"{file}: cannot be read: {error.strerror}") from None
        statements.extend(split_statements(text, file))
    return statements


def split_statements(text: str, file: Path) -> list[SqlStatement]:
    """The statements of SQL text; ``file`` is kept for messages.

    Raises:
        ProjectError: as :func:`read_statements`.
    """
    found: list[SqlStatement] = []
    pending: list[Token] = []
    for part in _split_on(list(tokenize(text, file)), ";"):
        if pending:
            pending.extend(part)
            if part and part[0].upper == "END":
                found.append(_statement(text, file, pending))
                pending = []
        elif _opens_set(part):
            pending = part
        elif part:
            found.append(_statement(text, file, part))
    if pending:
        raise ProjectError(f"{file}:{pending[0].line}: the statement set has no END", remedy="Close it with END;")
    return found


def render(statement: SqlStatement, variables: Mapping[str, str]) -> SqlStatement:
    """The statement with each ``${NAME}`` filled in; comments stay as they are.

    Raises:
        ProjectError: for a variable that does not exist, naming the nearest.
    """
    pieces: list[str] = []
    position = 0
    for token in statement.tokens():
        if "${" not in token.text:
            continue
        in_string = token.kind == "string"

        def value_of(match: re.Match[str], line: int = token.line, in_string: bool = in_string) -> str:
            value = variable_value(match.group(1), variables, f"{statement.file}:{line}")
            return value.replace("'", "''") if in_string else value

        pieces += [statement.text[position : token.start], _VARIABLE.sub(value_of, token.text)]
        position = token.end
    pieces.append(statement.text[position:])
    return replace(statement, text="".join(pieces))


def filled(text: str, variables: Mapping[str, str], where: str) -> str:
    """A piece of text with each ``${NAME}`` filled in.

    Raises:
        ProjectError: for a variable that does not exist.
    """
    return _VARIABLE.sub(lambda match: variable_value(match.group(1), variables, where), text)


def variable_value(name: str, variables: Mapping[str, str], where: str) -> str:
    """The value of a variable.

    Raises:
        ProjectError: when there is none of that name.
    """
    if name in variables:
        return variables[name]
    meant = nearest(name.strip().upper(), variables)
    known = ", ".join(f"${{{variable}}}" for variable in variables)
    remedy = f"Did you mean ${{{meant}}}?" if meant else f"Known variables: {known}."
    raise ProjectError(f"{where}: unknown variable ${{{name}}}", remedy=remedy)


def _split_on(tokens: list[Token], symbol: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "symbol" and token.text == symbol:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _opens_set(part: list[Token]) -> bool:
    words = [token.upper for token in part]
    return words[:3] == ["BEGIN", "STATEMENT", "SET"] or _SET_HEAD in zip(words, words[1:], words[2:], strict=False)


def _statement(text: str, file: Path, tokens: list[Token]) -> SqlStatement:
    first, last = tokens[0], tokens[-1]
    hint = _HINT_BEHIND.match(text, last.end)
    body = text[first.start : last.end if hint is None else hint.end()]
    kind = _kind([token.upper for token in tokens[:8]])
    if kind == "statement_set" and first.upper == "BEGIN":
        # BEGIN STATEMENT SET; … END is the client's way to write what the gateway takes as one statement.
        rest = text[tokens[2].end : last.end]
        semicolon = next(token for token in tokenize(rest, file, first.line) if token.text == ";")
        body = "EXECUTE STATEMENT SET BEGIN" + rest[: semicolon.start] + rest[semicolon.end :]
    return SqlStatement(file, first.line, body, kind)


def _kind(words: list[str]) -> StatementKind:
    match words:
        case ["INSERT", *_]:
            return "insert"
        case ["BEGIN" | "EXECUTE", "STATEMENT", "SET", *_]:
            return "statement_set"
        case ["EXECUTE", "INSERT", *_]:
            return "insert"
        case ["COMPILE", *rest]:
            return "statement_set" if "STATEMENT" in rest else "insert"
        case ["SET" | "RESET", *_]:
            return "set"
        case ["SELECT" | "WITH" | "VALUES" | "TABLE" | "(", *_]:
            return "query"
        case ["CREATE" | "REPLACE", *rest]:
            nouns = [word for word in rest if word not in {"OR", "REPLACE", "TEMPORARY", "ALTER"}]
            if nouns[:1] == ["TABLE"]:
                return "create_table"
            return "create_view" if nouns[:1] == ["VIEW"] else "create_other"
        case _:
            return "other"
