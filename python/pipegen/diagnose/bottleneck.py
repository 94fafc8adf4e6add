"""Names the vertex that holds a Flink job back: the first busy one downstream of back-pressured ones.

Pure. A projection is one chained vertex; within a vertex nothing can be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from pipegen.diagnose.observation import Observation
from pipegen.snapshot import VertexMetrics
from pipegen.snapshot.flink import backpressure_level
from pipegen.snapshot.limits import BACKPRESSURE, VERTEX_BUSY

_LIKELY_BUSY_RATIO: Final = 0.5
_SETTLED_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Load:
    """How loaded a vertex is, over the last seconds.

    Attributes:
        vertex: The vertex as it was seen last.
        busy: Busy time of its busiest subtask; None when Flink does not say.
        pressed: Back-pressured time of its most back-pressured subtask.
    """

    vertex: VertexMetrics
    busy: float | None
    pressed: float | None

    @property
    def is_pressed(self) -> bool:
        """Whether something downstream holds it back."""
        return self.pressed is not None and self.pressed > BACKPRESSURE.amber_above

    @property
    def is_busy(self) -> bool:
        """Whether its busiest subtask has little time left."""
        return self.busy is not None and self.busy >= VERTEX_BUSY.amber_above

    @property
    def level(self) -> str:
        """Flink's word for its back-pressure."""
        return "unknown" if self.pressed is None else backpressure_level(self.pressed).upper()


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The vertex at fault and the most back-pressured of those it reads from, if any is."""

    load: Load
    upstream: Load | None


def loads(history: Sequence[Observation]) -> list[Load]:
    """The load of each vertex: the median of the last five seconds, because one look may be a garbage collection."""
    if not history:
        return []
    newest = history[-1]
    recent = [moment for moment in history[-20:] if newest.at_s - moment.at_s <= _SETTLED_S]
    found = []
    for vertex in newest.vertices:
        past = [known for moment in recent for known in moment.vertices if known.id == vertex.id]
        found.append(
            Load(
                vertex,
                _median([known.busy_ratio for known in past]),
                _median([known.backpressure_ratio for known in past]),
            )
        )
    return found


def find_bottleneck(every: Sequence[Load]) -> Bottleneck | None:
    """The vertex at fault, or None when no vertex is busy without being held back itself.

    Args:
        every: Loads in the order of the graph, sources first.
    """
    by_id = {load.vertex.id: load for load in every}
    free = [load for load in every if not load.is_pressed]
    for threshold in (VERTEX_BUSY.amber_above, _LIKELY_BUSY_RATIO):
        for load in free:
            upstream = _most_pressed([by_id[name] for name in load.vertex.inputs if name in by_id])
            if load.busy is not None and load.busy >= threshold and upstream is not None:
                return Bottleneck(load, upstream)
    # Nothing is held back: then only a source can keep records waiting, with all that is chained to it.
    sources = [load for load in free if not load.vertex.inputs and load.is_busy]
    return Bottleneck(sources[0], None) if sources else None


def _most_pressed(inputs: Sequence[Load]) -> Load | None:
    pressed = [load for load in inputs if load.is_pressed]
    return max(pressed, key=lambda load: load.pressed or 0.0, default=None)


def _median(figures: Sequence[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return median(known) if known else None
