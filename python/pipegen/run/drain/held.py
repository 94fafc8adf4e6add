"""The rows that event time holds in Flink, in words. Pure.

A window, an event-time join or an OVER by event time brings a row out once the watermark has passed it. The watermark
follows the newest record, so that the last rows of a load wait for records that never come.
"""

from __future__ import annotations

from pipegen.moment import iso_at
from pipegen.observe import FlinkReading
from pipegen.observe.flink_vertex import HeldRows
from pipegen.units import format_count


def held_by_event_time(reading: FlinkReading) -> str | None:
    """What waits for which watermark; None where nothing is known to wait.

    Args:
        reading: The newest reading of Flink.
    """
    waiting = [held for held in reading.held if held.rows != 0 and held.watermark_ms is not None]
    if waiting:
        # The furthest from the source: what it holds, the output lacks.
        held = waiting[-1]
        return f"{_rows(held)} for a watermark past {_time(held.watermark_ms or 0)} ({held.operator})"
    without = [held for held in reading.held if held.rows != 0]
    missing = [source.name for source in reading.sources if not source.has_watermark and source.state == "RUNNING"]
    # Without a watermark anywhere the operator goes by the clock.
    if without and missing and any(source.has_watermark for source in reading.sources):
        return (
            f"{_rows(without[-1])} for a watermark, and {', '.join(missing)} has brought none ({without[-1].operator})"
        )
    return None


def _rows(held: HeldRows) -> str:
    if held.rows is None:
        return "the rows of the last window wait" if "Window" in held.operator else "the last rows wait"
    return "1 row waits" if held.rows == 1 else f"{format_count(held.rows)} rows wait"


def _time(at_ms: int) -> str:
    """The time of day, UTC."""
    return f"{iso_at(at_ms / 1000)[11:].rstrip('Z')} UTC"
