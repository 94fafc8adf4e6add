"""Says which line of an NDJSON file is not a JSON object, and why: DuckDB's words hold neither column nor remedy."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from pipegen.errors import ProjectError

_HALF: Final = re.compile(
    r"(?<!\\)(?:\\\\)*(\\u[dD][89aAbB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89aAbB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_ONE_A_LINE: Final = "Each line must hold one whole JSON object."


def check_json_lines(path: Path, plain: Path) -> None:
    """Looks for the first line that is wrong.

    Args:
        path: The file, for messages.
        plain: The same in UTF-8.

    Raises:
        ProjectError: with line and column.
    """
    with plain.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            if raw.strip():
                _check(f"{path}:{line}", raw, first=line == 1)


def _check(where: str, raw: bytes, *, first: bool) -> None:
    text = raw.rstrip().decode("utf-8-sig" if first else "utf-8")
    if first and text.startswith("["):
        raise ProjectError(f"{where}:1: one JSON array", remedy="Write one object a line: jq -c '.[]' does.")
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise ProjectError(f"{where}:{error.colno}: more than one object in the line", remedy=_ONE_A_LINE) from None
        raise ProjectError(f"{where}:{error.colno}: not valid JSON: {error.msg}", remedy=_ONE_A_LINE) from None
    except _TwiceError as error:
        column = text.rindex(json.dumps(str(error), ensure_ascii=False)) + 1 if str(error) in text else 1
        raise ProjectError(
            f"{where}:{column}: the key “{error}” stands twice in one object", remedy="Rename one of them."
        ) from None
    except RecursionError:
        raise ProjectError(f"{where}: nested too deeply", remedy="Flatten the object.") from None
    if not isinstance(found, dict):
        raise ProjectError(f"{where}: not a JSON object", remedy='Each line must hold one object: {"name": …}.')
    _check_surrogates(where, text)


def _check_surrogates(where: str, text: str) -> None:
    """Refuses half an emoji: no UTF-8 can hold it."""
    found = _HALF.search(text)
    if found is not None:
        raise ProjectError(
            f"{where}:{found.start(1) + 1}: half a surrogate pair ({found[1]}), which no text can hold",
            remedy="Write both halves, or leave it out.",
        )


class _TwiceError(ValueError):
    """A key that stands twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found
