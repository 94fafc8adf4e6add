"""Opens an artifact in a Maven repository, from a byte on: over HTTP, or in a folder named by a ``file:`` URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx2

from pipegen.errors import SettingsError, StackError
from pipegen.package import install_command

MIRROR_VARIABLE = "PIPEGEN_MAVEN_URL"
_CHUNK_BYTES = 256 * 1024


class TransferError(Exception):
    """A try failed in a way that another try, or another repository, may not."""


@dataclass(frozen=True)
class Transfer:
    """Bytes on their way: the offset they really begin at (a server may ignore the wish) and the bytes."""

    offset_bytes: int
    chunks: Iterator[bytes]


def repositories() -> list[str]:
    """The mirror that ``PIPEGEN_MAVEN_URL`` names, else the repositories that ``jgo`` knows.

    Raises:
        SettingsError: the variable holds something else than an http, https or file URL.
        StackError: no mirror is named and ``jgo`` is not installed.
    """
    mirror = os.environ.get(MIRROR_VARIABLE, "").strip()
    if mirror:
        if urlsplit(mirror).scheme not in {"http", "https", "file"}:
            raise SettingsError(
                f"{MIRROR_VARIABLE} is {mirror!r}, which is no http, https or file URL",
                remedy="name the root of a Maven repository, like file:///srv/maven",
            )
        return [mirror.rstrip("/")]
    try:
        from jgo.maven import MavenContext  # noqa: PLC0415  # optional: the extra [local]
    except ImportError:
        raise StackError(
            "the stack's artifacts cannot be fetched: jgo, the package that knows where Maven's are, is missing",
            remedy=f"{install_command('local')}, or set {MIRROR_VARIABLE} to a Maven repository",
        ) from None
    return [url.rstrip("/") for url in MavenContext().remote_repos.values()]


@contextmanager
def open_artifact(client: httpx2.Client, repository: str, path: str, *, offset_bytes: int) -> Iterator[Transfer]:
    """Open ``path`` in ``repository`` from ``offset_bytes`` on.

    Raises:
        TransferError: it cannot be had there, or the connection broke.
    """
    if urlsplit(repository).scheme == "file":
        with _open_file(Path(unquote(urlsplit(repository).path)) / path, offset_bytes) as transfer:
            yield transfer
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset_bytes}-"} if offset_bytes else {})
    try:
        with client.stream("GET", f"{repository}/{path}", headers=headers) as response:
            if response.status_code not in {200, 206}:
                raise TransferError(f"the answer was {response.status_code} {response.reason_phrase}")
            offset = offset_bytes if response.status_code == 206 else 0
            # As they arrive: gathering them to a size would lose the last ones when the connection breaks.
            yield Transfer(offset, response.iter_raw())
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
        raise TransferError(str(error) or type(error).__name__) from error


@contextmanager
def _open_file(source: Path, offset_bytes: int) -> Iterator[Transfer]:
    try:
        file = source.open("rb")
    except OSError as error:
        raise TransferError(f"{source}: {error.strerror}") from error
    with file:
        file.seek(offset_bytes)
        yield Transfer(offset_bytes, iter(lambda: file.read(_CHUNK_BYTES), b""))
