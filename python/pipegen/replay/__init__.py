"""Recordings of runs: their layout on disk, and how they are read, found and played again. Measures nothing."""

from pipegen.replay.find import Listed, find_recording, list_recordings, prune_recordings
from pipegen.replay.hdr_log import HdrLogWriter, RecordedInterval
from pipegen.replay.layout import HISTOGRAM_SUFFIX, LINES_FILE, MANIFEST_FILE, SUMMARY_FILE, RecordingError, folder_name
from pipegen.replay.lines import LineWriter
from pipegen.replay.manifest import Machine, Manifest, ServiceFact, SettingRow, SourceFile, read_manifest
from pipegen.replay.player import play
from pipegen.replay.recording import RecordedEvent, Recording, open_recording

__all__ = [
    "HISTOGRAM_SUFFIX",
    "LINES_FILE",
    "MANIFEST_FILE",
    "SUMMARY_FILE",
    "HdrLogWriter",
    "LineWriter",
    "Listed",
    "Machine",
    "Manifest",
    "RecordedEvent",
    "RecordedInterval",
    "Recording",
    "RecordingError",
    "ServiceFact",
    "SettingRow",
    "SourceFile",
    "find_recording",
    "folder_name",
    "list_recordings",
    "open_recording",
    "play",
    "prune_recordings",
    "read_manifest",
]
