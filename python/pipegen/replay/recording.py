"""One recording, opened: everything that is there, also of a run that was cut off. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json

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
from pipegen.replay.manifest import read_manifest
from pipegen.snapshot import Snapshot

_SNAPSHOT: Final = "snapshot"


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
        self.complete: Final = (folder / SUMMARY_FILE).is_file()
        self.torn: bool | None = None
        self.damaged: bool | None = None

    @cached_property
    def summary(self) -> Mapping[str, Any] | None:
        """The summary of the run as it was written; null for a run that was cut off."""
        try:
            summary = json.loads((self.folder / SUMMARY_FILE).read_bytes())
        except (OSError, ValueError):
            return None
        return summary if isinstance(summary, dict) else None

    def raw_snapshots(self) -> Iterator[dict[str, Any]]:
        """Each snapshot as parsed JSON, oldest first; far cheaper than the models."""
        for line in self._lines():
            if line.get("kind") == _SNAPSHOT and isinstance(line.get(_SNAPSHOT), dict):
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
            place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
            raise RecordingError(
                f"{self.folder} was recorded by PipeGen {self.manifest.pipegen_version}, whose figures this version"
                f" cannot read ({place})",
                remedy="Use that version of PipeGen.",
            ) from None

    def events(self) -> Iterator[RecordedEvent]:
        """Everything else that happened, oldest first."""
        for line in self._lines():
            kind = line.get("kind")
            if isinstance(kind, str) and kind != _SNAPSHOT:
                content = {name: value for name, value in line.items() if name not in {"at_ms", "kind"}}
                yield RecordedEvent(_whole(line.get("at_ms")), kind, content)

    def timeline(self) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        """Time in ms since 1970, kind and content of every line, oldest first."""
        for line in self._lines():
            if isinstance(line.get("kind"), str):
                yield _whole(line.get("at_ms")), line["kind"], line

    def stages(self) -> tuple[str, ...]:
        """The stages with recorded latencies, including those of each output if there are several."""
        return tuple(sorted(stage_of_file(file.stem) for file in self.folder.glob(f"*{HISTOGRAM_SUFFIX}")))

    def histograms(self, stage: str) -> Iterator[RecordedInterval]:
        """The latencies of a stage, interval by interval; empty for a stage without any."""
        file = self.folder / histogram_file(stage)
        if file.is_file():
            yield from read_hdr_log(file)

    def _lines(self) -> Iterator[dict[str, Any]]:
        path = self.folder / LINES_FILE
        if not path.is_file():
            return
        reader = LineReader(path)
        try:
            for number, line in enumerate(reader):
                try:
                    content = from_json(line)
                except ValueError:
                    self.damaged = True
                    continue
                if not isinstance(content, dict):
                    continue
                if number == 0 and content.get("format") == FORMAT:
                    self._check_version(content)
                    continue
                yield content
        except OSError as error:
            raise RecordingError(f"{path} cannot be read: {error.strerror}") from None
        self.torn, self.damaged = reader.torn, bool(self.damaged) or reader.damaged

    def _check_version(self, head: Mapping[str, Any]) -> None:
        if _whole(head.get("version")) > VERSION:
            raise RecordingError(
                f"{self.folder} is in a layout that this version of PipeGen cannot read",
                remedy=f"Use PipeGen {self.manifest.pipegen_version} or later.",
            )


def open_recording(path: Path) -> Recording:
    """Opens the recording in a folder.

    Raises:
        RecordingError: when there is none, or it is of a later version.
    """
    return Recording(path)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
