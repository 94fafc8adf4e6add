"""Which figures are watched for anomalies, and what chance alone does to each. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from pipegen.hotpath import FieldInterval
from pipegen.quality.anomalies import Watched
from pipegen.snapshot import Snapshot

_FEW: Final = 20


def phase_of(snapshot: Snapshot) -> tuple[int, str] | None:
    """Index and name of the phase of the plan; None outside the load."""
    traffic = snapshot.traffic
    if snapshot.run.phase != "running" or traffic.phase_index is None or traffic.phase is None:
        return None
    return traffic.phase_index, traffic.phase


def watched_figures(
    snapshot: Snapshot, fields: Mapping[str | None, Sequence[FieldInterval]], *, interval_s: float
) -> list[Watched]:
    """The figures of one moment.

    Args:
        snapshot: The moment.
        fields: What came of each field in the interval, by output; the name of the only one is None.
        interval_s: How long the interval was.
    """
    watched = _rates(snapshot, interval_s)
    index = snapshot.traffic.phase_index
    if index is not None and snapshot.traffic.phases[index].shape == "hold":
        # Only where the plan keeps its rate latency is expected to stay as it is.
        stages = (("ack", snapshot.latency.ack), ("end_to_end", snapshot.latency.end_to_end))
        for name, stage in stages:
            p99_ms = None if stage is None or stage.interval.count < _FEW else stage.interval.p99_ms
            floor_ms = max(10.0, 0.25 * abs(p99_ms or 0.0))
            watched.append(Watched(f"latency.{name}.interval.p99_ms", p99_ms, floor_ms))
    for output, of_output in fields.items():
        for each in of_output:
            watched.extend(_field(each, each.path if output is None else f"{output}: {each.path}"))
    return watched


def _rates(snapshot: Snapshot, interval_s: float) -> list[Watched]:
    """Rates over the planned one, so that a plan that changes is no anomaly."""
    planned = snapshot.producer.planned_rate_per_s
    if not planned or planned * interval_s < _FEW:
        return []
    floor = max(0.05, 1 / math.sqrt(planned * interval_s))
    # Windows come out when they close, whatever the plan does at that moment.
    follows = snapshot.run.shape != "aggregate"
    named = (
        ("producer.rate / plan", snapshot.producer.rate),
        ("consumer.rate / plan", snapshot.consumer.rate if follows else None),
    )
    return [Watched(name, None if rate is None else rate / planned, floor) for name, rate in named]


def _field(each: FieldInterval, called: str) -> list[Watched]:
    count = each.present + each.nulls
    if count < _FEW:
        return []
    share = each.nulls / count
    chance = math.sqrt(share * (1 - share) / count)
    found = [Watched(f"null share of {called}", share, max(chance, 1 / count, 0.005))]
    if each.numbers is not None and each.present >= _FEW:
        mean, deviation = each.numbers
        found.append(Watched(f"mean of {called}", mean, max(deviation / math.sqrt(each.present), 0.01 * abs(mean))))
    return found
