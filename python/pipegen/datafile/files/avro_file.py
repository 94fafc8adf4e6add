"""Reads Avro container files. Values with a logical type stay the numbers or bytes that they are: none is altered."""

from __future__ import annotations

import bz2
import io
import itertools
import json
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

import cramjam
import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from pipegen.avro import plain_types, read_binary
from pipegen.datafile.files.plain_text import unreadable
from pipegen.errors import ProjectError

_HEADER: Final[Any] = fastavro.parse_schema(
    {
        "type": "record",
        "name": "Header",
        "fields": [
            {"name": "magic", "type": {"type": "fixed", "name": "Magic", "size": 4}},
            {"name": "meta", "type": {"type": "map", "values": "bytes"}},
            {"name": "sync", "type": {"type": "fixed", "name": "Sync", "size": 16}},
        ],
    }
)
_BLOCK: Final[Any] = fastavro.parse_schema(
    {
        "type": "record",
        "name": "Block",
        "fields": [{"name": "count", "type": "long"}, {"name": "data", "type": "bytes"}],
    }
)
_MOST_BLOCK_BYTES: Final = 128_000_000
_MOST_EMPTY: Final = 1_000_000
_DAMAGED: Final = (
    MemoryError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    zlib.error,
    OverflowError,
)


def _all_of(content: bytes) -> bytes:
    if len(content) > _MOST_BLOCK_BYTES:
        raise ValueError(f"a block has more than {_MOST_BLOCK_BYTES // 1_000_000} MB")
    return content


def _snappy(data: bytes) -> Any:
    if cramjam.snappy.decompress_raw_len(data) > _MOST_BLOCK_BYTES:
        raise ValueError(f"a block has more than {_MOST_BLOCK_BYTES // 1_000_000} MB")
    return cramjam.snappy.decompress_raw(data)


def _zstandard(data: bytes) -> bytes:
    """Into a room of usual size first; one that is too small fails like damage."""
    for room in (max(1_000_000, 10 * len(data)), _MOST_BLOCK_BYTES):
        out = bytearray(room)
        with suppress(cramjam.DecompressionError):
            return bytes(memoryview(out)[: cramjam.zstd.decompress_into(data, out)])
    raise ValueError(f"a block is damaged, or has more than {_MOST_BLOCK_BYTES // 1_000_000} MB")


_CODECS: Final[dict[str, Callable[[bytes], Any]]] = {
    "null": lambda data: data,
    "deflate": lambda data: _all_of(zlib.decompressobj(-15).decompress(data, _MOST_BLOCK_BYTES + 1)),
    "snappy": lambda data: _snappy(data[:-4]),
    "zstandard": _zstandard,
    "bzip2": lambda data: _all_of(bz2.BZ2Decompressor().decompress(data, _MOST_BLOCK_BYTES + 1)),
    "xz": lambda data: _all_of(lzma.LZMADecompressor().decompress(data, _MOST_BLOCK_BYTES + 1)),
}


class AvroFile:
    """An Avro container file.

    Args:
        path: The file.

    Raises:
        ProjectError: it is none, or its codec is not known.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                meta, _ = self._header(file)
            schema = json.loads(meta["avro.schema"])
        except OSError as error:
            raise unreadable(path, error) from None
        except (*_DAMAGED, TypeError) as error:
            raise self._no_container(error) from None
        self.meta: dict[str, bytes] = meta
        self._codec = bytes(meta.get("avro.codec", b"null")).decode("ascii", errors="replace")
        if self._codec not in _CODECS:
            raise ProjectError(
                f"{path}: compressed with {self._codec}, which is not known",
                remedy=f"Write the file with one of {', '.join(_CODECS)}.",
            )
        if not isinstance(schema, dict) or schema.get("type") != "record":
            raise ProjectError(f"{path}: its values are no records", remedy="PipeGen sends records.")
        self._parsed(schema)
        self.avro_schema: dict[str, Any] = schema

    def where(self, row: int) -> str:
        """File and number of the record."""
        return f"{self.path}, record {row}"

    def count(self, limit: int) -> int:
        """How many records there are, counted up to a limit."""
        return sum(1 for _ in itertools.islice(self.records(), limit))

    def records(self) -> Iterator[dict[str, Any]]:
        """All records.

        Raises:
            ProjectError: the file is damaged.
        """
        schema: Any = self._parsed(self.avro_schema)
        return self.read(lambda data: read_binary(data, schema))

    def read(self, one: Callable[[IO[bytes]], Any]) -> Iterator[Any]:
        """What a function reads of each record.

        Args:
            one: Reads exactly one record.

        Raises:
            ProjectError: the file is damaged.
        """
        number = 0
        try:
            with self.path.open("rb") as file:
                _, sync = self._header(file)
                while file.peek(1):
                    block: Any = fastavro.schemaless_reader(file, _BLOCK, None)
                    content = bytes(_CODECS[self._codec](block["data"]))
                    if not 0 <= block["count"] <= len(content) + _MOST_EMPTY:
                        raise ValueError("a block has more records than bytes")
                    data = io.BytesIO(content)
                    for _ in range(block["count"]):
                        record = one(data)
                        number += 1
                        yield record
                    if file.read(16) != sync:
                        raise ValueError("the mark between two blocks is not the file's")
        except OSError as error:
            raise unreadable(self.path, error) from None
        except (*_DAMAGED, lzma.LZMAError, cramjam.DecompressionError) as error:
            raise ProjectError(
                f"{self.where(number + 1)}: the file is damaged or cut short: {error or 'it ends here'}",
                remedy="Get the file again.",
            ) from None

    def _parsed(self, schema: Any) -> Any:
        """A schema of the file as fastavro reads it.

        Raises:
            ProjectError: it is none.
        """
        try:
            return fastavro.parse_schema(plain_types(schema))
        except (SchemaParseException, UnknownType, *_DAMAGED, TypeError, AttributeError, RecursionError) as error:
            what = error.name if isinstance(error, UnknownType) else error
            raise ProjectError(
                f"{self.path}: its schema is not valid: {what}", remedy="Name a file written by Avro."
            ) from None

    def _header(self, file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
        header: Any = fastavro.schemaless_reader(file, _HEADER, None)
        if header["magic"] != b"Obj\x01":
            raise ValueError("it does not begin as one")
        return header["meta"], header["sync"]

    def _no_container(self, error: Exception) -> ProjectError:
        with self.path.open("rb") as file:
            beginning = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
        if beginning.startswith((b"{", b"[")) and b'"type"' in beginning:
            return ProjectError(
                f"{self.path}: this is a schema, not a data file", remedy="Name it with --input-schema."
            )
        return ProjectError(f"{self.path}: not an Avro container file: {error}", remedy="Name a file written by Avro.")
