"""What a recording's folder holds, by which names, in which version. Reads and writes nothing.

runs/2026-11-24-14-30-15-k3m9xa/
manifest.json          what was run, with what, where; written first, whole or not at all
recording.jsonl.gz     snapshots and events, one JSON object a line
end_to_end.hlog …      latencies, one HdrHistogram interval log a stage
NAME.end_to_end.hlog   the same for one output, if there are several; NAME is percent-encoded
summary.json           the outcome; only there when the run came to its end
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import quote, unquote

from pipegen.errors import ConfigError
from pipegen.snapshot.stages import output_of_stage, output_stage

FORMAT: Final = "pipegen-recording"
VERSION: Final = 1
MANIFEST_FILE: Final = "manifest.json"
LINES_FILE: Final = "recording.jsonl.gz"
SUMMARY_FILE: Final = "summary.json"
HISTOGRAM_SUFFIX: Final = ".hlog"
_OF_OUTPUT: Final = ".end_to_end"
TIME_FORMAT: Final = "%Y-%m-%d-%H-%M-%S"


class RecordingError(ConfigError):
    """A recording is not there, or cannot be read."""


def histogram_file(stage: str) -> str:
    """The name of the file with the latencies of a stage or of one output."""
    output = output_of_stage(stage)
    stem = stage if output is None else f"{quote(output, safe=' ')}{_OF_OUTPUT}"
    return f"{stem}{HISTOGRAM_SUFFIX}"


def stage_of_file(stem: str) -> str:
    """The stage or output that a file belongs to, from its name without the suffix."""
    name = stem.removesuffix(_OF_OUTPUT)
    return stem if name == stem else output_stage(unquote(name))


def folder_name(at: datetime, run_id: str) -> str:
    """The name of a run's folder: sorts by time, ends in the run's id."""
    return f"{at.strftime(TIME_FORMAT)}-{run_id}"
