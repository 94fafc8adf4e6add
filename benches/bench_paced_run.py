"""The main job at 10,000 msg/s for 30 s through a real Flink job: is what was planned really sent, second by second?

Prints plan, sent, the worst one-second bucket and the latencies; exits with 1 when the total is off by more than 0.1 %
or a second by more than 2 %. Starts the local stack when none runs. Reproduce with: python benches/bench_paced_run.py
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

RATE_PER_S = 10_000
DURATION_S = 30


def main() -> int:
    """One run and its judgement."""
    with tempfile.TemporaryDirectory() as folder:
        summary_file = Path(folder) / "summary.json"
        pipegen = [sys.executable, "-m", "pipegen"]
        subprocess.run([*pipegen, "init", "orders"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run(
            [
                *pipegen,
                "run",
                f"--project-dir={folder}/orders",
                f"--message-rate={RATE_PER_S}",
                f"--duration={DURATION_S}s",
                "--stack=local",
                f"--summary-json={summary_file}",
            ],
            check=False,
        )
        if done.returncode != 0:
            return done.returncode
        return judge(json.loads(summary_file.read_text()))


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
