"""Where journals lie and what their lines say. Reads and writes nothing.

~/.local/state/pipegen/journal/
k3m9xa.jsonl      one a run, one JSON object a line, added to and never changed
k3m9xa.lock       held by the run for as long as it lives, however it ends

{"run": {…}}            the first line: which run, of which project, by which process
{"services": {…}}       where its services are; no credentials
{"making": {…}}         written before a resource is made: kind, name
{"made": {…}}           what the service calls it: kind, name, id
{"using": {…}}          something that was there before the run, or that somebody else has made
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipegen.user_folders import state_folder

VERSION: Final = 1
SUFFIX: Final = ".jsonl"
LOCK_SUFFIX: Final = ".lock"


@dataclass(frozen=True, slots=True)
class RunHead:
    """The run that a journal belongs to.

    Attributes:
        run_id: Its id.
        pid: Its process.
        started_at: When it began.
        project_dir: Its project.
        keep: Whether the user wanted what it makes to stay.
    """

    run_id: str
    pid: int
    started_at: str
    project_dir: str
    keep: bool = False


def journal_folder() -> Path:
    """The folder of all journals of this user."""
    return state_folder() / "journal"
