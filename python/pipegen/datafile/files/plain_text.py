"""Text files as DuckDB reads them: UTF-8, one kind of line end. What is written otherwise is copied as a stream."""

from __future__ import annotations

import codecs
import contextlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from pipegen.errors import ProjectError

SAMPLE_BYTES: Final = 262_144
_JUDGED_BYTES: Final = 65_536
_CHUNK_BYTES: Final = 1 << 18
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT: Final = (
    (b"\x1f\x8b", "compressed (gzip)", "Unpack it first: gunzip."),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", "Unpack it first: unzstd."),
    (b"BZh", "compressed (bzip2)", "Unpack it first: bunzip2."),
    (b"\xfd7zXZ", "compressed (xz)", "Unpack it first: unxz."),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV."),
    (b"PAR1", "a Parquet file", "Name it with --input-file, with the ending .parquet."),
    (b"Obj\x01", "an Avro container file", "Name it with --input-file, with the ending .avro."),
)
_SEVERAL_BYTES: Final = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
ENCODING_REMEDY: Final = (
    "Name the encoding that the file was written in with --encoding, such as cp1252, cp1250, cp1251, shift_jis or "
    "big5; or mend the line if the file is UTF-8."
)


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text file in UTF-8.

    Attributes:
        path: The file itself, or a copy that is deleted with this object.
        encoding: What the file is written in.
        sample: Its beginning.
        whole: Whether the sample is all of it.
        notes: What was guessed.
    """

    path: Path
    encoding: str
    sample: str
    whole: bool
    notes: tuple[str, ...]
    copy: Any = field(default=None, repr=False)


def plain_text(path: Path, encoding: str | None = None) -> PlainText:
    """A text file ready to be read.

    Args:
        path: The file.
        encoding: What it is written in; None to find out.

    Raises:
        ProjectError: it cannot be read, is empty or no text, or a byte does not belong to the encoding.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(SAMPLE_BYTES)
            for magic, what, remedy in _NOT_TEXT:
                if beginning.startswith(magic):
                    raise ProjectError(f"{path}: {what}, not text", remedy=remedy)
            if not beginning.strip():
                raise ProjectError(f"{path}: the file is empty", remedy="Name a file with a header line and rows.")
            notes: list[str] = []
            found = encoding or _encoding(path, beginning[:_JUDGED_BYTES], notes)
            pairs, feeds, returns = _line_ends_of(path, file, found)
            mixed = bool(pairs) and (feeds > pairs or returns > pairs)
            if mixed:
                notes.append("lines end in several ways (\\r\\n, \\n, \\r); all are read as \\n")
            if found in {"utf-8", "utf-8-sig"} and not mixed and (feeds or not returns):
                return PlainText(path, found, _sample(beginning, found), len(beginning) < SAMPLE_BYTES, tuple(notes))
            copy = _copied(path, file, found)
    except OSError as error:
        raise unreadable(path, error) from None
    with open(copy.name, "rb") as plain:  # noqa: PTH123 -- the name of a temporary file
        beginning = plain.read(SAMPLE_BYTES)
    sample = _sample(beginning, "utf-8")
    return PlainText(Path(copy.name), found, sample, len(beginning) < SAMPLE_BYTES, tuple(notes), copy)


def check_encoding(encoding: str) -> None:
    """Checks that there is such an encoding of texts.

    Raises:
        ProjectError: when not.
    """
    try:
        "".encode(encoding)  # not every codec makes bytes of texts: base64 does not
    except (LookupError, UnicodeError):
        raise ProjectError(f"there is no encoding “{encoding}”", remedy="Write utf-8, latin-1 or cp1252.") from None


