"""Where a run's result goes besides the terminal: the files that were asked for, and the summary of a CI step."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipegen.errors import PipeGenError, SettingsError
from pipegen.outputs import junit_xml, step_summary
from pipegen.run import RunSummary

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
        """Refuses, before a run, files that could not be written after it.

        Raises:
            SettingsError: naming the flag and the folder that is missing.
        """
        for flag, path in (("--summary-json", self.summary_json), ("--junit", self.junit)):
            if path is not None and not path.absolute().parent.is_dir():
                raise SettingsError(
                    f"{flag} {path}: the folder {path.absolute().parent} does not exist", remedy="Create it first."
                )

    def write(self, summary: RunSummary) -> None:
        """Writes them all.

        Raises:
            PipeGenError: one cannot be written.
        """
        if self.summary_json is not None:
            write_text("--summary-json", self.summary_json, summary.model_dump_json(indent=2) + "\n")
        if self.junit is not None:
            write_text(
                "--junit", self.junit, junit_xml(summary.snapshot, outcome=summary.outcome, failure=summary.failure)
            )
        if self.step_summary is not None:
            text = step_summary(summary.snapshot, outcome=summary.outcome, failure=summary.failure)
            write_text(STEP_SUMMARY_VARIABLE, self.step_summary, text, append=True)


def result_files(summary_json: Path | None, junit: Path | None) -> ResultFiles:
    """The files that the command line and the CI ask for."""
    return ResultFiles(summary_json, junit, step_summary_file(os.environ))


def step_summary_file(environ: Mapping[str, str]) -> Path | None:
    """Where the CI wants a summary; None where there is no such CI."""
    name = environ.get(STEP_SUMMARY_VARIABLE)
    return Path(name) if name else None


def write_text(what: str, path: Path, text: str, *, append: bool = False) -> None:
    """Writes a file that was asked for.

    Raises:
        PipeGenError: it cannot be written; ``what`` says who asked for it.
    """
    try:
        with path.open("a" if append else "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise PipeGenError(f"{what} {path} cannot be written: {error.strerror}") from None
