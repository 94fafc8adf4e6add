"""A long run of 1,000 msg/s with three viewers, under which one service after the other is killed and started again.

Prints memory, threads and descriptors of the run's process each minute; at the end how much each grows an hour, and
what was lost. The registry, the SQL gateway and Kafka take turns: a job does not outlive its JobManager or its only
TaskManager. Uses a local stack of its own. Reproduce with: python benches/bench_soak.py --minutes 60
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from pipegen.stack import Endpoints, LocalStack, Part

RATE_PER_S = 1_000
VIEWERS = 3
TURNS = (Part.REGISTRY, Part.SQL_GATEWAY, Part.KAFKA)
WARM = 0.25
"""Of the time: until then buffers fill, and growth says nothing."""
END_S = 600.0


@dataclass(frozen=True)
class Sample:
    """The run's process at one moment."""

    minute: float
    rss_mb: float
    threads: int
    descriptors: int


def slope_per_hour(samples: list[Sample], of: str) -> float:
    """How much a figure grows an hour, by least squares."""
    points = [(each.minute / 60, float(getattr(each, of))) for each in samples]
    middle_x, middle_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread if spread else 0.0


class Run:
    """`pipegen run` with its dashboard and its viewers."""

    def __init__(self, folder: Path, endpoints: Endpoints, minutes: int) -> None:
        pipegen = [sys.executable, "-m", "pipegen"]
        subprocess.run([*pipegen, "init", "orders"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        self.summary_file = folder / "summary.json"
        services = [f"--{name.replace('_', '-')}={value}" for name, value in endpoints.model_dump().items()]
        load = [f"--message-rate={RATE_PER_S}", f"--duration={minutes}m", f"--summary-json={self.summary_file}"]
        self.process = subprocess.Popen(
            [*pipegen, "run", f"--project-dir={folder}/orders", "--dashboard-port=0", *services, *load],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.sends = threading.Event()
        self.port: str | None = None
        self.viewers: subprocess.Popen[bytes] | None = None
        self.told: deque[str] = deque(maxlen=500)
        assert self.process.stderr is not None
        threading.Thread(target=self._read, args=(self.process.stderr,), daemon=True).start()

    def _read(self, stderr: IO[str]) -> None:
        for line in stderr:
            self.told.append(line)
            if "dashboard: http" in line:
                self.port = line.strip().rsplit(":", 1)[1]
            elif line.startswith("running:"):
                self.sends.set()
            elif line.startswith(("error", "warning", "draining", "left")):
                print(f"  {line.strip()[:150]}", flush=True)

    def watch(self) -> None:
        """Opens the viewers."""
        assert self.port is not None
        watch = [sys.executable, str(Path(__file__).with_name("dashboard_viewers.py")), self.port, str(VIEWERS)]
        self.viewers = subprocess.Popen(watch, stdout=subprocess.PIPE)

    def sample(self, begun_s: float) -> Sample:
        """Looks at the process."""
        process = psutil.Process(self.process.pid)
        return Sample(
            (time.monotonic() - begun_s) / 60,
            process.memory_info().rss / 1e6,
            process.num_threads(),
            process.num_fds(),
        )

    def close(self) -> None:
        """Ends what still runs."""
        for each in (self.process, self.viewers):
            if each is not None and each.poll() is None:
                each.kill()
                each.wait()


def restart(stack: LocalStack, part: Part) -> float:
    """Kills a part and starts it again at its address; returns how long it was away."""
    begun_s = time.monotonic()
    process = stack.processes()[part]
    process.kill()
    psutil.wait_procs([process], timeout=30)
    stack.up(auto_ports=True)
    return time.monotonic() - begun_s


def soak(stack: LocalStack, run: Run, *, minutes: int, restart_every: int, parts: list[Part]) -> list[Sample]:
    """Looks each minute until the load has been sent, and restarts a service now and then."""
    begun_s = time.monotonic()
    samples: list[Sample] = []
    print("minute  memory MB  threads  descriptors", flush=True)
    for minute in range(minutes):
        while (left_s := begun_s + minute * 60 + 30 - time.monotonic()) > 0 and run.process.poll() is None:
            time.sleep(min(1.0, left_s))
        if run.process.poll() is not None:
            break
        found = run.sample(begun_s)
        samples.append(found)
        print(f"{found.minute:6.1f}  {found.rss_mb:9.1f}  {found.threads:7}  {found.descriptors:11}", flush=True)
        # None in the last minute: what comes out late is then still waited for.
        if minute % restart_every == restart_every - 1 and minute < minutes - 1:
            part = parts[minute // restart_every % len(parts)]
            print(f"  {part} was away for {restart(stack, part):.1f} s", flush=True)
    return samples


def conclude(run: Run, samples: list[Sample]) -> int:
    """Prints what came of it; 1 where the run did not end by itself in order."""
    code = run.process.wait(END_S)
    if run.viewers is not None:
        print(run.viewers.communicate(timeout=60)[0].decode().strip())
    if not run.summary_file.exists():
        print(f"exit code {code}, without a summary; the end of what it said:\n{''.join(run.told)}")
        return 1
    summary: dict[str, Any] = json.loads(run.summary_file.read_text())
    steady = samples[int(len(samples) * WARM) :]
    print(
        f"an hour: memory {slope_per_hour(steady, 'rss_mb'):+.1f} MB, "
        f"threads {slope_per_hour(steady, 'threads'):+.1f}, "
        f"descriptors {slope_per_hour(steady, 'descriptors'):+.1f}"
    )
    print(
        f"exit code {code}, {summary['outcome']}: planned {summary['planned_total']}, sent {summary['sent_total']}, "
        f"acknowledged {summary['delivered_total']}, refused {summary['failed_total']}, "
        f"came out {summary['consumed_total']}, lost {summary['lost']}, twice {summary['duplicated']}, "
        f"left behind {summary['left_behind']}; {summary['failure'] or 'no failure'}"
    )
    return 0 if summary["outcome"] == "finished" else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=6, help="how long to send")
    parser.add_argument("--restart-every", type=int, default=5, help="minutes between two restarts")
    parser.add_argument("--part", action="append", type=Part, help="restart this one only; repeat it for more")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # puts the stack away
    with tempfile.TemporaryDirectory(prefix="pipegen-soak-") as name:
        folder = Path(name)
        stack = LocalStack(folder / "stack")
        run: Run | None = None
        try:
            run = Run(folder, stack.up(auto_ports=True), chosen.minutes)
            while not run.sends.wait(1):
                assert run.process.poll() is None, "the run ended before its load"
            run.watch()
            parts = chosen.part or list(TURNS)
            samples = soak(stack, run, minutes=chosen.minutes, restart_every=chosen.restart_every, parts=parts)
            return conclude(run, samples)
        finally:
            if run is not None:
                run.close()
            stack.down()


if __name__ == "__main__":
    sys.exit(main())
