"""10,000 msg/s over three inputs that are joined, through a real Flink job.

Prints plan against sent of all inputs, and the worst second of each. Starts a local stack of its own, warmed by a short
run that is not judged. Reproduce with: python benches/bench_three_inputs.py [SECONDS]
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

from pipegen.stack import Endpoints, LocalStack

RATE_PER_S = 10_000
SCRIPT = Path(__file__).with_name("three_inputs.sql")


def joined(endpoints: Endpoints, folder: Path, seconds: int) -> dict[str, Any]:
    """The summary of one run."""
    summary_file = folder / "summary.json"
    services = [f"--{name.replace('_', '-')}={value}" for name, value in endpoints.model_dump().items()]
    load = [f"--message-rate={RATE_PER_S}", f"--duration={seconds}s", f"--summary-json={summary_file}"]
    command = [sys.executable, "-m", "pipegen", "run", f"--sql={SCRIPT}", f"--project-dir={folder}", *services, *load]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not summary_file.exists():
        raise SystemExit(done.stderr)
    print(f"{RATE_PER_S} msg/s for {seconds} s over three inputs: exit code {done.returncode}")
    print(
        "".join(f"  {line}\n" for line in done.stderr.splitlines() if line.startswith(("join of", "warning"))), end=""
    )
    summary: dict[str, Any] = json.loads(summary_file.read_text())
    return summary


def judge(summary: dict[str, Any], seconds: int) -> None:
    """Prints what was asked for and what was seen."""
    planned, sent = summary["planned_total"], summary["sent_total"]
    print(f"  planned {planned}, sent {sent}: off by {abs(sent - planned) / planned:.4%} (at most 0.1 %)")
    for each in summary["inputs"]:
        # Records that follow others trickle in at first and go on at the end: a second without a plan has no share.
        by_second = list(zip(each["planned_per_second"], each["sent_per_second"], strict=False))[:seconds]
        worst = max(abs(was - due) / due for due, was in by_second if due)
        total = sum(each["sent_per_second"])
        print(f"  {each['name']}: sent {total}, worst second off by {worst:.3%} (at most 1 %)")
    delay = summary["snapshot"]["latency"]["generator_delay"]["total"]
    print(f"  generator delay p99 {delay['p99_ms']} ms; send loop {summary['send_cpu_s'] / seconds:.1%} of one core")
    print(f"  came out {summary['consumed_total']}")


def main() -> int:
    """A warm-up, then the run that is judged."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "stack")
        try:
            endpoints = stack.up(auto_ports=True)
            print("warming up:", end=" ")
            joined(endpoints, Path(folder), 10)
            judge(joined(endpoints, Path(folder), seconds), seconds)
        finally:
            stack.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
