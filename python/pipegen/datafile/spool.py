"""The encoded rows of a file in a temporary file: read back in any order, at any rate, in flat memory.

Rows are read and checked before the load starts, so that nothing of that is in the way while records are sent.
"""

from __future__ import annotations

import contextlib
import itertools
import mmap
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from pipegen.datafile.encoder import RowEncoder
from pipegen.errors import ProjectError

_ENTRY: Final = struct.Struct("<QQ")
_NO_KEY: Final = 1 << 63
_TELL_ROWS: Final = 10_000


class Spool:
    """Encoded rows by number. Use :func:`fill_spool`."""

    def __init__(self, data: IO[bytes], index: IO[bytes], rows: int) -> None:
        self._files = (data, index)
        self._data = _mapped(data)
        self._index = _mapped(index)
        self.rows = rows

    def row(self, number: int) -> tuple[bytes, bytes | None]:
        """Value and key of a row, from 0."""
        start, key_start = _ENTRY.unpack_from(self._index, number * _ENTRY.size)
        end, _ = _ENTRY.unpack_from(self._index, (number + 1) * _ENTRY.size)
        if key_start & _NO_KEY:
            return self._data[start:end], None
        return self._data[start:key_start], self._data[key_start:end]

    def close(self) -> None:
        """Deletes the temporary files."""
        self._data.close()
        self._index.close()
        for file in self._files:
            file.close()


def fill_spool(encoder: RowEncoder, *, prefix: bytes, max_rows: int, on_rows: Callable[[int], bool]) -> Spool:
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
            for value, key in itertools.islice(encoder.encoded(), max_rows):
                data.write(prefix + value)
                key_start, end = _NO_KEY, offset + len(prefix) + len(value)
                if key is not None:
                    data.write(key)
                    key_start, end = end, end + len(key)
                index.write(_ENTRY.pack(offset, key_start))
                offset = end
                rows += 1
                if rows % _TELL_ROWS == 0 and not on_rows(rows):
                    break
            index.write(_ENTRY.pack(offset, _NO_KEY))
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


def _mapped(file: IO[bytes]) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
