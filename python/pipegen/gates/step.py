"""What lies between two snapshots: the smallest stretch that a threshold can look at. Pure data, made by the judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipegen.hotpath import HistogramSnapshot

Figures = Mapping[str, float | None]
Histograms = Mapping[str, HistogramSnapshot]


@dataclass(frozen=True, slots=True)
class Step:
    """From one snapshot to the next.

    Attributes:
        start_s: Seconds since the load began, at the snapshot before.
        end_s: The same at the snapshot; goes on after the load.
        loading: Whether load was being sent.
        phase: Index of the phase of the plan that it belongs to, by its middle; None outside the load.
        phase_name: Name of that phase.
        before: The figures at the snapshot before.
        after: The figures at the snapshot.
        histograms_before: The latencies since the start of the load, at the snapshot before.
        histograms_after: The same at the snapshot.
        reasons: Why figures are null, by their path or that of a section above.
        upper_bounds: Why latencies are only upper bounds, by their histogram.
    """

    start_s: float
    end_s: float
    loading: bool
    phase: int | None
    phase_name: str | None
    before: Figures
    after: Figures
    histograms_before: Histograms = field(default_factory=dict)
    histograms_after: Histograms = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    upper_bounds: Mapping[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s

    def reason(self, path: str) -> str | None:
        """Why a figure is null."""
        parts = path.split(".")
        keys = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((self.reasons[key] for key in keys if key in self.reasons), None)
