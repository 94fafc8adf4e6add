"""How a run ended, and the exit code that this and its verdict make together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipegen.errors import EXIT_INVALID, EXIT_OK, EXIT_THRESHOLD
from pipegen.snapshot import Verdict

RunOutcome = Literal["finished", "incomplete", "failed", "interrupted", "aborted"]
"""aborted: a threshold with ``abort_on_fail`` failed."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        outcome: In a word.
        failure: Why it failed or is incomplete.
        send_cpu_ratio: CPU of a send loop over the load, 1.0 is a whole core; None where none ran.
    """

    outcome: RunOutcome
    failure: str | None = None
    send_cpu_ratio: float | None = None


def ending_exit_code(code: int, verdict: Verdict, *, strict: bool) -> int:
    """The exit code of a run whose own code is ``code``.

    A run that failed or was interrupted keeps its own code. Validity decides where somebody relies on the verdict: with
    thresholds, or where ``strict`` asks for it. Without either the run only shows figures, and says whether they are
    valid.
    """
    if code != EXIT_OK:
        return code
    if verdict.outcome == "invalid" and (verdict.results or strict):
        return EXIT_INVALID
    return EXIT_THRESHOLD if verdict.outcome == "fail" else EXIT_OK
