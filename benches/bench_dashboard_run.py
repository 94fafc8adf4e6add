"""What the dashboard costs a real run of 10,000 msg/s: CPU and memory with one viewer against a run without it.

The two kinds of run alternate, on a local stack of its own, and what importing Quart and Hypercorn takes is printed
beside them. A viewer reads every update. Reproduce with: python benches/bench_dashboard_run.py [PAIRS] [SECONDS]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from pipegen.stack import Endpoints, LocalStack

RATE_PER_S = 10_000
IMPORTS = """
import psutil
before = psutil.Process().memory_info().rss
import hypercorn.asyncio, quart
print(psutil.Process().memory_info().rss - before)
"""


@dataclass(frozen=True)
class Cost:
    """CPU of the run's process during its load, and its memory at the end."""

    core: float
    rss_bytes: int


def run(folder: Path, endpoints: Endpoints, seconds: int, *, dashboard: bool) -> Cost:
    summary_file = folder / "summary.json"
    services = [f"--{name.replace('_', '-')}={value}" for name, value in endpoints.model_dump().items()]
    load = [f"--message-rate={RATE_PER_S}", f"--duration={seconds}s", f"--summary-json={summary_file}"]
    command = [sys.executable, "-m", "pipegen", "run", f"--project-dir={folder}/orders", *services, *load]
    command += ["--dashboard-port=0"] if dashboard else []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    viewer = None
    used: list[float] = []
    for line in process.stderr:
        if line.startswith(("running:", "draining:")):  # the load lies between the two
            used.append(sum(psutil.Process(process.pid).cpu_times()[:2]))
        if "dashboard: http" in line:
            watch = [sys.executable, str(Path(__file__).with_name("dashboard_viewers.py"))]
            viewer = subprocess.Popen([*watch, line.strip().rsplit(":", 1)[1], "1"])
    assert process.wait() == 0
    if viewer is not None:
        viewer.wait()
    summary = json.loads(summary_file.read_text())
    return Cost((used[1] - used[0]) / seconds, summary["snapshot"]["system"]["rss_bytes"])


def compare(pairs: int, seconds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make = [sys.executable, "-m", "pipegen", "init", "orders"]
        subprocess.run(make, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        given = os.environ.get("PIPEGEN_STACK_DIR")
        stack = LocalStack(Path(given) if given else folder / "stack")
        try:
            endpoints = stack.up(auto_ports=True)
            run(folder, endpoints, 5, dashboard=False)  # warms the services
            costs: dict[bool, list[Cost]] = {False: [], True: []}
            for _ in range(pairs):
                for dashboard in (False, True):
                    cost = run(folder, endpoints, seconds, dashboard=dashboard)
                    costs[dashboard].append(cost)
                    kind = "dashboard, one viewer" if dashboard else "no dashboard"
                    print(f"{kind:22} {cost.core:7.2%} of a core  {cost.rss_bytes / 1e6:6.1f} MB", flush=True)
        finally:
            if not given:
                stack.down()
    imported = subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True, text=True)
    without, with_one = ([each.core for each in costs[kind]] for kind in (False, True))
    rss = [statistics.median(each.rss_bytes for each in costs[kind]) for kind in (False, True)]
    print(f"the dashboard: {statistics.median(with_one) - statistics.median(without):+.2%} of a core (at most 1 %)")
    print(f"  and {(rss[1] - rss[0]) / 1e6:+.1f} MB (at most 10 MB); both kinds of run import Quart and Hypercorn,")
    print(f"  which takes {int(imported.stdout) / 1e6:.1f} MB by itself")


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]] + [3, 30][len(sys.argv) - 1 :]
    compare(*numbers)
