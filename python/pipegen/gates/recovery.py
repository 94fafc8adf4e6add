"""How long the pipeline takes to be itself again after a phase: ``recovery<30s after peak1``.

The dashboard tells a recovery the same way: the lag in seconds is back at 1.2 times the largest of the 30 s before the
phase, and 50 ms. Where no record can be followed from end to end it is told by what Flink has not read yet: back at 1.2
times the largest before, and 10 records.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.gates.gauge import Observed
from pipegen.gates.metric import LAG_PATH, PENDING_PATH
from pipegen.gates.step import Step
from pipegen.gates.threshold import Threshold
from pipegen.gates.track import no_sample, show_observed
from pipegen.snapshot import PhasePlan, ThresholdResult

RECOVERY_BEFORE_S: Final = 30.0
RECOVERY_RATIO: Final = 1.2
RECOVERY_SLACK: Final[Mapping[str, float]] = {LAG_PATH: 0.05, PENDING_PATH: 10.0}
"""The figures that tell it, the better first, and how far above its level each may stay."""


@dataclass
class _Turn:
    start_s: float
    end_s: float
    path: str = LAG_PATH
    level: float | None = None
    recovery_s: float | None = None
    waited_s: float | None = None


class RecoveryTrack:
    """The recovery after each turn of a phase; the slowest one counts."""

    def __init__(self, threshold: Threshold, phases: Sequence[PhasePlan]) -> None:
        self.threshold = threshold
        self._turns = [_Turn(phase.start_s, phase.end_s) for phase in phases if phase.name == threshold.phase]
        self._before: dict[str, deque[tuple[float, float]]] = {path: deque() for path in RECOVERY_SLACK}
        self._reason: str | None = None

    def take(self, step: Step) -> None:
        """Looks at the lag at the end of the step."""
        self._reason = step.reason(LAG_PATH) or self._reason
        now_s = step.end_s
        for turn in self._turns:
            if turn.level is None and now_s >= turn.start_s:
                self._find_level(turn)
            if turn.recovery_s is None and now_s >= turn.end_s:
                turn.waited_s = now_s - turn.end_s
                lag = step.after.get(turn.path)
                if (
                    lag is not None
                    and turn.level is not None
                    and lag <= turn.level * RECOVERY_RATIO + RECOVERY_SLACK[turn.path]
                ):
                    turn.recovery_s = turn.waited_s
        for path, before in self._before.items():
            value = step.after.get(path)
            if value is not None:
                before.append((now_s, value))
                while before[0][0] < now_s - RECOVERY_BEFORE_S - 60.0:
                    before.popleft()

    def _find_level(self, turn: _Turn) -> None:
        for path, before in self._before.items():
            near = [value for at_s, value in before if turn.start_s - RECOVERY_BEFORE_S <= at_s < turn.start_s]
            if near:
                turn.path, turn.level = path, max(near)
                return

    def result(self, *, final: bool) -> ThresholdResult:
        """How the threshold stands."""
        threshold = self.threshold
        ended = [turn for turn in self._turns if turn.waited_s is not None]
        if not ended or any(turn.level is None for turn in ended):
            return no_sample(threshold, self._why_none(ended, final=final), final=final)
        slowest = max(ended, key=lambda turn: turn.recovery_s if turn.recovery_s is not None else turn.waited_s or 0.0)
        back = all(turn.recovery_s is not None for turn in ended)
        waiting = next((turn for turn in ended if turn.recovery_s is None), slowest)
        turn = slowest if back else waiting
        value = (turn.recovery_s if back else turn.waited_s) or 0.0
        holds = threshold.holds(value, threshold.limit)
        whole = len(ended) == len(self._turns)
        if not back and holds and not final:
            return no_sample(threshold, f"not recovered yet, {value:.0f} s after its end", final=False)
        if back and holds and not whole and not final:
            return no_sample(threshold, f"{threshold.phase} has another turn to come", final=False)
        note = None if back else f"not recovered {value:.0f} s after its end"
        if not whole and final:
            return no_sample(threshold, f"a turn of {threshold.phase} was not reached", final=True)
        return ThresholdResult(
            expression=threshold.text,
            outcome="pass" if back and holds else "fail",
            observed=round(value, 3),
            observed_text=("" if back else "more than ") + show_observed(threshold, Observed(value)),
            reason=note,
            abort_on_fail=threshold.abort_on_fail,
        )

    def missing(self) -> str | None:
        """Nothing: a lag that is not known is no recovery."""
        return None

    def _why_none(self, ended: Sequence[_Turn], *, final: bool) -> str:
        if not ended:
            return f"{self.threshold.phase} {'did not end' if final else 'has not ended yet'}"
        if self._reason is not None and not self._before[LAG_PATH]:
            return self._reason
        return f"the lag before {self.threshold.phase} is not known"
