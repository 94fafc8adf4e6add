"""Standard output and standard error as they may be: in another alphabet, closed, full, or read by nobody any more.

What a terminal cannot show is replaced by what looks like it. What cannot be written at all is lost, and nothing else:
a run goes on, and its files and its exit code are what they would have been.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from encodings import ascii as ascii_codec
from typing import IO, Any, Final

_ERRORS: Final = "pipegen-shown"
_ASCII: Final = "pipegen-ascii"
"""ASCII by a name that Click does not know: what it knows as ASCII it takes for a mistake, and writes UTF-8 there."""
_ALIKE: Final = {
    **dict.fromkeys("●•▪■", "*"),
    **dict.fromkeys("○◦□", "o"),
    **dict.fromkeys("–—−‐‑─━╌", "-"),
    **dict.fromkeys("│┃|", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’‚", "'"),
    **dict.fromkeys("\u2009\u202f\u00a0\u2007", " "),
    **dict.fromkeys("✓✔", "+"),
    **dict.fromkeys("✗✘×", "x"),
    **dict.fromkeys("█▉▊▋▌▓", "#"),
    **dict.fromkeys("▏▎▍▁▂▃░▒", "."),
    **dict.fromkeys("▄▅▆▇", ":"),
    "→": "->",
    "←": "<-",
    "↑": "^",
    "↓": "v",
    "…": "...",
    "≥": ">=",
    "≤": "<=",
    "≈": "~",
    "µ": "u",
    "±": "+-",
    "·": ".",
}
_STANDARD: Final = ((1, "stdout"), (2, "stderr"))


class LastingStream(io.FileIO):
    """A descriptor that takes whatever is written, and forgets what it cannot pass on."""

    lost: OSError | None = None

    def write(self, data: Any) -> int:
        """Writes some of it."""
        if self.lost is not None:
            return len(data)
        try:
            return super().write(data)
        except OSError as error:
            self.lost = error
            return len(data)


def _alike(error: UnicodeError) -> tuple[str, int]:
    """What is shown instead of characters that an encoding does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    encoding = "ascii"  # whatever stands for another character can be shown anywhere
    shown = "".join(_ALIKE.get(sign, "?") for sign in error.object[error.start : error.end])
    return shown.encode(encoding, "replace").decode(encoding), error.end


def _ascii(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != _ASCII:
        return None
    known = ascii_codec.getregentry()
    return codecs.CodecInfo(
        known.encode,
        known.decode,
        name=_ASCII,
        incrementalencoder=known.incrementalencoder,
        incrementaldecoder=known.incrementaldecoder,
    )


def register() -> None:
    """Makes the replacement of what an encoding does not have known to Python. Idempotent."""
    codecs.register_error(_ERRORS, _alike)
    codecs.register(_ascii)


def last_whatever_comes() -> None:
    """Sets the streams up; once, before anything is printed."""
    register()
    _open_standard()
    for handle, name in _STANDARD:
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, io.TextIOWrapper):
            continue  # somebody else's
        encoding = getattr(stream, "encoding", None) or "utf-8"
        if codecs.lookup(encoding).name == "ascii":
            encoding = _ASCII
        if stream is not None:
            with suppress(OSError):
                stream.flush()
        raw = LastingStream(handle, "wb", closefd=False)
        buffer = io.BufferedWriter(raw)
        lasting = io.TextIOWrapper(buffer, encoding, _ERRORS, line_buffering=name == "stderr" or raw.isatty())
        setattr(sys, name, lasting)


def lost_output() -> OSError | None:
    """Why standard output could not be written; None where all of it was, or nobody reads on."""
    stream = sys.stdout
    if not isinstance(stream, io.TextIOWrapper) or not isinstance(stream.buffer, io.BufferedWriter):
        return None
    with suppress(OSError, ValueError):
        stream.flush()
    raw = stream.buffer.raw
    lost = raw.lost if isinstance(raw, LastingStream) else None
    return None if lost is None or lost.errno == errno.EPIPE else lost


class _Results:
    """What of a command matters; one command runs in a process."""

    printed = True


def results_lie_elsewhere() -> None:
    """Says that what this command prints is for people: its results are files and its exit code."""
    _Results.printed = False


def results_are_printed() -> bool:
    """Whether a command whose output is lost has failed."""
    return _Results.printed


@contextmanager
def strict_output() -> Iterator[IO[bytes]]:
    """Standard output for bytes without end, which have to stop when nobody reads on.

    Raises:
        OSError: from its methods, when it cannot be written.
    """
    stream = sys.stdout
    if not isinstance(getattr(stream.buffer, "raw", None), LastingStream):
        yield stream.buffer
        stream.buffer.flush()
        return
    with os.fdopen(os.dup(stream.fileno()), "wb") as out:
        yield out


def _open_standard() -> None:
    """Gives a descriptor that was closed by whoever started us to nobody: no file of ours may become our output."""
    for handle in (0, 1, 2):
        try:
            os.fstat(handle)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
