"""What recording costs: CPU per snapshot, on the loop and in the writing thread, and memory, over a real recording.

Records the snapshots and latencies of a recorded run again, many times over; without one it makes a run first. The cost
does not depend on the rate of messages, only on that of snapshots, which is one a second.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from pipegen.bus import EventBus, HistogramsTaken, SnapshotTaken
from pipegen.outputs import Recorder
from pipegen.replay import find_recording, open_recording
from pipegen.snapshot.stages import STAGES


async def measure(folder: Path, snapshots: int) -> None:
    recording = open_recording(folder)
    taken = list(recording.snapshots())
    intervals = list(recording.histograms("end_to_end"))
    # Those that every run records; the others need a broker that tells when it appended a record.
    stages = tuple(stage.name for stage in STAGES if stage.field not in {"append", "output_wait"})
    texts = [interval.histogram.to_hdr_base64() for interval in intervals]
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as scratch:
        bus = EventBus()
        recorder = Recorder(Path(scratch) / "run", recording.manifest, on_failure=lambda message, _: print(message))
        recorder.start(bus)
        cpu_s, loop_s = time.process_time(), time.thread_time()
        rss: list[int] = []
        for number in range(snapshots):
            bus.publish(SnapshotTaken(taken[number % len(taken)]))
            text = texts[number % len(texts)]
            bus.publish(HistogramsTaken("bench", (1_800_000_000 + number) * 1000, dict.fromkeys(stages, text)))
            await asyncio.sleep(0)
            # A second's worth at a time, as in a run: each is flushed for itself.
            await asyncio.to_thread(wait_until_written, recorder)
            if number % (snapshots // 4) == snapshots // 8:
                rss.append(process.memory_info().rss)
        await recorder.finish(None)
        cpu_s, loop_s = time.process_time() - cpu_s, time.thread_time() - loop_s
        per_hour = recorder.written_bytes / snapshots * 3600
    print(f"{snapshots} snapshots with {len(stages)} histograms each")
    each_ms, loop_ms = cpu_s / snapshots * 1e3, loop_s / snapshots * 1e3
    print(f"CPU {each_ms:.2f} ms a snapshot in all, {loop_ms:.2f} ms of it on the loop")
    print(f"disk {per_hour / 1e6:.1f} MB an hour at one snapshot a second")
    print("memory MB", [round(size / 1e6, 1) for size in rss], "threads", threading.active_count())


def recorded_run(folder: Path) -> Path:
    """Runs the example for a minute and returns its recording."""
    pipegen = [sys.executable, "-m", "pipegen"]
    subprocess.run([*pipegen, "init", "orders"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*pipegen, "run", "--duration=60s", "--no-open"], cwd=folder / "orders", check=True)
    return find_recording("last", folder / "orders" / "runs")


def wait_until_written(recorder: Recorder) -> None:
    while not recorder._events.empty():  # noqa: SLF001 - the bench looks inside
        time.sleep(0.0005)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="a recorded run; by default one is made, with its own stack"
    )
    parser.add_argument("--snapshots", type=int, default=3600)
    options = parser.parse_args()
    if options.folder is not None:
        asyncio.run(measure(options.folder, options.snapshots))
        return
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(recorded_run(Path(scratch)), options.snapshots))


if __name__ == "__main__":
    main()
