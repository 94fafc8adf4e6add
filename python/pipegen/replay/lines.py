"""The compressed lines of a recording: JSON objects, one a line, in gzip members that are flushed whole.

A flush ends at a line, so a process that is killed loses only what it had not flushed. Any gzip reader shows what is
there. A new member begins every 60 flushes: behind a damaged one, reading goes on at the next.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

_FLUSHES_A_MEMBER: Final = 60
_LEVEL: Final = 6
_GZIP_BITS: Final = 31
_GZIP_MAGIC: Final = b"\x1f\x8b\x08"
_CHUNK_BYTES: Final = 1 << 16
_MOST_AT_ONCE_BYTES: Final = 1 << 20


class LineWriter:
    """Appends lines. What :meth:`flush` has returned from is in the hands of the operating system.

    Args:
        path: The file; made anew.

    Raises:
        OSError: from every method, when the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_BITS)
        self._flushes = 0
        self.written_bytes = 0

    def add(self, line: bytes) -> None:
        """Adds a line, without its end; it may stay in memory until the next flush."""
        self._write(self._deflate.compress(line + b"\n"))

    def flush(self) -> None:
        """Hands everything over."""
        self._flushes += 1
        if self._flushes >= _FLUSHES_A_MEMBER:
            self._write(self._deflate.flush(zlib.Z_FINISH))
            self._deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_BITS)
            self._flushes = 0
        else:
            self._write(self._deflate.flush(zlib.Z_SYNC_FLUSH))

    def close(self) -> None:
        """Ends the member and waits until all is on the disk."""
        try:
            self._write(self._deflate.flush(zlib.Z_FINISH))
            os.fsync(self._file)
        finally:
            os.close(self._file)

    def abandon(self) -> None:
        """Lets go of the file as it is."""
        os.close(self._file)

    def _write(self, data: bytes) -> None:
        while data:
            written = os.write(self._file, data)
            self.written_bytes += written
            data = data[written:]


class LineReader:
    """Reads what a :class:`LineWriter` wrote, as far as it is there.

    Attributes:
        torn: After reading: whether the file ends within a line or a member, as a killed process leaves it.
        damaged: After reading: whether something before the end could not be read and was passed over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.torn = False
        self.damaged = False

    def __iter__(self) -> Iterator[bytes]:
        """The whole lines, oldest first."""
        self.torn = self.damaged = False
        with self._path.open("rb") as file:
            yield from self._lines(file)

    def _lines(self, file: BinaryIO) -> Iterator[bytes]:
        inflate = zlib.decompressobj(_GZIP_BITS)
        begun = False
        pending = b""
        data = file.read(_CHUNK_BYTES)
        while data:
            try:
                text = inflate.decompress(data, _MOST_AT_ONCE_BYTES)
            except zlib.error:
                self.damaged = True
                pending = b""
                inflate, begun = zlib.decompressobj(_GZIP_BITS), False
                data = self._next_member(file, data)
                continue
            begun = True
            *lines, pending = (pending + text).split(b"\n")
            yield from lines
            if inflate.eof:
                data, pending = inflate.unused_data, b""
                inflate, begun = zlib.decompressobj(_GZIP_BITS), False
            else:
                data = inflate.unconsumed_tail
            data = data or file.read(_CHUNK_BYTES)
        self.torn = begun

    @staticmethod
    def _next_member(file: BinaryIO, data: bytes) -> bytes:
        """What follows, from the next beginning of a member on; empty when there is none."""
        data = data[1:]
        while True:
            at = data.find(_GZIP_MAGIC)
            if at >= 0:
                return data[at:]
            more = file.read(_CHUNK_BYTES)
            if not more:
                return b""
            data = data[-len(_GZIP_MAGIC) + 1 :] + more
