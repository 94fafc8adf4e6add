"""Which records of a topic are wanted, as offsets of its partitions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pipegen.errors import SettingsError
from pipegen.services.kafka_range import PartitionRange

_OFFSETS: Final = re.compile(r"(\d*)\.\.(\d*)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A range; what is None limits nothing.

    Attributes:
        last_ms: Records of so many milliseconds before now.
        start: The first offset of each partition.
        end: The offset of each partition that is the first one not wanted.
        count: At most so many, the newest of the range.
    """

    last_ms: int | None = None
    start: int | None = None
    end: int | None = None
    count: int | None = None

    def within(self, whole: Iterable[PartitionRange]) -> list[PartitionRange]:
        """The wanted offsets of partitions, without regard to time and count."""
        return [
            replace(each, start=max(each.start, self.start or 0), end=min(each.end, self.end or each.end))
            for each in whole
        ]


def read_offsets(text: str) -> tuple[int | None, int | None]:
    """The first offset and the end of ``100..200``, ``100..`` or ``..200``; the end is not included.

    Raises:
        SettingsError: it is no range.
    """
    match = _OFFSETS.fullmatch(text.strip())
    start, end = (int(each) if each else None for each in match.groups()) if match else (None, None)
    if start is None and end is None:
        raise SettingsError(f"--offsets: “{text}” is not a range", remedy="Write it like 100..200, 100.. or ..200.")
    if end is not None and end <= (start or 0):
        raise SettingsError(
            f"--offsets: {text} is empty: its end, which is not included, is not behind its start",
            remedy="Write the smaller offset first.",
        )
    return start, end


def newest_part(part: PartitionRange, count: int) -> PartitionRange:
    """The last offsets of a range, as many as records are wanted."""
    return replace(part, start=max(part.start, part.end - count))


def part_before(whole: PartitionRange, read: PartitionRange) -> PartitionRange:
    """What stands before the part that was read, twice as long: offsets may hold no record."""
    return PartitionRange(
        read.topic, read.partition, max(whole.start, read.start - 2 * (read.end - read.start)), read.start
    )
