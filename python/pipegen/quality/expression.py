"""CEL expressions: compiled once, refused with the place of a fault. The only module that knows the CEL library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_PLACE: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?(.+)")
_MACRO: Final = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")
_WORDS: Final = re.compile(r"[A-Za-z_]\w*")
_LONGEST_ERROR: Final = 300
# fmt: off
FUNCTIONS: Final = frozenset({
    "size", "matches", "contains", "startsWith", "endsWith",
    "int", "uint", "double", "string", "bytes", "timestamp", "duration", "type", "dyn",
    "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear",
    "getHours", "getMinutes", "getSeconds", "getMilliseconds",
    "of", "none", "ofNonZeroValue", "hasValue", "value", "orValue",
})
"""The functions that the library has; macros such as ``has`` and ``all`` are none."""
_TYPES: Final = frozenset({
    "int", "uint", "double", "bool", "string", "bytes", "list", "map", "type", "timestamp", "duration", "optional",
})
# fmt: on


class ExpressionError(ValueError):
    """An expression that is not CEL, or that speaks of something that does not exist.

    Attributes:
        reason: What is wrong.
        line: Its line in the expression, from 1.
        column: Its column, from 1.
    """

    def __init__(self, reason: str, *, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class EvaluationError(Exception):
    """An expression that has no answer for one record; the message says why."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    Attributes:
        text: As it was written.
        variables: What it speaks of, without the names that its own macros bind.
    """

    text: str
    variables: frozenset[str]
    _program: Any

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is true for these variables.

        Raises:
            EvaluationError: when it fails, or when its answer is neither true nor false.
        """
        try:
            answer = self._program.execute(values)
        except Exception as error:  # noqa: BLE001 -- the library raises what Python would: TypeError, KeyError, …
            raise EvaluationError(_runtime_text(error)) from None
        if not isinstance(answer, bool):
            raise EvaluationError(f"the answer is neither true nor false but {type(answer).__name__}")
        return answer


def compile_expression(text: str) -> Expression:
    """Compiles an expression.

    Raises:
        ExpressionError: when it is not CEL or calls a function that CEL does not have.
    """
    import cel  # noqa: PLC0415 -- it brings a whole command line of its own; few projects have rules

    try:
        program = cel.compile(text)
    except ValueError as error:
        raise _syntax_error(text, str(error)) from None
    bound = set(_MACRO.findall(text))
    for name in program.functions():
        if _WORDS.fullmatch(name) and name not in FUNCTIONS:
            line, column = place_of(text, name)
            raise ExpressionError(f"CEL has no function “{name}”", line=line, column=column)
    return Expression(text, frozenset(program.variables()) - bound - _TYPES, program)


def place_of(text: str, name: str) -> tuple[int, int]:
    """Line and column, from 1, of a name's first use in an expression."""
    found = re.search(rf"(?<![\w.])\.?\s*\b{re.escape(name)}\b", text)
    position = text.index(name, found.start()) if found else 0
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _syntax_error(text: str, told: str) -> ExpressionError:
    places = _PLACE.findall(told)
    if not places:
        return ExpressionError("not a CEL expression", line=1, column=1)
    # The last complaint stands where the parser gave up; those before follow from it.
    line, column, reason = places[-1] if "Incomplete" in places[0][2] else places[0]
    reason = (
        re.sub(r" expecting \{.*", "", reason).replace("<EOF>", "the end").replace("token recognition error at: ", "")
    )
    if not text.strip():
        reason = "the expression is empty"
    return ExpressionError(f"not CEL: {reason}", line=int(line), column=int(column))


def _runtime_text(error: Exception) -> str:
    text = " ".join(str(error).split(". Check ")[0].split())
    if isinstance(error, TypeError):
        return "types do not fit, such as null compared with a number: test for null first, or convert"
    if isinstance(error, KeyError):
        return f"there is no field {text}"
    return text[:_LONGEST_ERROR] or type(error).__name__
