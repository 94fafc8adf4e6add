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
_IN_ADDRESS: Final = re.compile(r"(://)[^/?#\s]*@")


def masked(text: str) -> str:
    """The text without the secrets of its options, and without passwords in addresses."""
    pieces: list[str] = []
    position = 0
    tokens = list(tokenize(text))
    for index, token in enumerate(tokens):
        if token.kind not in {"string", "escaped"}:
            continue
        hidden = _hidden(token.text, _key_before([each.value for each in tokens[max(0, index - 12) : index]]))
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
        return _IN_ADDRESS.sub(rf"\1{HIDDEN}@", literal)
    # Short ones may be of a kind that is known by its look, such as a JAAS module.
    return redact(literal) if len(literal) < 8000 else literal
