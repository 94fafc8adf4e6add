"""What a recording's folder holds, by which names, in which version. Reads and writes nothing.

runs/2026-11-24-14-30-15-k3m9xa/
manifest.json          what was run, with what, where; written first, whole or not at all
recording.jsonl.gz     snapshots and events, one JSON object a line
end_to_end.hlog …      latencies, one HdrHistogram interval log a stage
summary.json           the outcome; only there when the run came to its end
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipegen.errors import ConfigError

FORMAT: Final = "pipegen-recording"
VERSION: Final = 1
MANIFEST_FILE: Final = "manifest.json"
LINES_FILE: Final = "recording.jsonl.gz"
SUMMARY_FILE: Final = "summary.json"
HISTOGRAM_SUFFIX: Final = ".hlog"
TIME_FORMAT: Final = "%Y-%m-%d-%H-%M-%S"


class RecordingError(ConfigError):
    """A recording is not there, or cannot be read."""


def folder_name(at: datetime, run_id: str) -> str:
    """The name of a run's folder: sorts by time, ends in the run's id."""
    return f"{at.strftime(TIME_FORMAT)}-{run_id}"
