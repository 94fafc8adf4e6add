"""SQL as it may be shown: values of options that are secret are hidden, at any length."""

from __future__ import annotations

import re
from typing import Final

from pipegen.project.plan.lexer import tokenize
from pipegen.redact import HIDDEN, redact

_SECRET: Final = re.compile(
    r"(?i)pass(?:word|wd|phrase)|secret|credential|jaas|user[._-]?info|api[._-]?key|access[._-]?key|"
    r"private[._-]?key|keystore[._-]key|(?:^|[._-])token$|bearer"
)
_NO_SECRET: Final = re.compile(r"(?i)credentials[._-]source$")
_IN_QUERY: Final = re.compile(
    r"(?i)([?&;](?:[\w.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[._-]?key|access[._-]?key))=)[^&;'\s]*"
)
_KEY_TOKENS: Final = 12
_IN_ADDRESS: Final = re.compile(r"(://)[^/?#\s]*@")


def masked(text: str) -> str:
    """The text without the secrets of its options, in comments too, and without passwords in addresses."""
    pieces: list[str] = []
    position = 0
    before: list[str] = []
    for token in tokenize(text, comments=True):
        if token.kind == "comment":
            # What was commented out is as secret as before.
            hidden = token.text[:2] + masked(token.text[2:])
        else:
            is_text = token.kind in {"string", "escaped"}
            hidden = _hidden(token.text, _key_before(before)) if is_text else token.text
            before = [*before[-_KEY_TOKENS:], token.value]
        if hidden != token.text:
            pieces += [text[position : token.start], hidden]
            position = token.end
    return "".join((*pieces, text[position:]))


def _key_before(values: list[str]) -> str:
    """The option that a string is the value of: ``'key' =`` or, in SET, ``a.b.c =`` before it."""
    if not values or values[-1] != "=":
        return ""
    key: list[str] = []
    for value in reversed(values[:-1]):
        if value in {"(", ",", "SET", "set"}:
            break
        key.insert(0, value)
    return "".join(key)


def _hidden(literal: str, key: str) -> str:
    if _SECRET.search(key) and not _NO_SECRET.search(key):
        return f"'{HIDDEN}'"
    if "://" in literal:
        return _IN_QUERY.sub(rf"\1{HIDDEN}", _IN_ADDRESS.sub(rf"\1{HIDDEN}@", literal))
    # Short ones may be of a kind that is known by its look, such as a JAAS module.
    return redact(literal) if len(literal) < 8000 else literal
