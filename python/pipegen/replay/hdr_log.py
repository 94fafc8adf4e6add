"""Latencies as HdrHistogram interval logs, version 1.3: the format that other tools of that family read.

One file a stage; values are microseconds. Each line is an interval, written whole; a line without its end is torn.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipegen.hotpath import HistogramSnapshot
from pipegen.regular_file import open_regular

_LEGEND: Final = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"'
_START: Final = "#[StartTime: "
_LONGEST_LINE_BYTES: Final = 1_000_000
_MOST_USELESS: Final = 10_000
_MOST_S: Final = 1e11


@dataclass(frozen=True, slots=True)
class RecordedInterval:
    """The latencies of one interval; times in seconds since 1970."""

    start_s: float
    end_s: float
    histogram: HistogramSnapshot


class HdrLogWriter:
    """Appends intervals, each in one write.

    Args:
        path: The file; made anew.
        stage: What the latencies are of, for people who read the file.
        start_s: Start of the log, seconds since 1970.

    Raises:
        OSError: from every method, when the file cannot be written.
    """

    def __init__(self, path: Path, *, stage: str, start_s: float) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        self._start_s = start_s
        self.written_bytes = 0
        when = datetime.fromtimestamp(start_s, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
        self._write(
            f"#[{stage}: latencies in microseconds, Interval_Max in milliseconds]\n"
            "#[Histogram log format version 1.3]\n"
            f"{_START}{start_s:.3f} (seconds since epoch), {when}]\n"
            f"{_LEGEND}\n"
        )

    def add(self, *, start_s: float, end_s: float, hdr_base64: str, max_us: int) -> None:
        """Adds an interval; times in seconds since 1970."""
        offset_s, length_s = max(0.0, start_s - self._start_s), max(0.0, end_s - start_s)
        self._write(f"{offset_s:.3f},{length_s:.3f},{max_us / 1000:.3f},{hdr_base64}\n")

    def close(self) -> None:
        """Lets go of the file."""
        os.close(self._file)

    def _write(self, text: str) -> None:
        data = text.encode("ascii")
        while data:
            written = os.write(self._file, data)
            self.written_bytes += written
            data = data[written:]


def read_hdr_log(path: Path) -> Iterator[RecordedInterval]:
    """The intervals of a log, oldest first; what is torn, damaged or no interval is passed over."""
    start_s, useless = 0.0, 0
    with open_regular(path) as file:
        while piece := file.readline(_LONGEST_LINE_BYTES):
            useless += 1
            if len(piece) == _LONGEST_LINE_BYTES or useless > _MOST_USELESS:
                return  # whatever this is, it is no log
            line = piece.decode("ascii", errors="replace")
            if line.startswith(_START):
                start_s = _number(line.removeprefix(_START).split(" ", 1)[0]) or 0.0
            if line.startswith(("#", '"')) or not line.endswith("\n"):
                continue
            interval = _read_interval(line, start_s)
            if interval is not None:
                useless = 0
                yield interval


def _read_interval(line: str, log_start_s: float) -> RecordedInterval | None:
    parts = line.rstrip("\n").split(",")
    if len(parts) != 4:
        return None
    offset_s, length_s = _number(parts[0]), _number(parts[1])
    if offset_s is None or length_s is None:
        return None
    try:
        histogram = HistogramSnapshot.from_hdr_base64(parts[3])
    except ValueError:
        return None
    return RecordedInterval(log_start_s + offset_s, log_start_s + offset_s + length_s, histogram)


def _number(text: str) -> float | None:
    """A moment or a stretch in seconds; None where the text is none that a log has."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < _MOST_S else None
