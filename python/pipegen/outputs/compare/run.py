"""One run as a comparison needs it: its totals, its latencies, and what it was like second by second.

From a recording, or from a summary, which has only totals: then nothing is known of the noise within the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pipegen.hotpath import HistogramSnapshot
from pipegen.outputs.compare.noise import redraw
from pipegen.replay import Recording
from pipegen.snapshot import Percentiles, Snapshot
from pipegen.snapshot.stages import STAGES_BY_NAME

BLOCKS: Final = 12
"""Stretches that a run is cut into: neighbouring seconds are alike, stretches are less so."""
PERCENTILES: Final = (50.0, 95.0, 99.0, 99.9)
SAMPLED: Final = (
    "producer.rate",
    "consumer.rate",
    "flink.busy_ratio",
    "flink.backpressure_ratio",
    "system.cpu_ratio",
    "system.rss_bytes",
    "system.machine_cpu_ratio",
)
"""Figures that are compared by their mean over the load."""


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One run.

    Attributes:
        label: How the user named it.
        run_id: Its id.
        pipeline: Its pipeline.
        version: Version of PipeGen.
        machine: The machine, in words; None where that is not known.
        last: Its last snapshot.
        complete: Whether it came to its end.
        damaged: Whether parts of its recording could not be read.
        latencies: Each stage's latencies over the run, in stretches.
        samples: Figures at the snapshots of the load, in order of time.
    """

    label: str
    run_id: str
    pipeline: str
    version: str
    machine: str | None
    last: Snapshot
    complete: bool
    latencies: Mapping[str, Sequence[HistogramSnapshot]] = field(default_factory=dict)
    samples: Mapping[str, Sequence[float]] = field(default_factory=dict)
    damaged: bool = False
    _drawn: dict[str, list[Mapping[float, int | None]]] = field(default_factory=dict, compare=False, repr=False)

    def drawn(self, stage: str, percentile: float) -> list[int | None]:
        """A percentile of a stage over stretches drawn again and again, in microseconds."""
        if stage not in self._drawn:
            self._drawn[stage] = redraw(self.latencies.get(stage, ()), _percentiles_us)
        return [each[percentile] for each in self._drawn[stage]]

    @property
    def load(self) -> tuple[object, ...]:
        """What was asked of the pipeline; runs of different loads are not alike."""
        traffic = self.last.traffic
        phases = tuple(
            (each.start_s, each.end_s, each.start_rate_per_s, each.end_rate_per_s) for each in traffic.phases
        )
        return (round(self.last.run.duration_s, 3), traffic.arrivals, phases)

    def whole(self, stage: str) -> HistogramSnapshot | None:
        """The latencies of a stage over the run; None where they are not there."""
        return merged(self.latencies.get(stage, ()))

    def totals(self, stage: str) -> Percentiles | None:
        """What the last snapshot says of a stage."""
        found = getattr(self.last.latency, stage.removesuffix("_uncorrected"), None)
        if found is None:
            return None
        percentiles: Percentiles | None = found.uncorrected_total if stage.endswith("_uncorrected") else found.total
        return percentiles


def run_of_recording(label: str, recording: Recording) -> ComparedRun | None:
    """The run of a recording; None when no snapshot was recorded.

    Raises:
        RecordingError: when it cannot be read.
    """
    samples: dict[str, list[float]] = {path: [] for path in SAMPLED}
    elapsed_s: float | None = None
    for raw in recording.raw_snapshots():
        now_s = raw.get("run", {}).get("elapsed_s")
        if isinstance(now_s, int | float) and (elapsed_s is None or now_s > elapsed_s):
            elapsed_s = float(now_s)
            for path, values in samples.items():
                value = _raw_figure(raw, path)
                if value is not None:
                    values.append(value)
    last = recording.last_snapshot()
    if last is None:
        return None
    manifest = recording.manifest
    machine = manifest.machine
    return ComparedRun(
        label=label,
        run_id=manifest.run_id,
        pipeline=manifest.pipeline,
        version=manifest.pipegen_version,
        machine=f"{machine.processor or 'unknown processor'}, {machine.cores or '?'} cores, {machine.system}",
        last=last,
        complete=recording.complete,
        latencies={name: _blocks([each.histogram for each in recording.histograms(name)]) for name in STAGES_BY_NAME},
        samples=samples,
        damaged=bool(recording.damaged),
    )


def run_of_summary(label: str, summary: Mapping[str, Any], last: Snapshot) -> ComparedRun:
    """The run of a file that ``--summary-json`` wrote."""
    # The last snapshot is taken when all is quiet: its rates and shares say nothing of the load.
    memory = last.system.rss_bytes
    return ComparedRun(
        label=label,
        run_id=last.run.id,
        pipeline=last.run.pipeline,
        version=str(summary.get("pipegen_version", "")),
        machine=None,
        last=last,
        complete=summary.get("outcome") == "finished",
        samples={} if memory is None else {"system.rss_bytes": [float(memory)]},
    )


def _percentiles_us(blocks: Sequence[HistogramSnapshot]) -> Mapping[float, int | None]:
    whole = merged(blocks) or HistogramSnapshot.empty()
    return {percentile: whole.percentile_us(percentile) for percentile in PERCENTILES}


def merged(histograms: Iterable[HistogramSnapshot]) -> HistogramSnapshot | None:
    """Several histograms as one; None without a value."""
    whole = HistogramSnapshot.empty()
    for each in histograms:
        whole = whole.merge(each)
    return whole if whole.count else None


def _blocks(intervals: Sequence[HistogramSnapshot]) -> list[HistogramSnapshot]:
    size = max(1, -(-len(intervals) // BLOCKS))
    found = (merged(intervals[at : at + size]) for at in range(0, len(intervals), size))
    return [each for each in found if each is not None]


def _raw_figure(raw: Mapping[str, Any], path: str) -> float | None:
    value: Any = raw
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
