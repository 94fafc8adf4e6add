"""One recording, opened: everything that is there, also of a run that was cut off. Reads only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json

from pipegen.moment import epoch_ms
from pipegen.regular_file import is_regular, read_regular
from pipegen.replay.hdr_log import RecordedInterval, read_hdr_log
from pipegen.replay.layout import (
    FORMAT,
    HISTOGRAM_SUFFIX,
    LINES_FILE,
    SUMMARY_FILE,
    VERSION,
    RecordingError,
    histogram_file,
    stage_of_file,
)
from pipegen.replay.lines import LineReader
from pipegen.replay.manifest import MOST_BYTES, read_manifest
from pipegen.snapshot import Snapshot

_SNAPSHOT: Final = "snapshot"
_MOST_MS: Final = 1 << 48
_LARGEST: Final = 1 << 63
_PERHAPS_TOO_LARGE: Final = re.compile(rb"\d{18}|[eE]\+?\d{3}")
"""No text without one of these has a number beyond what a figure can be."""


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """Something that happened: ``phase``, ``error``, ``services``, ``ended``; ``content`` holds its fields."""

    at_ms: int
    kind: str
    content: Mapping[str, Any]


class Recording:
    """A recording on disk.

    Attributes:
        folder: Where it lies.
        manifest: What was run.
        complete: Whether the run came to its end and the recording with it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self.manifest: Final = read_manifest(folder)
        self.complete: Final = is_regular(folder / SUMMARY_FILE)
        self.torn: bool | None = None
        self.damaged: bool | None = None

    @cached_property
    def summary(self) -> Mapping[str, Any] | None:
        """The summary of the run as it was written; null for a run that was cut off."""
        try:
            summary = from_json(read_regular(self.folder / SUMMARY_FILE, most_bytes=MOST_BYTES))
        except (OSError, ValueError):
            return None
        return summary if isinstance(summary, dict) else None

    def raw_snapshots(self) -> Iterator[dict[str, Any]]:
        """Each snapshot as parsed JSON, oldest first; one that is none is passed over as damaged.

        Raises:
            RecordingError: when none of them can be read, such as those of a version that counted otherwise.
        """
        for line in self._lines():
            if line["kind"] == _SNAPSHOT:
                yield line[_SNAPSHOT]

    def snapshots(self) -> Iterator[Snapshot]:
        """Each snapshot, oldest first.

        Raises:
            RecordingError: when they were made by a version of PipeGen that counted otherwise.
        """
        for raw in self.raw_snapshots():
            yield self.read_snapshot(raw)

    def last_snapshot(self) -> Snapshot | None:
        """The newest snapshot; null when there is none.

        Raises:
            RecordingError: when it was made by a version of PipeGen that counted otherwise.
        """
        newest = None
        for newest in self.raw_snapshots():  # noqa: B007 - the last one is wanted
            pass
        return None if newest is None else self.read_snapshot(newest)

    def read_snapshot(self, raw: Mapping[str, Any]) -> Snapshot:
        """A raw snapshot as the model.

        Raises:
            RecordingError: when it was made by a version of PipeGen that counted otherwise.
        """
        try:
            return Snapshot.model_validate(raw)
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])[:80]
            raise RecordingError(
                f"{self.folder} was recorded by PipeGen {self.manifest.pipegen_version}, whose figures this version"
                f" cannot read ({place})",
                remedy="Use that version of PipeGen.",
            ) from None

    def events(self) -> Iterator[RecordedEvent]:
        """Everything else that happened, oldest first."""
        for line in self._lines():
            if line["kind"] != _SNAPSHOT:
                content = {name: value for name, value in line.items() if name not in {"at_ms", "kind"}}
                yield RecordedEvent(line["at_ms"], line["kind"], content)

    def timeline(self) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        """Time in ms since 1970, kind and content of every line, oldest first."""
        for line in self._lines():
            yield line["at_ms"], line["kind"], line

    def stages(self) -> tuple[str, ...]:
        """The stages with recorded latencies, including those of each output if there are several."""
        return tuple(sorted(stage_of_file(file.stem) for file in self.folder.glob(f"*{HISTOGRAM_SUFFIX}")))

    def histograms(self, stage: str) -> Iterator[RecordedInterval]:
        """The latencies of a stage, interval by interval; empty for a stage without any."""
        file = self.folder / histogram_file(stage)
        if is_regular(file):
            yield from read_hdr_log(file)

    def _lines(self) -> Iterator[dict[str, Any]]:
        """Each line that is what its kind has to be, but the head."""
        path = self.folder / LINES_FILE
        reader = LineReader(path)
        self.torn = self.damaged = False
        other: RecordingError | None = None
        sound = False
        try:
            for number, line in enumerate(reader):
                content = _parsed(line)
                if content is not None and number == 0 and content.get("format") == FORMAT:
                    self._check_version(content)
                    continue
                if content is None or not _is_event(content):
                    self.damaged = True
                    continue
                if content["kind"] == _SNAPSHOT:
                    try:
                        self._check_snapshot(content[_SNAPSHOT])
                    except RecordingError as error:
                        other = other or error
                        self.damaged = True
                        continue
                    sound = True
                yield content
        except FileNotFoundError:
            return
        except OSError as error:
            raise RecordingError(f"{path} cannot be read: {error.strerror}") from None
        self.torn, self.damaged = reader.torn, self.damaged or reader.damaged
        if other is not None and not sound:
            raise other

    def _check_version(self, head: Mapping[str, Any]) -> None:
        version = head.get("version")
        if isinstance(version, int) and version > VERSION:
            raise RecordingError(
                f"{self.folder} is in a layout that this version of PipeGen cannot read",
                remedy=f"Use PipeGen {self.manifest.pipegen_version} or later.",
            )

    def _check_snapshot(self, raw: Mapping[str, Any]) -> None:
        taken = self.read_snapshot(raw)
        try:
            epoch_ms(taken.timestamp)
            epoch_ms(taken.run.started_at)
        except (ValueError, OverflowError):
            raise RecordingError(f"{self.folder} has no snapshot with a time") from None


def open_recording(path: Path) -> Recording:
    """Opens the recording in a folder.

    Raises:
        RecordingError: when there is none, or it is of a later version.
    """
    return Recording(path)


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The object of a line; None where it is none, or holds a number that no figure can be."""
    try:
        content = from_json(line, allow_inf_nan=False)
    except ValueError:
        return None
    if not isinstance(content, dict) or (_PERHAPS_TOO_LARGE.search(line) and _has_too_large(content)):
        return None
    return content


def _has_too_large(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_too_large, value.values()))
    if isinstance(value, list):
        return any(map(_has_too_large, value))
    return isinstance(value, int | float) and not -_LARGEST <= value < _LARGEST


def _is_event(content: Mapping[str, Any]) -> bool:
    """Whether a line has what its kind has to have."""
    at_ms, kind = content.get("at_ms"), content.get("kind")
    if not isinstance(at_ms, int) or not 0 <= at_ms < _MOST_MS or not isinstance(kind, str):
        return False
    match kind:
        case "snapshot":
            return isinstance(content.get(_SNAPSHOT), dict)
        case "phase":
            return isinstance(content.get("phase"), str) and isinstance(content.get("step"), str)
        case _:
            return True
