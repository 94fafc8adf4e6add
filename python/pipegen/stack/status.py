"""Says what one part of a local stack is doing now, by looking at its process and asking the part itself."""

from __future__ import annotations

import time

import httpx2
import psutil

from pipegen.stack.parts import Part, PartState, PartStatus
from pipegen.stack.ports import Ports, port_of
from pipegen.stack.probes import is_ready
from pipegen.stack.state import PartRecord, StackState

# A part that lives but has not answered for this long will not.
_STARTING_S = 120.0


def part_status(part: Part, state: StackState, client: httpx2.Client) -> PartStatus:
    """One part as it is now."""
    record, ports = state.parts.get(part), state.ports
    if record is None or ports is None:
        return PartStatus(name=part, state=PartState.STOPPED)
    port = port_of(part, ports)
    process = record.process.find()
    if process is None:
        return PartStatus(
            name=part, state=PartState.FAILED, port=port, version=record.version, log_file=record.log_file
        )
    uptime_s = max(0.0, time.time() - record.process.started_at_s)
    return PartStatus(
        name=part,
        state=_state(part, record, ports, client, uptime_s),
        port=port,
        version=record.version,
        pid=record.process.pid,
        log_file=record.log_file,
        uptime_s=round(uptime_s, 1),
        rss_bytes=_rss_bytes(process),
    )


def _state(part: Part, record: PartRecord, ports: Ports, client: httpx2.Client, uptime_s: float) -> PartState:
    if is_ready(part, ports, client, instance=record.instance):
        return PartState.RUNNING
    return PartState.STARTING if uptime_s < _STARTING_S else PartState.FAILED


def _rss_bytes(process: psutil.Process) -> int | None:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return None
