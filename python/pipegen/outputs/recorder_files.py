"""The files of a recording that is being written. Raises what the disk raises; the recorder decides what that means."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Final

from pipegen.bus import ErrorSeen, Event, HistogramsTaken, PhaseChanged, RunEnded, ServicesFound, SnapshotTaken, SqlRead
from pipegen.hotpath import HistogramSnapshot
from pipegen.replay import LINES_FILE, MANIFEST_FILE, HdrLogWriter, LineWriter, Manifest, ServiceFact
from pipegen.replay.layout import FORMAT, VERSION, histogram_file
from pipegen.whole_file import write_whole

_FALLBACK_INTERVAL_S: Final = 1.0


class RecordingFiles:
    """Writes one recording.

    Args:
        folder: Made here.
        manifest: Written at once, and again when more is known.

    Raises:
        OSError: from every method, when the disk refuses.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        if not folder.parent.exists():
            folder.parent.mkdir(parents=True)
            # Recordings are large and belong to this machine; where the folder was there before, that is the user's.
            (folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        folder.mkdir()
        self._folder = folder
        self._manifest = manifest
        self._manifest_bytes = 0
        self._write_manifest()
        self._lines = LineWriter(folder / LINES_FILE)
        self._lines.add(json.dumps({"format": FORMAT, "version": VERSION, "run_id": manifest.run_id}).encode())
        self._logs: dict[str, HdrLogWriter] = {}
        self._ended_ms: dict[str, int] = {}
        self._interval_s = _FALLBACK_INTERVAL_S
        self._begun_s = time.monotonic()
        self._closed_s: float | None = None

    @property
    def written_bytes(self) -> int:
        """Bytes on disk."""
        logs = sum(log.written_bytes for log in self._logs.values())
        return self._manifest_bytes + self._lines.written_bytes + logs

    @property
    def recorded_s(self) -> float:
        """For how long it has been written."""
        return (self._closed_s or time.monotonic()) - self._begun_s

    def add(self, event: Event) -> None:
        """Adds what happened; it is on disk after the next flush."""
        match event:
            case SnapshotTaken(snapshot=snapshot):
                self._interval_s = snapshot.run.update_interval_ms / 1000
                self._line("snapshot", f'"snapshot":{snapshot.model_dump_json()}')
            case HistogramsTaken():
                self._add_histograms(event)
            case PhaseChanged(phase=phase, step=step):
                self._line("phase", f'"phase":{json.dumps(phase)},"step":{json.dumps(step)}')
            case ErrorSeen(error=error):
                self._line("error", f'"error":{error.model_dump_json()}')
            case ServicesFound(services=services):
                facts = [
                    ServiceFact(name=it.name, version=it.version, address=it.address, reason=it.reason)
                    for it in services
                ]
                self._manifest = self._manifest.model_copy(update={"services": facts})
                self._write_manifest()
                self._line("services", f'"services":[{",".join(fact.model_dump_json() for fact in facts)}]')
            case SqlRead(shape=shape, shape_reason=why, latency_reason=how):
                said = {"shape": shape, "shape_reason": why, "latency_reason": how}
                self._manifest = self._manifest.model_copy(update=said)
                self._write_manifest()
            case RunEnded(exit_code=exit_code):
                self._line("ended", f'"exit_code":{exit_code}')

    def flush(self) -> None:
        """Hands everything over to the operating system."""
        self._lines.flush()

    def close(self) -> None:
        """Ends every file."""
        self._closed_s = time.monotonic()
        for log in self._logs.values():
            log.close()
        self._lines.close()

    def abandon(self) -> None:
        """Lets go of every file as it is."""
        self._closed_s = time.monotonic()
        with contextlib.suppress(OSError):
            for log in self._logs.values():
                log.close()
            self._lines.abandon()

    def _line(self, kind: str, members: str) -> None:
        at_ms = time.time_ns() // 1_000_000
        self._lines.add(f'{{"at_ms":{at_ms},"kind":"{kind}",{members}}}'.encode())

    def _add_histograms(self, taken: HistogramsTaken) -> None:
        for stage, hdr_base64 in taken.stages.items():
            # What had no values meanwhile has no line: the interval still begins where the one before ended.
            start_ms = self._ended_ms.get(stage, taken.end_ms - round(self._interval_s * 1000))
            log = self._logs.get(stage)
            if log is None:
                path = self._folder / histogram_file(stage)
                # The log is ASCII and line-based; the name of an output may be neither.
                log = self._logs[stage] = HdrLogWriter(path, stage=path.stem, start_s=start_ms / 1000)
            max_us = HistogramSnapshot.from_hdr_base64(hdr_base64).max_us or 0
            log.add(start_s=start_ms / 1000, end_s=taken.end_ms / 1000, hdr_base64=hdr_base64, max_us=max_us)
            self._ended_ms[stage] = taken.end_ms

    def _write_manifest(self) -> None:
        text = self._manifest.model_dump_json(indent=2)
        write_whole(self._folder / MANIFEST_FILE, text)
        self._manifest_bytes = len(text.encode())
