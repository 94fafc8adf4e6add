"""Whether the figures of a run can be trusted: the generator kept its plan, clocks agree, nothing is missing.

Judges PipeGen itself, never the pipeline: a slow pipeline is a valid result. A threshold whose figure was mostly
missing makes a run invalid too: ``track`` sees that.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipegen.gates.step import Step
from pipegen.snapshot import LatencyStage, Snapshot
from pipegen.snapshot.stages import WORDS, StageName
from pipegen.units import format_duration, format_latency_ms, format_percent

_LONGEST_GAP_PERIODS = 5
_SHORTEST_GAP_S = 5.0


@dataclass(frozen=True, slots=True)
class ValidityLimits:
    """From where on the generator does not count as reliable.

    Attributes:
        generator_delay_ns: Largest p99 of sent minus due, over the whole load.
        achieved_ratio: Smallest share of the due records that were sent, and of the planned time to the real one.
        send_cpu_ratio: Largest CPU of a send loop, 1.0 is a whole core.
    """

    generator_delay_ns: int
    achieved_ratio: float
    send_cpu_ratio: float


class Validity:
    """Collects what speaks against a run.

    Args:
        limits: The limits.
        sends: Whether PipeGen sends the load itself; otherwise there is no generator to judge.
    """

    def __init__(self, limits: ValidityLimits, *, sends: bool) -> None:
        self._limits = limits
        self._sends = sends
        self._newest: Snapshot | None = None
        self._longest_gap_s = 0.0
        self._loading_steps = 0

    def take(self, step: Step, snapshot: Snapshot) -> None:
        """Looks at the next step and the snapshot at its end."""
        self._newest = snapshot
        if step.loading:
            self._loading_steps += 1
            self._longest_gap_s = max(self._longest_gap_s, step.seconds)

    @property
    def known(self) -> bool:
        """Whether there is anything to judge by."""
        return self._loading_steps > 0

    def reasons(self, *, final: bool, whole: bool = True, send_cpu_ratio: float | None = None) -> list[str]:
        """Why the run is invalid, as it stands; empty when nothing speaks against it.

        Args:
            final: Whether the load is over.
            whole: Whether the plan was to be sent to its end.
            send_cpu_ratio: CPU of a send loop over the load.
        """
        snapshot = self._newest
        if snapshot is None:
            return ["no figures were taken while the load was sent"] if final and self._sends else []
        found = self._generator(snapshot, final=final and whole, send_cpu_ratio=send_cpu_ratio) if self._sends else []
        found += _clocks(snapshot)
        gap_s = max(_SHORTEST_GAP_S, _LONGEST_GAP_PERIODS * snapshot.run.update_interval_ms / 1e3)
        if self._longest_gap_s > gap_s:
            found.append(f"figures are missing: {self._longest_gap_s:.1f} s passed between two snapshots")
        return found

    def _generator(self, snapshot: Snapshot, *, final: bool, send_cpu_ratio: float | None) -> list[str]:
        found = []
        limits, producer, run = self._limits, snapshot.producer, snapshot.run
        delay_ms = snapshot.latency.generator_delay.total.p99_ms
        limit_ms = limits.generator_delay_ns / 1e6
        if delay_ms is not None and delay_ms > limit_ms:
            found.append(
                f"the generator fell behind: its delay has a p99 of {format_latency_ms(delay_ms)}, "
                f"more than {format_duration(limits.generator_delay_ns)}"
            )
        sent, due = producer.sent_total, producer.planned_total
        if final and sent is not None and due and sent / due < limits.achieved_ratio:
            found.append(
                f"the generator fell behind: it sent {format_percent(sent / due)} of the records that were due, "
                f"less than {format_percent(limits.achieved_ratio)}"
            )
        over_s = (run.elapsed_s or 0.0) - run.duration_s
        if over_s > max((1 - limits.achieved_ratio) * run.duration_s, limit_ms / 1e3):
            found.append(
                f"the generator fell behind: the load took {over_s:.1f} s longer than the {run.duration_s:g} s planned"
            )
        if send_cpu_ratio is not None and send_cpu_ratio > limits.send_cpu_ratio:
            found.append(
                f"the generator was at its limit: its send loop took {format_percent(send_cpu_ratio)} of a core, "
                f"more than {format_percent(limits.send_cpu_ratio)}"
            )
        return found


def _clocks(snapshot: Snapshot) -> list[str]:
    latency = snapshot.latency
    stages: dict[StageName, LatencyStage | None] = {
        "generator_delay": latency.generator_delay,
        "ack": latency.ack,
        "end_to_end": latency.end_to_end,
    }
    return [
        f"clocks disagree: {stage.negative_count} latencies “{WORDS[name]}” are below zero"
        for name, stage in stages.items()
        if stage is not None and stage.negative_count
    ]
