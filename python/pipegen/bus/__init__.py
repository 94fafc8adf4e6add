"""One event stream, many listeners. Knows no producer and no consumer of events; never blocks a publisher."""

from pipegen.bus.bus import EventBus, Subscription
from pipegen.bus.events import (
    ErrorSeen,
    Event,
    HistogramsTaken,
    MessagesSeen,
    PhaseChanged,
    RunEnded,
    ServicesFound,
    ServiceVersion,
    SnapshotTaken,
    SqlRead,
)

__all__ = [
    "ErrorSeen",
    "Event",
    "EventBus",
    "HistogramsTaken",
    "MessagesSeen",
    "PhaseChanged",
    "RunEnded",
    "ServiceVersion",
    "ServicesFound",
    "SnapshotTaken",
    "SqlRead",
    "Subscription",
]
