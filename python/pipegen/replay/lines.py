"""The compressed lines of a recording: JSON objects, one a line, in gzip members of some seconds.

Each member ends in a checksum of its lines: one that is damaged is passed over whole, because nobody can say which of
its figures are still right, and reading goes on at the next. Within a member every flush ends at a line, so a process
that is killed loses only what it had not flushed. Any gzip reader shows what is there.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from pipegen.regular_file import open_regular

_FLUSHES_A_MEMBER: Final = 4
_LEVEL: Final = 6
_GZIP_BITS: Final = 31
_MEMBER_BEGINS: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
"""As zlib writes it, without name and time: long enough not to stand in compressed data by chance."""
_CHUNK_BYTES: Final = 1 << 16
_MOST_CHUNKS_LOST: Final = 4_000
"""A quarter of a gigabyte without a beginning is no recording."""
_MOST_AT_ONCE_BYTES: Final = 1 << 20
_LONGEST_LINE_BYTES: Final = 8_000_000
_LARGEST_MEMBER_BYTES: Final = 64_000_000
_MOST_LINES: Final = 200_000
"""Of a member. Older versions of PipeGen wrote members of a minute; whatever is larger was not written by PipeGen."""


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
    """Reads what a :class:`LineWriter` wrote, as far as it is there and whole.

    Attributes:
        torn: After reading: whether the file ends within a line or a member, as a killed process leaves it.
        damaged: After reading: whether something before the end could not be read and was passed over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.torn = False
        self.damaged = False

    def __iter__(self) -> Iterator[bytes]:
        """The whole lines, oldest first.

        Raises:
            OSError: the file cannot be read.
        """
        self.torn = self.damaged = False
        with open_regular(self._path) as file:
            data = file.read(_CHUNK_BYTES)
            while data:
                member = _Member()
                data = member.read(file, data)
                self.damaged = self.damaged or member.damaged
                self.torn = member.torn
                yield from member.lines
                data = data or file.read(_CHUNK_BYTES)


class _Member:
    """One gzip member.

    Attributes:
        lines: Its whole lines; none where it is damaged.
        damaged: Whether it, or a line of it, is none that PipeGen wrote.
        torn: Whether the file ends within it.
    """

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.damaged = False
        self.torn = False
        self._pending = bytearray()
        self._size_bytes = 0
        self._ends = 0
        self._too_long = False

    def read(self, file: BinaryIO, data: bytes) -> bytes:
        """Reads it; returns what follows it, as far as that is read.

        Args:
            file: The file behind ``data``.
            data: Where the member begins; not empty.
        """
        inflate = zlib.decompressobj(_GZIP_BITS)
        begins_at = file.tell() - len(data)
        while data:
            try:
                text = inflate.decompress(data, _MOST_AT_ONCE_BYTES)
            except zlib.error:
                return self._pass_over(file, data)
            self._size_bytes += len(text)
            self._ends += text.count(b"\n")
            if self._size_bytes > _LARGEST_MEMBER_BYTES or self._ends > _MOST_LINES:
                return self._pass_over(file, data)
            self._take(text)
            if inflate.eof:
                return inflate.unused_data
            data = inflate.unconsumed_tail or file.read(_CHUNK_BYTES)
        # Damage may hide where a member ends: then it takes in those that follow.
        file.seek(begins_at)
        swallowed = _next_member(file, file.read(_CHUNK_BYTES))
        if swallowed:
            self.damaged = True
            self.lines.clear()
        else:
            self.torn = True
        return swallowed

    def _take(self, text: bytes) -> None:
        first, *others = text.split(b"\n")
        self._append(first)
        for each in others:
            if self._pending and not self._too_long:
                self.lines.append(bytes(self._pending))
            self._pending.clear()
            self._too_long = False
            self._append(each)

    def _append(self, text: bytes) -> None:
        if self._too_long or len(self._pending) + len(text) > _LONGEST_LINE_BYTES:
            self._too_long = self.damaged = True
            self._pending.clear()
        else:
            self._pending += text

    def _pass_over(self, file: BinaryIO, data: bytes) -> bytes:
        """What follows, from the next beginning of a member on; empty when there is none."""
        self.damaged = True
        self.lines.clear()
        return _next_member(file, data)


def _next_member(file: BinaryIO, data: bytes) -> bytes:
    """What follows the first byte of data, from the next beginning of a member on; empty when there is none."""
    data = data[1:]
    for _ in range(_MOST_CHUNKS_LOST):
        at = data.find(_MEMBER_BEGINS)
        if at >= 0:
            return data[at:]
        more = file.read(_CHUNK_BYTES)
        if not more:
            return b""
        data = data[-len(_MEMBER_BEGINS) + 1 :] + more
    file.seek(0, os.SEEK_END)
    return b""
