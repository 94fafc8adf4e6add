"""The main job at 10,000 msg/s for 30 s through a real Flink job: is what was planned really sent, second by second?

Prints plan, sent, the worst one-second bucket and the latencies; exits with 1 when the total is off by more than 0.1 %
or a second by more than 2 %. On a local stack of its own, warmed by one short run before: a JVM that has just started
compiles its code on the cores that the load wants. Reproduce with: python benches/bench_paced_run.py
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pipegen.stack import LocalStack

RATE_PER_S = 10_000
DURATION_S = 30
WARM_UP_S = 10


def main() -> int:
    """A short run to warm the services, one that counts, and its judgement."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make = [sys.executable, "-m", "pipegen", "init", "orders"]
        subprocess.run(make, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        stack = LocalStack(folder / "stack")
        try:
            endpoints = stack.up(auto_ports=True)
            where = [f"--{key.replace('_', '-')}={value}" for key, value in endpoints.model_dump().items()]
            run(folder, where, seconds=WARM_UP_S)
            return judge(run(folder, where, seconds=DURATION_S))
        finally:
            stack.down()


def run(folder: Path, where: list[str], *, seconds: int) -> dict[str, Any]:
    """The summary of one run of the example project."""
    summary_file = folder / "summary.json"
    load = [f"--message-rate={RATE_PER_S}", f"--duration={seconds}s", f"--summary-json={summary_file}"]
    command = [sys.executable, "-m", "pipegen", "run", f"--project-dir={folder}/orders", *where, *load]
    subprocess.run(command, check=True)
    summary: dict[str, Any] = json.loads(summary_file.read_text())
    return summary


def judge(summary: dict[str, Any]) -> int:
    """Prints what was seen; 0 when it is what was planned."""
    planned, sent = summary["planned_total"], summary["sent_total"]
    by_second = list(zip(summary["planned_per_second"], summary["sent_per_second"], strict=False))[:DURATION_S]
    worst = max(abs(was - due) / due for due, was in by_second)
    off = abs(sent - planned) / planned
    latency = summary["snapshot"]["latency"]
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"planned {planned}, sent {sent}: off by {off:.4%} (at most 0.1 %)")
    print(f"worst of {len(by_second)} one-second buckets: off by {worst:.3%} (at most 2 %)")
    print(f"lost {summary['lost']}, duplicated {summary['duplicated']}")
    for stage in ("generator_delay", "ack", "end_to_end"):
        total = latency[stage]["total"]
        print(f"{stage}: p50 {total['p50_ms']} ms, p99 {total['p99_ms']} ms, p99.9 {total['p999_ms']} ms")
    good = off <= 0.001 and worst <= 0.02 and summary["lost"] == 0 and summary["duplicated"] == 0
    print("as planned" if good else "NOT as planned")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
