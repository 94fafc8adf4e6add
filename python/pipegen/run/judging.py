"""The judge of a run: made from its settings, told how the run ended, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipegen.config import Settings
from pipegen.gates import Ending, Judge, RunOutcome, Threshold, ValidityLimits
from pipegen.run.progress import RunStatus
from pipegen.snapshot import RunPhase, ThresholdResult
from pipegen.units import NS_PER_S

PHASES: Final[Mapping[RunOutcome, RunPhase]] = {
    "finished": "finished",
    "incomplete": "failed",
    "failed": "failed",
    "interrupted": "interrupted",
    "aborted": "interrupted",
}
"""How each ending is called in the contract."""


def make_judge(thresholds: Sequence[Threshold], settings: Settings, *, sends: bool) -> Judge:
    """The judge of a run."""
    validity = settings.validity
    limits = ValidityLimits(
        generator_delay_ns=validity.generator_delay_ns,
        achieved_ratio=validity.achieved_ratio,
        send_cpu_ratio=validity.send_cpu_ratio,
    )
    return Judge(thresholds, limits=limits, sends=sends)


def ending_of(outcome: RunOutcome, status: RunStatus, send_cpu_s: float | None, senders: int) -> Ending:
    """How a run ended, with the share of a core that each send loop took."""
    start_ns, end_ns = status.load_start_ns, status.load_end_ns
    ratio = None
    if send_cpu_s is not None and start_ns is not None and end_ns is not None and end_ns > start_ns:
        ratio = send_cpu_s * NS_PER_S / (end_ns - start_ns) / senders
    return Ending(outcome, status.failure, ratio)


def abort_sentence(result: ThresholdResult) -> str:
    """Why a run was ended early."""
    return f"stopped early: the threshold {result.expression} failed with {result.observed_text}"
