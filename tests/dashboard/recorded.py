"""Recordings with invented figures, for tests of the report: none of this is ever shipped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hdrh.histogram import HdrHistogram
from pydantic import BaseModel, ConfigDict

from pipegen.bus import EventBus, HistogramsTaken, RunEnded, SnapshotTaken
from pipegen.config import DashboardSettings
from pipegen.outputs import Recorder, this_machine
from pipegen.outputs.report import Look, data_of_recording, render_report
from pipegen.replay import Manifest, SettingRow, SourceFile, open_recording
from pipegen.snapshot import SNAPSHOT_VERSION, Snapshot
from tests.dashboard.invented import snapshot

MADE_AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def manifest(**changes: Any) -> Manifest:
    values: dict[str, Any] = {
        "snapshot_version": SNAPSHOT_VERSION,
        "run_id": "7f3a",
        "pipeline": "orders",
        "started_at": "2026-11-24T08:00:00.000Z",
        "pipegen_version": "0",
        "command": ["/usr/bin/pipegen", "run", "--traffic-pattern", "2m-4m:400%,6m-8m:300%"],
        "settings": [
            SettingRow(key="message_rate", value="10000.0", source="flag --message-rate"),
            SettingRow(key="stack", value="auto", source="default"),
        ],
        "sql": [SourceFile(path="sql/01_source.sql", text="CREATE TABLE orders_in (…)")],
        "machine": this_machine(),
    }
    return Manifest(**(values | changes))


def hdr_of(*values_us: int) -> str:
    """A histogram made by a library that is not ours."""
    histogram = HdrHistogram(1, 4_294_967_295, 3)
    for value in values_us:
        histogram.record_value(value)
    return str(histogram.encode().decode("ascii"))


def record(
    folder: Path,
    contents: Sequence[dict[str, Any] | Snapshot],
    *,
    latency: bool = True,
    told: Manifest | None = None,
    **end: Any,
) -> Path:
    """Records snapshots as a run would; ``end`` are fields of the summary, without any the run was cut off."""

    async def run() -> None:
        bus = EventBus()
        recorder = Recorder(folder, told or manifest(), on_failure=lambda _message, _remedy: None)
        recorder.start(bus)
        for each in contents:
            taken = each if isinstance(each, Snapshot) else snapshot(each)
            bus.publish(SnapshotTaken(taken))
            if latency:
                end_ms = int(datetime.fromisoformat(taken.timestamp).timestamp() * 1000)
                sequence = taken.sequence
                stages = {"end_to_end": hdr_of(20_000 + sequence, 40_000), "ack": hdr_of(4_000)}
                bus.publish(HistogramsTaken("7f3a", end_ms, stages))
            await asyncio.sleep(0)
        if end:
            bus.publish(RunEnded(0))
        await recorder.finish(Summary.model_validate(end) if end else None)

    # The browser of the test has a loop of its own on this thread.
    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    thread.join()
    return folder


class Summary(BaseModel):
    """As much of a run's summary as the report reads."""

    model_config = ConfigDict(extra="allow")

    outcome: str


def report(recording: Path, folder: Path, *, logo: tuple[bytes, str] | None = None, **settings: Any) -> Path:
    """Makes the report of a recording."""
    look = Look(DashboardSettings.model_validate(settings), logo)
    rendered = render_report(data_of_recording(open_recording(recording)), look, made_at=MADE_AT)
    path = folder / "report.html"
    path.write_bytes(rendered.html)
    return path
