"""Real histograms of chosen latencies, and dashboards that have them."""

from __future__ import annotations

from typing import Any

from pipegen.bus import HistogramsTaken
from pipegen.hotpath import HistogramSnapshot, Meters
from tests.dashboard.serving import Serving


def histogram(latencies_ms: list[int]) -> HistogramSnapshot:
    """End-to-end latencies, as the hot path counts them."""
    meters = Meters()
    meters.start(0)
    consumed_ms = 1_800_000_000_000
    meters.consumed(
        [None] * len(latencies_ms),
        value_bytes=[1] * len(latencies_ms),
        partitions=[0] * len(latencies_ms),
        consumed_ns=consumed_ms * 1_000_000,
        timestamps_ms=[consumed_ms - latency for latency in latencies_ms],
    )
    return meters.histogram("end_to_end")


def publish(served: Serving, contents: dict[str, Any], latencies_ms: list[int], end_s: int) -> None:
    """A snapshot, and the latencies of the second that ended then."""
    served.publish(contents)
    stages = {"end_to_end": histogram(latencies_ms).to_hdr_base64()}
    served.publish_event(HistogramsTaken(contents["run"]["id"], end_s * 1000 + 3, stages))
