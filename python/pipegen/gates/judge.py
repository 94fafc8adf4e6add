"""The judge: shown every snapshot, it says how the verdict stands. Used from the sampler's thread alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pipegen.gates.ending import Ending
from pipegen.gates.gauge import figure_paths_of
from pipegen.gates.recovery import RecoveryTrack
from pipegen.gates.step import Figures, Histograms, Step
from pipegen.gates.threshold import Threshold
from pipegen.gates.track import ScopedTrack, Track
from pipegen.gates.validity import Validity, ValidityLimits
from pipegen.hotpath import HistogramSnapshot
from pipegen.snapshot import PhasePlan, Snapshot, ThresholdResult, Verdict, VerdictOutcome
from pipegen.snapshot.figures import read_figure
from pipegen.snapshot.parts import PART_KINDS, read_part_figure

_OWN = ("producer.", "consumer.total", "consumer.errors", "consumer.bytes_total", "inputs.")
_OWN_OF_OUTPUTS = (".total", ".duplicated")


class Judge:
    """Judges one run.

    Args:
        thresholds: What is asked of it.
        limits: From where on its figures are not to be trusted.
        sends: Whether PipeGen sends the load itself.
    """

    def __init__(self, thresholds: Sequence[Threshold], *, limits: ValidityLimits, sends: bool = True) -> None:
        self._thresholds = list(thresholds)
        self._tracks: list[Track] | None = None
        self._validity = Validity(limits, sends=sends)
        self._paths = sorted(set().union(*(figure_paths_of(each) for each in self._thresholds)))
        self._stages = {each.metric.path for each in self._thresholds if each.metric.kind == "latency"}
        self._before: tuple[Figures, Histograms] = (dict.fromkeys(self._paths), {})
        self._at_s = 0.0
        self._elapsed_s: float | None = None
        self._taken_at: datetime | None = None
        self._ending: Ending | None = None
        self.abort: ThresholdResult | None = None
        """The first result that asks for the end of the run."""
        self.verdict = Verdict()
        """How it stands, after the newest snapshot."""

    def observe(self, snapshot: Snapshot, histograms: Mapping[str, HistogramSnapshot]) -> Verdict:
        """How the verdict stands with this snapshot.

        Args:
            snapshot: The newest snapshot.
            histograms: The latencies since the start of the load.
        """
        step = self._step(snapshot, {stage: histograms[stage] for stage in self._stages if stage in histograms})
        if self._tracks is None:
            self._tracks = [_track(each, snapshot.traffic.phases) for each in self._thresholds]
        if step is not None:
            self._validity.take(step, snapshot)
            for track in self._tracks:
                track.take(step)
        results = [self._result(track) for track in self._tracks]
        if step is not None and step.loading and self.abort is None and self._ending is None:
            self.abort = next((each for each in results if each.abort_on_fail and each.outcome == "fail"), None)
        self.verdict = self._sum_up(results)
        return self.verdict

    def conclude(self, ending: Ending) -> None:
        """Says how the run ended: the next snapshot is judged for good."""
        self._ending = ending

    def _result(self, track: Track) -> ThresholdResult:
        if self._ending is not None and self.abort is not None and self.abort.expression == track.threshold.text:
            return self.abort  # what ended the run stays, even if the drain makes up for it
        return track.result(final=self._ending is not None)

    def _step(self, snapshot: Snapshot, histograms: Histograms) -> Step | None:
        figures = {path: _read(snapshot, path) for path in self._paths}
        before, self._before = self._before, (figures, histograms)
        taken_at, self._taken_at = self._taken_at, datetime.fromisoformat(snapshot.timestamp)
        elapsed_s = snapshot.run.elapsed_s
        if elapsed_s is None:
            return None
        if self._elapsed_s is None:
            # What PipeGen counts itself is 0 when the load begins, known or not.
            before = ({path: 0.0 if _is_own(path) else value for path, value in before[0].items()}, {})
        start_s = self._at_s
        loading = self._elapsed_s is None or elapsed_s > self._elapsed_s
        if loading:
            self._at_s = max(start_s, elapsed_s)
        elif taken_at is not None:
            self._at_s = start_s + max(0.0, (self._taken_at - taken_at).total_seconds())
        self._elapsed_s = elapsed_s
        index = _phase_at(snapshot.traffic.phases, (start_s + self._at_s) / 2) if loading else None
        return Step(
            start_s=start_s,
            end_s=self._at_s,
            loading=loading,
            phase=index,
            phase_name=None if index is None else snapshot.traffic.phases[index].name,
            before=before[0],
            after=figures,
            histograms_before=before[1],
            histograms_after=histograms,
            reasons=snapshot.reasons,
            upper_bounds=_upper_bounds(snapshot),
        )

    def _sum_up(self, results: list[ThresholdResult]) -> Verdict:
        ending = self._ending
        final = ending is not None
        doubts = self._validity.reasons(
            final=final,
            whole=ending is not None and ending.outcome in {"finished", "incomplete"},
            send_cpu_ratio=ending.send_cpu_ratio if ending else None,
        )
        doubts += [text for track in self._tracks or () if final and (text := track.missing()) is not None]
        valid = None if not (doubts or self._validity.known) else not doubts
        if ending is not None and ending.outcome in {"failed", "interrupted"}:
            why = "the run was interrupted" if ending.outcome == "interrupted" else f"the run failed: {ending.failure}"
            return Verdict(final=True, valid=valid, reasons=[why, *doubts], results=results)
        failures = [_failure(each) for each in results if each.outcome == "fail"]
        outcome: VerdictOutcome | None = None
        if ending is not None and ending.outcome == "incomplete":
            # Records that stayed away are missing however the generator did: no doubt excuses them.
            why = ending.failure or "the run is incomplete"
            return Verdict(outcome="fail", final=True, valid=valid, reasons=[why, *doubts, *failures], results=results)
        if doubts:
            outcome = "invalid"
        elif failures:
            outcome = "fail"
        elif final and results:
            outcome = "pass"
        reasons = doubts or failures
        if final and not results and not reasons:
            reasons = ["no thresholds are set"]
        return Verdict(outcome=outcome, final=final, valid=valid, reasons=reasons, results=results)


def _read(snapshot: Snapshot, path: str) -> float | None:
    of_part = path.partition(".")[0] in PART_KINDS
    return read_part_figure(snapshot, path) if of_part else read_figure(snapshot, path)


def _is_own(path: str) -> bool:
    """Whether PipeGen counts it itself."""
    return path.startswith(_OWN) or (path.startswith("outputs.") and path.endswith(_OWN_OF_OUTPUTS))


def _upper_bounds(snapshot: Snapshot) -> dict[str, str]:
    """The latencies that are only upper bounds, and why."""
    latency = snapshot.latency
    stages = {"generator_delay": latency.generator_delay, "ack": latency.ack, "end_to_end": latency.end_to_end}
    found = {name: stage.bound_reason for name, stage in stages.items() if stage is not None and stage.bound_reason}
    of_outputs = ((each.name, each.bound_reason) for each in snapshot.outputs)
    return found | {f"outputs.{name}.end_to_end": why for name, why in of_outputs if why is not None}


def _track(threshold: Threshold, phases: Sequence[PhasePlan]) -> Track:
    return RecoveryTrack(threshold, phases) if threshold.metric.kind == "recovery" else ScopedTrack(threshold)


def _phase_at(phases: Sequence[PhasePlan], at_s: float) -> int | None:
    last = len(phases) - 1
    return next((index for index, phase in enumerate(phases) if at_s < phase.end_s or index == last), None)


def _failure(result: ThresholdResult) -> str:
    seen = result.observed_text or result.reason or "no sample"
    where = f" ({result.reason})" if result.observed_text and result.reason else ""
    return f"{result.expression}: {seen}{where}"
