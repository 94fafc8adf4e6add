"""Sending as fast as it goes, everything on, beside Java's own ProducerPerformance: same broker, payload and run.

Ours generates each value, sets key, timestamp and the ``pipegen`` header, and records every delivery report, by the
compiled loop, by two processes of it, and by the loop in Python; Java sends bytes that it read from a file. They take
turns; the ratio is of medians. Starts a local stack of its own.
Reproduce with: python benches/bench_unpaced_send.py [RECORDS] [ROUNDS]
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from bench_producers import by_processes
from pipegen.choices import SenderChoice
from pipegen.hotpath import now_ns
from pipegen.stack import LocalStack, Silent
from pipegen.stack.artifacts import Artifact, read_lock
from pipegen.stack.download import Cache
from pipegen.stack.java import find_java
from pipegen.stack.paths import default_cache_dir
from unpaced import PARTITIONS, SETTINGS, overdue, plan_of_records

TOOL = Artifact(
    part="kafka",
    group="org.apache.kafka",
    name="kafka-tools",
    version=read_lock().versions.kafka,
    classifier="",
    packaging="jar",
    size_bytes=698668,
    sha256="62f3c5dd7aa3442d4c5bc6a95f86e2502178ea09de8e27f74d9563bf955e253c",
)


def send_ours(bootstrap_servers: str, topic: str, records: int, choice: SenderChoice = "auto") -> tuple[float, float]:
    """Rate and CPU microseconds a record of our send loop, from the first record to the last delivery report."""
    loop, meters = overdue(bootstrap_servers, topic, records, choice=choice)
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    loop.start()
    loop.join()
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    totals = meters.totals()
    assert totals.delivered == records, (totals.delivered, totals.failures)
    assert meters.histogram("ack").count == records
    return records / wall_s, cpu_s / records * 1e6


def send_java(bootstrap_servers: str, topic: str, records: int, payload: Path, class_path: str) -> float:
    """Rate of ProducerPerformance as it tells it."""
    done = subprocess.run(
        [
            str(find_java(21).executable),
            "-Xmx512m",
            "-cp",
            class_path,
            "org.apache.kafka.tools.ProducerPerformance",
            f"--topic={topic}",
            f"--num-records={records}",
            "--throughput=-1",
            f"--payload-file={payload}",
            "--payload-delimiter=@@@@",
            "--producer-props",
            f"bootstrap.servers={bootstrap_servers}",
            *(f"{name}={value}" for name, value in SETTINGS.items()),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    rates = re.findall(rf"{records} records sent, ([\d.]+) records/sec", done.stdout)
    if not rates:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return float(rates[-1])


def main() -> int:
    """Rounds of both, and the ratio."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    cpu_us: dict[str, list[float]] = {"native": [], "python": []}

    def ours(choice: SenderChoice, servers: str, topic: str) -> float:
        rate, cpu = send_ours(servers, topic, records, choice)
        cpu_us[choice].append(cpu)
        return rate

    def java(servers: str, topic: str) -> float:
        return send_java(servers, topic, records, payload, os.pathsep.join(map(str, jars)))

    sides: dict[str, Callable[[str, str], float]] = {
        "native": partial(ours, "native"),
        "native 2 processes": lambda servers, topic: by_processes(servers, topic, records, 2),
        "python": partial(ours, "python"),
        "ProducerPerformance": java,
    }
    rates: dict[str, list[float]] = {side: [] for side in sides}
    cache = Cache(default_cache_dir())
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "stack")
        try:
            bootstrap_servers = stack.up(auto_ports=True).bootstrap_servers
            cache.fetch([TOOL], progress=Silent(), cancelled=threading.Event())
            jars = [cache.path(artifact) for artifact in (*read_lock().of("kafka"), TOOL)]
            values = [value for value, _key in plan_of_records().records(first_event=0, count=20_000, due_ns=now_ns())]
            payload = Path(folder) / "payload"
            payload.write_bytes(b"@@@@".join(values))
            size = statistics.mean(map(len, values))
            for number in range(rounds):
                for side in sides if number % 2 else reversed(sides):
                    topic = f"{side.replace(' ', '-')}-{number}"
                    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
                    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(30)
                    rates[side].append(sides[side](bootstrap_servers, topic))
                    admin.delete_topics([topic])[topic].result(30)
        finally:
            stack.down()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Kafka {TOOL.version}")
    print(f"{records} records of {size:.0f} bytes, {PARTITIONS} partitions, {SETTINGS}, {rounds} rounds")
    reference = statistics.median(rates["ProducerPerformance"])
    for side, seen in rates.items():
        rate = statistics.median(seen)
        print(f"{side:<20} {rate:>10,.0f} msg/s  {rate / reference:.2f} of Java  {[round(each) for each in seen]}")
        if side in cpu_us:
            print(f"{'':<20} {statistics.median(cpu_us[side]):>10.2f} µs CPU a record, whole process")
    return 0


if __name__ == "__main__":
    sys.exit(main())
