"""A run as a judge sees it: snapshots with figures that a test chooses, and histograms of latencies it chooses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pipegen.gates import Ending, Judge, ValidityLimits, parse_threshold
from pipegen.hotpath import HistogramSnapshot, Meters
from pipegen.snapshot import Snapshot, ThresholdResult, Verdict
from tests.dashboard.invented import percentiles, running, snapshot

LIMITS = ValidityLimits(generator_delay_ns=100_000_000, achieved_ratio=0.99, send_cpu_ratio=0.9)
STARTED_AT = datetime(2026, 11, 24, 8, 0, 0, tzinfo=UTC)
RATE = 100


class JudgedRun:
    """A run of 100 msg/s with phases of ten seconds: steady, peak1 (twice the rate), steady; a snapshot a second."""

    def __init__(self, *expressions: str, sends: bool = True, phases: Sequence[tuple[str, int]] | None = None) -> None:
        self.judge = Judge([parse_threshold(text) for text in expressions], limits=LIMITS, sends=sends)
        self.phases = [("steady", RATE), ("peak1", 2 * RATE), ("steady", RATE)] if phases is None else list(phases)
        self.second = -1
        self.elapsed_s: float | None = None
        self.delivered = 0
        self.planned = 0
        self.meters = Meters()
        self.meters.start(0)
        self.contents: dict[str, Any] = {}
        self.verdict = self.step(elapsed_s=None)

    @property
    def duration_s(self) -> float:
        return 10.0 * len(self.phases)

    def load(self, seconds: int, *, latency_ms: int | None = 20, share: float = 1.0, **figures: Any) -> JudgedRun:
        """Seconds of load, each with the plan's records, of which a share is delivered."""
        for _ in range(seconds):
            rate = self.phases[min(int(max(self.second, 0) // 10), len(self.phases) - 1)][1]
            self.planned += rate
            self.delivered += round(rate * share)
            if latency_ms is not None:
                self.consume(rate, latency_ms)
            self.elapsed_s = float(self.second + 1)
            self.verdict = self.step(elapsed_s=self.elapsed_s, **figures)
        return self

    def drain(self, **figures: Any) -> JudgedRun:
        """The load is over; one second passes."""
        self.verdict = self.step(elapsed_s=self.elapsed_s, **figures)
        return self

    def end(self, ending: Ending | None = None, **figures: Any) -> Verdict:
        """The last snapshot."""
        self.judge.conclude(ending or Ending("finished"))
        return self.drain(**figures).verdict

    def consume(self, count: int, latency_ms: int) -> None:
        """Records come out with a latency."""
        now_ns = 1_800_000_000_000_000_000
        self.meters.consumed(
            [None] * count,
            value_bytes=[10] * count,
            partitions=[0] * count,
            consumed_ns=now_ns,
            timestamps_ms=[now_ns // 1_000_000 - latency_ms] * count,
        )

    def step(self, *, elapsed_s: float | None, **figures: Any) -> Verdict:
        self.second += 1
        seen, histograms = self._snapshot(elapsed_s, figures), self._histograms()
        return self.judge.observe(seen, histograms)

    def result(self, index: int = 0) -> ThresholdResult:
        return self.verdict.results[index]

    def _histograms(self) -> dict[str, HistogramSnapshot]:
        return {"end_to_end": self.meters.histogram("end_to_end")}

    def _snapshot(self, elapsed_s: float | None, figures: dict[str, Any]) -> Snapshot:
        contents = running(self.second)
        contents["timestamp"] = (STARTED_AT + timedelta(seconds=self.second)).isoformat()
        contents["run"] |= {"elapsed_s": elapsed_s, "duration_s": self.duration_s}
        contents["traffic"]["phases"] = [
            {**contents["traffic"]["phases"][0], "name": name, "start_s": 10.0 * at, "end_s": 10.0 * at + 10}
            for at, (name, _) in enumerate(self.phases)
        ]
        planned = None if elapsed_s is None else self.planned
        contents["producer"] |= {"total": self.delivered, "sent_total": self.planned, "planned_total": planned}
        contents["consumer"] |= {"total": self.delivered}
        contents["pipeline"] |= {"lag": 0, "lag_s": 0.0, "lost": None, "error_rate": None}
        contents["latency"]["generator_delay"]["total"] = percentiles(self.delivered, 1.0)
        contents["verdict"] = {}
        contents["reasons"]["pipeline.error_rate"] = "no record yet"
        contents["reasons"]["producer.planned_total"] = "the load has not started yet"
        for path, value in figures.items():
            *sections, leaf = path.split("__")
            target = contents
            for section in sections:
                target = target[section]
            target[leaf] = value
        return snapshot(contents)
