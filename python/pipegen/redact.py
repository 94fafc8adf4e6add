"""Takes secrets out of foreign text before it is kept, shown or sent. It may remove too much, never too little.

Pure: text in, text out. What a secret looks like is decided here alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pipegen.urls import secrets_in, without_credentials

HIDDEN: Final = "***"
_SHORTEST_KNOWN: Final = 4
_SECRET_VARIABLE: Final = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_KEY|CREDENTIAL", re.IGNORECASE
)
_SECRET_NAME: Final = re.compile(
    r"pass(?:word|wd|phrase)|pwd|secret|credential|(?:^|[._-])token$|token[._-]?value|jaas|api[._-]?key|access[._-]?key"
    r"|private[._-]?key|user[._-]?info|key\.pem$|oauthbearer\.config$",
    re.IGNORECASE,
)
# Far more than any message that is kept, and little enough that a megabyte of foreign text costs nothing.
_LONGEST_TEXT: Final = 8_000
_PIECE: Final = 4_000

_QUOTED: Final = r"""\\+"(?:.*?)(?:\\+"|$)|"(?:[^"\\\n]|\\.)*(?:"|$)|'(?:[^'\n]|'')*(?:'|$)"""
_VALUE: Final = rf"""(?:{_QUOTED}|[^\s,;&)}}\]]+)"""
_NAME: Final = (
    r"(?:pass(?:word|wd|phrase)|pwd|secret|credentials?|api[._-]?key|access[._-]?key|private[._-]?key|user[._-]?info|"
    r"(?:access|auth|refresh|id|bearer|session|api|csrf)[._-]?token)"
)
_ASSIGNED: Final = r"""[\w.\-]{0,40}\\*["']?\s*(?:=>|=|:)\s*"""

_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        "-----PRIVATE KEY " + HIDDEN + "-----",
    ),
    # user:password@ in an address, even where the password holds a slash or another @
    (re.compile(r"""(://)(?:[^\s/?#"'<>:@]{0,200}:[^\s"'<>]{0,300}|[^\s/?#"'<>]{0,300})@"""), rf"\1{HIDDEN}@"),
    # the query string of an address
    (re.compile(r"""(\w://[^\s?#"'<>]{0,500}\?)[^\s"'<>)\]]+"""), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)(jaas[._-]config{_ASSIGNED})(?:{_QUOTED}|[^\n]*)"), rf"\1{HIDDEN}"),
    (re.compile(r"""(LoginModule)\s+(?:required|requisite|sufficient|optional)\b[^\n;]*;?"""), rf"\1 {HIDDEN};"),
    (
        re.compile(r"""(?i)((?:proxy-)?authorization\\*["']?\s*[:=]\s*)(?:"[^"\n]*"?|'[^'\n]*'?|[^\n"']+)"""),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"""(?i)(\b(?:set-)?cookie\\*["']?\s*[:=]\s*)[^\n]+"""), rf"\1{HIDDEN}"),
    (re.compile(r"((?i:\b(?:bearer|basic)\s+))(?=\S*[A-Z0-9=])[A-Za-z0-9._~+/=-]{6,}"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)({_NAME}{_ASSIGNED}){_VALUE}"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)(oauthbearer\.config{_ASSIGNED}){_VALUE}"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)(--?(?:[\w-]{{0,40}}-)?(?:{_NAME}|token)[\s=]+)(?!-){_VALUE}"), rf"\1{HIDDEN}"),
    # "token" alone is also a word of parsers: a secret only where it is assigned or a member of JSON
    (re.compile(rf"""(?i)(\btoken(?:\\*["']\s*:\s*|\s*=\s*)){_VALUE}"""), rf"\1{HIDDEN}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), HIDDEN),
    (re.compile(r"\b(?:AKIA[0-9A-Z]{16}|sk-[\w-]{16,}|gh[pousr]_\w{20,})"), HIDDEN),
)


def secrets_of(environ: Mapping[str, str]) -> list[str]:
    """The values of variables whose name says that they are secret."""
    return [value for name, value in environ.items() if value and _SECRET_VARIABLE.search(name)]


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables for a program that has no use for this user's secrets, and might show them: those that hold none."""
    return {
        name: value
        for name, value in environ.items()
        if not _SECRET_VARIABLE.search(name) and not any(secrets_in(value))
    }


def is_secret_name(name: str) -> bool:
    """Whether the name of a setting, property or variable marks its value as secret."""
    return _SECRET_NAME.search(name) is not None


def redact_command(words: Iterable[str], *, known: Iterable[str] = ()) -> list[str]:
    """A command line without secrets; a secret may be the word after its flag."""
    secrets = list(known)
    return [
        redact(word, known=secrets) if secret is None else word.removesuffix(secret) + HIDDEN
        for word, secret in _with_secrets(words)
    ]


def redact_value(key: str, value: str, *, known: Iterable[str] = ()) -> str:
    """The value of a setting for display: a whole address without credentials, anything else redacted."""
    if is_secret_name(key.rpartition(".")[2]):
        return HIDDEN
    if key.endswith("_url") and "://" in value:
        return without_credentials(value)
    return redact_whole(value, known=known)


def secrets_of_command(words: Iterable[str]) -> list[str]:
    """The secrets in a command line: values of secret flags, and credentials in addresses."""
    found: list[str] = []
    for word, secret in _with_secrets(words):
        if secret is not None:
            found.append(secret)
        if "://" in word:
            name, assigned, value = word.partition("=")
            found += secrets_in(value if name.startswith("-") and assigned else word)
    return [secret for secret in found if secret]


def _with_secrets(words: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Each word of a command line, and what of it is the value of a flag that says so; None for nothing."""
    flag = False
    for word in words:
        name, assigned, value = word.partition("=")
        is_flag = name.startswith("-") and is_secret_name(name.lstrip("-"))
        if is_flag and assigned:
            yield word, value
        else:
            yield word, word if flag and not word.startswith("-") else None
        flag = is_flag and not assigned


def redact_whole(text: str, *, known: Iterable[str] = ()) -> str:
    """A text of any length without secrets, processed in chunks that end at line breaks."""
    secrets = list(known)
    if len(text) <= _PIECE:
        return redact(text, known=secrets)
    pieces: list[str] = [""]
    for line in text.splitlines(keepends=True):
        if len(pieces[-1]) + len(line) > _PIECE:
            pieces.append("")
        pieces[-1] += line
    return "".join(redact(piece, known=secrets) for piece in pieces)


def redact(text: str, *, known: Iterable[str] = ()) -> str:
    """The text without secrets; at most its first 8,000 characters.

    Args:
        text: Foreign text.
        known: Secrets this process knows; each is removed wherever it stands, when it has at least 4 characters.
    """
    text = text[:_LONGEST_TEXT]
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= _SHORTEST_KNOWN:
            text = text.replace(secret, HIDDEN)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