def unreadable(path: Path, error: OSError) -> ProjectError:
    """The sentence for a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return ProjectError(f"{path}: no such file", remedy="Give the path of the data file.")
    return ProjectError(f"{path}: cannot be read: {error.strerror}")


def _sample(beginning: bytes, encoding: str) -> str:
    text = beginning.decode(encoding, errors="ignore")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(path: Path, beginning: bytes, notes: list[str]) -> str:
    for mark, name in _MARKS:
        if beginning.startswith(mark):
            return name
    if b"\0" in beginning:
        even, odd = beginning[::2].count(0), beginning[1::2].count(0)
        found = "utf-16-le" if odd > 3 * even else "utf-16-be" if even > 3 * odd else None
        if found is None or max(even, odd) < len(beginning) // 8:
            line = beginning.count(b"\n", 0, beginning.index(b"\0")) + 1
            raise ProjectError(f"{path}:{line}: not text: a byte is 0", remedy="Name a CSV or NDJSON file.")
        notes.append(f"read as {found}: every second byte is 0; name --encoding if the texts look wrong")
        return found
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError as error:
        line = beginning.count(b"\n", 0, error.start) + 1
        if _SEVERAL_BYTES.search(beginning):
            raise _not_text(path, line, "utf-8", error) from None
        try:
            beginning.decode("cp1252")
        except UnicodeDecodeError:
            raise ProjectError(f"{path}:{line}: neither UTF-8 nor cp1252 text", remedy=ENCODING_REMEDY) from None
        notes.append(f"read as cp1252, because it is not UTF-8 (line {line}); name --encoding if the texts look wrong")
        return "cp1252"
    return "utf-8"


def _not_text(path: Path, line: int, encoding: str, error: UnicodeDecodeError) -> ProjectError:
    name = "UTF-8" if encoding.startswith("utf-8") else encoding
    return ProjectError(
        f"{path}:{line}: not {name} text: the byte 0x{error.object[error.start]:02x} does not belong there",
        remedy=ENCODING_REMEDY,
    )


def _texts(path: Path, file: IO[bytes], encoding: str) -> Iterator[str]:
    """The text, piece by piece.

    Raises:
        ProjectError: a byte does not belong to the encoding, with its line.
    """
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    while True:
        chunk = file.read(_CHUNK_BYTES)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, errors="ignore")
            raise _not_text(path, lines + _line_ends(before), encoding, error) from None
        except UnicodeError as error:  # such as UTF-16 without the mark that it needs
            raise ProjectError(f"{path}: not {encoding} text: {error}", remedy=ENCODING_REMEDY) from None
        lines += _line_ends(text)
        yield text
        if not chunk:
            return


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _line_ends_of(path: Path, file: IO[bytes], encoding: str) -> tuple[int, int, int]:
    r"""How often ``\r\\n``, ``\n`` and ``\r`` stand in the file; the whole text is decoded on the way."""
    pairs = feeds = returns = 0
    last = ""
    for text in _texts(path, file, encoding):
        pairs += text.count("\r\n") + (last == "\r" and text.startswith("\n"))
        feeds += text.count("\n")
        returns += text.count("\r")
        last = text[-1:]
    return pairs, feeds, returns


def _copied(path: Path, file: IO[bytes], encoding: str) -> Any:
    copy = tempfile.NamedTemporaryFile(prefix="pipegen-text-", suffix=path.suffix)  # noqa: SIM115 -- it lives as long as the file
    pending = ""
    try:
        for text in _texts(path, file, encoding):
            whole = pending + text
            pending = "\r" if text and whole.endswith("\r") else ""
            whole = whole[: len(whole) - len(pending)]
            copy.write(whole.replace("\r\n", "\n").replace("\r", "\n").encode())
        copy.write(b"\n" if pending else b"")
        copy.flush()
    except OSError as error:
        with contextlib.suppress(OSError):
            copy.close()
        raise ProjectError(
            f"{path}: a copy in UTF-8 cannot be written to {tempfile.gettempdir()}: {error.strerror}",
            remedy="Make room there, or name another folder in the variable TMPDIR.",
        ) from None
    return copy
