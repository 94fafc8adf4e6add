"""The encoded rows of a file in a temporary file: read back in any order, at any rate, in flat memory.

Rows are read and checked before the load starts, so that nothing of that is in the way while records are sent.
"""

from __future__ import annotations

import contextlib
import itertools
import mmap
import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, Protocol

from pipegen.datafile.rows.capture_file import Headers
from pipegen.errors import ProjectError

_ENTRY: Final = struct.Struct("<QiiI")
_HEADER: Final = struct.Struct("<Ii")
_NULL: Final = -1
_TELL_ROWS: Final = 10_000


class Encoder(Protocol):
    """Makes rows ready to send."""

    def rows(self, prefix: bytes, /) -> Iterator[tuple[bytes | None, bytes | None, Headers]]:
        """Value, key and headers of each row; the value follows a prefix."""

    def no_rows(self) -> ProjectError:
        """The sentence for a file without rows."""


class Spool:
    """Encoded rows by number. Use :func:`fill_spool`."""

    def __init__(self, data: IO[bytes], index: IO[bytes], rows: int) -> None:
        self._files = (data, index)
        self._data = _mapped(data)
        self._index = _mapped(index)
        self.rows = rows

    def row(self, number: int) -> tuple[bytes | None, bytes | None, Headers]:
        """Value, key and headers of a row, from 0."""
        start, value_bytes, key_bytes, headers_bytes = _ENTRY.unpack_from(self._index, number * _ENTRY.size)
        key_start = start + max(value_bytes, 0)
        end = key_start + max(key_bytes, 0)
        value = None if value_bytes == _NULL else self._data[start:key_start]
        key = None if key_bytes == _NULL else self._data[key_start:end]
        return value, key, tuple(_headers(self._data[end : end + headers_bytes])) if headers_bytes else ()

    def close(self) -> None:
        """Deletes the temporary files."""
        self._data.close()
        self._index.close()
        for file in self._files:
            file.close()


def fill_spool(encoder: Encoder, *, prefix: bytes, max_rows: int, on_rows: Callable[[int], bool]) -> Spool:
    """Encodes the first rows of a file.

    Args:
        encoder: Encodes its rows.
        prefix: Stands before every value.
        max_rows: More are not needed.
        on_rows: Told from time to time how many there are; False ends the reading.

    Raises:
        ProjectError: a row cannot be read or does not fit the schema, there is none, or the disk is full.
    """
    with contextlib.ExitStack() as undo:  # Ctrl-C as well: the temporary files go when they are closed
        data = undo.enter_context(tempfile.TemporaryFile(prefix="pipegen-rows-"))
        index = undo.enter_context(tempfile.TemporaryFile(prefix="pipegen-index-"))
        rows, offset = 0, 0
        try:
            for value, key, headers in itertools.islice(encoder.rows(prefix), max_rows):
                packed = _packed(headers) if headers else b""
                offset += data.write(b"".join((value or b"", key or b"", packed)))
                value_bytes = _NULL if value is None else len(value)
                key_bytes = _NULL if key is None else len(key)
                start = offset - max(value_bytes, 0) - max(key_bytes, 0) - len(packed)
                index.write(_ENTRY.pack(start, value_bytes, key_bytes, len(packed)))
                rows += 1
                if rows % _TELL_ROWS == 0 and not on_rows(rows):
                    break
            data.write(b"\0")  # a file of tombstones alone would be empty, and cannot be mapped
            data.flush()
            index.flush()
        except OSError as error:
            raise ProjectError(
                f"the encoded rows cannot be written to {Path(tempfile.gettempdir())}: {error.strerror}",
                remedy="Make room there, or name another folder in the variable TMPDIR.",
            ) from None
        if not rows:
            raise encoder.no_rows()
        undo.pop_all()
    return Spool(data, index, rows)


def _packed(headers: Headers) -> bytes:
    parts = []
    for name, value in headers:
        text = name.encode()
        parts += [_HEADER.pack(len(text), _NULL if value is None else len(value)), text, value or b""]
    return b"".join(parts)


def _headers(packed: bytes) -> Iterator[tuple[str, bytes | None]]:
    at = 0
    while at < len(packed):
        name_bytes, value_bytes = _HEADER.unpack_from(packed, at)
        start = at + _HEADER.size
        at = start + name_bytes + max(value_bytes, 0)
        value = None if value_bytes == _NULL else packed[start + name_bytes : at]
        yield packed[start : start + name_bytes].decode(), value


def _mapped(file: IO[bytes]) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
