"""Where a run's result goes besides the terminal: the files that were asked for, and the summary of a CI step."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipegen.errors import SettingsError
from pipegen.outputs import junit_xml, step_summary
from pipegen.regular_file import is_there
from pipegen.run import RunSummary
from pipegen.whole_file import append_whole, try_folder, try_writing, write_asked

STEP_SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """The files that were asked for.

    Attributes:
        summary_json: The whole summary.
        junit: A test report.
        step_summary: Markdown is appended to it; None outside such a CI step.
    """

    summary_json: Path | None = None
    junit: Path | None = None
    step_summary: Path | None = None

    def check(self) -> None:
        """Tries, before a run, whether the files could be written after it.

        Raises:
            SettingsError: naming the flag and what is in the way.
        """
        check_file("--summary-json", self.summary_json)
        check_file("--junit", self.junit)

    def write(self, summary: RunSummary) -> list[str]:
        """Writes them all, each whole or not at all; returns a sentence for each that cannot be written."""
        failures: list[str] = []
        if self.summary_json is not None:
            failures += written("--summary-json", self.summary_json, summary.model_dump_json(indent=2) + "\n")
        if self.junit is not None:
            text = junit_xml(summary.snapshot, outcome=summary.outcome, failure=summary.failure)
            failures += written("--junit", self.junit, text)
        return failures

    def append_step_summary(self, summary: RunSummary) -> str | None:
        """Adds to what the CI shows of the step; returns a sentence where that cannot be written."""
        if self.step_summary is None:
            return None
        text = step_summary(summary.snapshot, outcome=summary.outcome, failure=summary.failure)
        try:
            append_whole(self.step_summary, text)
        except OSError as error:
            return f"{STEP_SUMMARY_VARIABLE} {self.step_summary} cannot be written: {error.strerror}"
        return None


def result_files(summary_json: Path | None, junit: Path | None) -> ResultFiles:
    """The files that the command line and the CI ask for."""
    return ResultFiles(summary_json, junit, step_summary_file(os.environ))


def step_summary_file(environ: Mapping[str, str]) -> Path | None:
    """Where the CI wants a summary; None where there is no such CI."""
    name = environ.get(STEP_SUMMARY_VARIABLE)
    return Path(name) if name else None


def check_file(what: str, path: Path | None) -> None:
    """Tries, before anything is done for it, whether a file that was asked for could be written.

    Raises:
        SettingsError: it could not; ``what`` says who asked for it.
    """
    if path is None:
        return
    if not is_there(path.absolute().parent):
        raise SettingsError(
            f"{what} {path}: the folder {path.absolute().parent} does not exist", remedy="Create it first."
        )
    try:
        try_writing(path)
    except OSError as error:
        raise SettingsError(f"{what} {path} cannot be written: {error.strerror}") from None


def check_folder(what: str, path: Path) -> None:
    """Tries whether files can be made in a folder, which need not be there yet.

    Raises:
        SettingsError: they cannot; ``what`` says where the folder was set.
    """
    try:
        try_folder(path)
    except OSError as error:
        raise SettingsError(f"{what}: {error.filename or path} cannot be written: {error.strerror}") from None


def written(what: str, path: Path, text: str) -> list[str]:
    """Writes a file that was asked for, whole or not at all; returns a sentence where it cannot be written."""
    try:
        write_asked(path, text)
    except OSError as error:
        return [f"{what} {path} cannot be written: {error.strerror}"]
    return []
