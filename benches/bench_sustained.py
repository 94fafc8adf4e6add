"""Paced sending at length: 10,000 msg/s through a real Flink job, and 100,000 msg/s into Kafka alone.

Prints plan against sent, the worst second, the generator's delay and what the send loop costs; then resident memory
over a long unpaced run. Starts a local stack of its own, warmed by a short run that is not judged.
Reproduce with: python benches/bench_sustained.py [SECONDS] [MILLIONS]
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import psutil
from confluent_kafka.admin import AdminClient, NewTopic

from pipegen.hotpath import Meters, Pacer, Schedule, now_ns
from pipegen.run.send.interfaces import SendLoop
from pipegen.stack import Endpoints, LocalStack
from unpaced import PARTITIONS, loop_over


def with_flink(endpoints: Endpoints, folder: Path, seconds: int, *, viewers: int = 0) -> None:
    """10,000 msg/s through the example job, with so many dashboards open."""
    rate_per_s = 10_000
    summary_file = folder / "summary.json"
    pipegen = [sys.executable, "-m", "pipegen"]
    make = [*pipegen, "init", "orders", "--force"]
    subprocess.run(make, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    services = [f"--{name.replace('_', '-')}={value}" for name, value in endpoints.model_dump().items()]
    load = [f"--message-rate={rate_per_s}", f"--duration={seconds}s", f"--summary-json={summary_file}"]
    command = [*pipegen, "run", f"--project-dir={folder}/orders", "--dashboard-port=0", *services, *load]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert run.stderr is not None
    told = next(line for line in run.stderr if "dashboard: http" in line)
    watching = None
    if viewers:
        watch = [sys.executable, str(Path(__file__).with_name("dashboard_viewers.py"))]
        watching = subprocess.Popen([*watch, told.strip().rsplit(":", 1)[1], str(viewers)], stdout=subprocess.PIPE)
    for _line in run.stderr:
        pass  # read on, so that the run never waits for us
    assert run.wait() == 0
    summary: dict[str, Any] = json.loads(summary_file.read_text())
    planned, sent = summary["planned_total"], summary["sent_total"]
    by_second = list(zip(summary["planned_per_second"], summary["sent_per_second"], strict=False))[:seconds]
    delay = summary["snapshot"]["latency"]["generator_delay"]["total"]
    print(f"{rate_per_s} msg/s for {seconds} s through Flink, {viewers} viewers")
    if watching is not None:
        print(f"  {watching.communicate()[0].decode().strip()}")
    print(f"  planned {planned}, sent {sent}: off by {abs(sent - planned) / planned:.4%} (at most 0.1 %)")
    worst = max(abs(was - due) / due for due, was in by_second)
    print(f"  worst second off by {worst:.3%} (at most 1 %)")
    print(f"  generator delay p99 {delay['p99_ms']} ms (at most 5 ms), p99.9 {delay['p999_ms']} ms")
    print(f"  send loop {summary['send_cpu_s'] / seconds:.1%} of one core (at most 6 %)")
    print(f"  read loop {summary['read_cpu_s'] / seconds:.1%}, whole process {summary['process_cpu_s'] / seconds:.1%}")
    print(f"  lost {summary['lost']}, duplicated {summary['duplicated']}")


def into_kafka(bootstrap_servers: str, seconds: int) -> None:
    """100,000 msg/s without Flink."""
    schedule = Schedule([(0, seconds * 10**9, 100_000.0, 100_000.0)])
    meters, thread = send(bootstrap_servers, "paced", schedule, start_ns=now_ns() + 10**7)
    thread.join()
    totals, delay = meters.totals(), meters.histogram("generator_delay")
    planned = schedule.total_events
    by_second = meters.sent_per_second()[:seconds]
    print(f"100000 msg/s for {seconds} s into Kafka")
    print(f"  planned {planned}, sent {totals.sent}: off by {abs(totals.sent - planned) / planned:.4%} (at most 0.5 %)")
    print(f"  worst second off by {max(abs(was - 100_000) / 100_000 for was in by_second):.3%}")
    print(f"  generator delay p99 {(delay.percentile_us(99) or 0) / 1000:.2f} ms")
    print(f"  send loop {(thread.cpu_s or 0) / seconds:.1%} of one core; delivered {totals.delivered}")


def memory(bootstrap_servers: str, millions: int) -> None:
    """Resident memory while millions of records go out as fast as they can."""
    records = millions * 1_000_000
    schedule = Schedule([(0, records * 100, 10_000_000.0, 10_000_000.0)])
    own = psutil.Process()
    # The client's queue may hold 500,000 records and is given room when it does: a short one, so that it is not that
    # which is seen.
    short = {"queue.buffering.max.messages": 20_000}
    meters, thread = send(bootstrap_servers, "memory", schedule, start_ns=now_ns() - schedule.duration_ns, **short)
    seen: list[tuple[int, int]] = []
    done = threading.Event()
    while thread.is_alive():
        seen.append((meters.totals().delivered, own.memory_info().rss))
        done.wait(0.5)
    # The client's queue fills in the first tenth; from then on nothing may grow.
    settled = [rss for delivered, rss in seen if delivered > records / 10]
    print(f"{millions} million records: {meters.totals().delivered} delivered")
    print(f"  resident memory from {min(settled) / 1e6:.0f} to {max(settled) / 1e6:.0f} MB after the first tenth")
    half = len(settled) // 2
    drift = sum(settled[half:]) / (len(settled) - half) - sum(settled[:half]) / half
    print(f"  second half less first half: {drift / 1e6:+.1f} MB (at most 10 MB)")


def send(
    bootstrap_servers: str, topic: str, schedule: Schedule, *, start_ns: int, **properties: str | int
) -> tuple[Meters, SendLoop]:
    """The real send loop under way."""
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1, config={"retention.bytes": "200000000"})])[topic].result(30)
    pacer, meters = Pacer(schedule), Meters()
    thread = loop_over(pacer, meters, bootstrap_servers, topic, properties=properties)
    meters.start(start_ns)
    pacer.start(start_ns)
    thread.start()
    return meters, thread


def main() -> int:
    """All three."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    millions = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "stack")
        try:
            endpoints = stack.up(auto_ports=True)
            print("warming up:", end=" ")
            with_flink(endpoints, Path(folder), 10)
            with_flink(endpoints, Path(folder), seconds)
            with_flink(endpoints, Path(folder), seconds // 2, viewers=500)
            into_kafka(endpoints.bootstrap_servers, seconds // 3)
            memory(endpoints.bootstrap_servers, millions)
        finally:
            stack.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
