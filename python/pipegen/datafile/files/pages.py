"""Checks the pages of a Parquet file against their checksums, which DuckDB does not."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from pipegen.datafile.files.engine import literal
from pipegen.errors import ProjectError

if TYPE_CHECKING:
    import duckdb

_CHUNKS: Final = """
SELECT path_in_schema, least(dictionary_page_offset, data_page_offset), total_compressed_size,
       (SELECT coalesce(sum(n), 0) FROM (SELECT DISTINCT row_group_id AS g, row_group_num_rows AS n
                                         FROM parquet_metadata({file})) WHERE g < row_group_id)
FROM parquet_metadata({file}) ORDER BY row_group_id, column_id
"""


def check_pages(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Reads every page that has a checksum.

    Raises:
        ProjectError: one does not match.
    """
    chunks = connection.execute(_CHUNKS.format(file=literal(str(path)))).fetchall()
    with path.open("rb") as file:
        for column, start, size, before in chunks:
            _check_chunk(path, file, str(column), int(start), int(size), int(before))


def _check_chunk(path: Path, file: IO[bytes], column: str, start: int, size: int, before: int) -> None:
    record, end = before + 1, start + size
    while start < end:
        file.seek(start)
        reader = _Compact(file.read(min(65_536, end - start)))
        try:
            header = reader.struct()
        except (IndexError, RecursionError):
            return  # an index of minima and maxima that is larger: not worth more
        checksum = header.get(4)
        if checksum is None:
            return
        length = header.get(3, 0)
        sound = isinstance(checksum, int) and isinstance(length, int) and 0 <= length <= end - start
        file.seek(start + reader.position)
        if not sound or zlib.crc32(file.read(length)) != checksum % 2**32:
            raise ProjectError(
                f"{path}, record {record}: column “{column}”: the file is damaged (a checksum does not match)",
                remedy="Get the file again.",
            )
        values = header.get(5) or header.get(8)
        count = values.get(1, 0) if isinstance(values, dict) else 0
        record += count if isinstance(count, int) else 0
        start += reader.position + length


class _Compact:
    """Thrift's compact protocol, as far as headers of pages need it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def struct(self) -> dict[int, Any]:
        found: dict[int, Any] = {}
        field = 0
        while head := self._byte():
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            found[field] = self._value(head & 15)
        return found

    def _value(self, kind: int) -> Any:
        if kind in {1, 2}:
            return kind == 1
        if kind == 3:
            return self._byte()
        if kind in {4, 5, 6}:
            return self._zigzag()
        if kind == 7:
            self.position += 8
        elif kind == 8:
            self.position += self._varint()
        elif kind in {9, 10}:
            head = self._byte()
            count = head >> 4 if head >> 4 < 15 else self._varint()
            if count > len(self._data):
                raise IndexError
            return [self._value(head & 15) for _ in range(count)]
        elif kind == 12:
            return self.struct()
        return None

    def _byte(self) -> int:
        self.position += 1
        return self._data[self.position - 1]

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def _zigzag(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)
