"""Reads Avro container files. Values with a logical type stay the numbers or bytes that they are: none is altered."""

from __future__ import annotations

import bz2
import io
import itertools
import json
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final

import cramjam
import fastavro

from pipegen.avro import plain_types
from pipegen.datafile.plain_text import unreadable
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
_CODECS: Final[dict[str, Callable[[bytes], Any]]] = {
    "null": lambda data: data,
    "deflate": lambda data: zlib.decompress(data, -15),
    "snappy": lambda data: cramjam.snappy.decompress_raw(data[:-4]),
    "zstandard": cramjam.zstd.decompress,
    "bzip2": bz2.decompress,
    "xz": lzma.decompress,
}
_DAMAGED: Final = (ValueError, EOFError, IndexError, KeyError, NotImplementedError, zlib.error, OverflowError)


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
        schema: Any = fastavro.parse_schema(plain_types(self.avro_schema))
        return self.read(lambda data: fastavro.schemaless_reader(data, schema, None))

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
                    data = io.BytesIO(bytes(_CODECS[self._codec](block["data"])))
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

    def _header(self, file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
        header: Any = fastavro.schemaless_reader(file, _HEADER, None)
        if header["magic"] != b"Obj\x01":
            raise ValueError("it does not begin as one")
        return header["meta"], header["sync"]

    def _no_container(self, error: Exception) -> ProjectError:
        beginning = self.path.read_bytes()[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
        if beginning.startswith((b"{", b"[")) and b'"type"' in beginning:
            return ProjectError(
                f"{self.path}: this is a schema, not a data file", remedy="Name it with --input-schema."
            )
        return ProjectError(f"{self.path}: not an Avro container file: {error}", remedy="Name a file written by Avro.")
