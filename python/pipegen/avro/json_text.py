"""Reads JSON as schema files have it: with a byte order mark and with comments, which Avro's own reader takes. Pure.

Comments become blanks, so that lines and columns of the text stay what they are in the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, Final

from pipegen.errors import ProjectError

_TEXT_OR_COMMENT: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\r\n]*|/\*.*?\*/', re.DOTALL)
_NOT_A_BREAK: Final = re.compile(r"[^\r\n]")


def without_comments(text: str) -> str:
    """The text with blanks in place of a byte order mark and of ``//`` and ``/* */`` comments outside of strings."""

    def blank(match: re.Match[str]) -> str:
        return match[0] if match[0].startswith('"') else _NOT_A_BREAK.sub(" ", match[0])

    return _TEXT_OR_COMMENT.sub(blank, text.removeprefix("\ufeff"))


def read_json(text: str, path: Path) -> tuple[str, Any]:
    """The text without comments, which is JSON, and what it says.

    Args:
        text: The text of the file.
        path: Only for messages.

    Raises:
        ProjectError: it is not JSON; names file, line and column.
    """
    plain = without_comments(text)
    try:
        return plain, json.loads(plain, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _not_json(error, text.removeprefix("\ufeff"), path) from None
    except _JsonFaultError as error:
        raise ProjectError(f"{path}: not valid JSON: {error}") from None
    except RecursionError:
        raise ProjectError(f"{path}: nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python reads
        raise ProjectError(f"{path}: not valid JSON: {str(error).partition(';')[0]}") from None


def _not_json(error: json.JSONDecodeError, text: str, path: Path) -> ProjectError:
    before = error.doc[: error.pos].rstrip()
    passed_over = text[len(before) : error.pos].strip()
    if passed_over:  # a comment stands right before the fault, and may hold what is missing
        line = text.count("\n", 0, text.index(passed_over, len(before))) + 1
        return ProjectError(
            f"{path}:{line}: not valid JSON: {error.msg}",
            remedy="Comments are not JSON: what stands in one is not read, such as a comma at its end.",
        )
    return ProjectError(f"{path}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}")


class _JsonFaultError(ValueError):
    """JSON that Python reads and Avro must not see."""


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name, count in times.items() if count > 1)
        raise _JsonFaultError(f"the key “{twice}” stands twice in one object")
    return found


def _no_constant(text: str) -> Any:
    raise _JsonFaultError(f"{text} is not a JSON value")
