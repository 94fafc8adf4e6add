"""Sending as fast as it goes, everything on, beside Java's own ProducerPerformance: same broker, payload and run.

Ours generates each value, sets key, timestamp and the ``pipegen`` header, and records every delivery report; Java sends
bytes that it read from a file. The two take turns; the ratio is of medians. Starts a local stack of its own.
Reproduce with: python benches/bench_unpaced_send.py [RECORDS] [ROUNDS]
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from pipegen.hotpath import Meters, Pacer, RecordPlan, Schedule, now_ns
from pipegen.run.producer import ProducerThread
from pipegen.services.kafka import make_producer
from pipegen.stack import LocalStack, Silent
from pipegen.stack.artifacts import Artifact, read_lock
from pipegen.stack.download import Cache
from pipegen.stack.java import find_java
from pipegen.stack.paths import default_cache_dir

# Text of 7-bit characters only, in strings shorter than 64 bytes: Java's tool reads its payload file as UTF-8.
SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "fields": [
            {"name": "order_id", "type": "string", "pipegen": {"pattern": "ORD-{digits:12}"}},
            {"name": "customer_id", "type": "string", "pipegen": {"pattern": "C-{digits:8}"}},
            {"name": "product", "type": "string", "pipegen": {"pattern": "{lower:22}"}},
            {"name": "status", "type": "string", "pipegen": {"one_of": ["created", "shipped", "settled"]}},
            {"name": "trace_id", "type": "string", "pipegen": {"pattern": "{hex:32}"}},
        ],
    }
)
PREFIX = b"\0\0\0\0\x01"
PARTITIONS = 4
SETTINGS = {"acks": "1", "linger.ms": 5, "compression.type": "lz4"}
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


def plan_of_records() -> RecordPlan:
    """What both sides send."""
    return RecordPlan(SCHEMA, seed=1, value_prefix=PREFIX, key_field="customer_id")


def send_ours(bootstrap_servers: str, topic: str, records: int) -> tuple[float, float]:
    """Rate and CPU microseconds a record of our send loop, from the first record to the last delivery report."""
    schedule = Schedule([(0, records * 100, 10_000_000.0, 10_000_000.0)])
    pacer, meters = Pacer(schedule), Meters()
    crashes: list[BaseException] = []
    thread = ProducerThread(
        producer=make_producer(bootstrap_servers, properties=SETTINGS),
        topic=topic,
        records=plan_of_records(),
        pacer=pacer,
        meters=meters,
        on_crash=crashes.append,
    )
    start_ns = now_ns()
    meters.start(start_ns)
    pacer.start(start_ns - schedule.duration_ns)  # everything is due
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    thread.start()
    thread.join()
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    totals = meters.totals()
    assert not crashes, crashes
    assert totals.delivered == records, (totals.delivered, totals.failed)
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
            ours, java, cpu = [], [], []
            for number in range(rounds):
                for side in ("ours", "java") if number % 2 else ("java", "ours"):
                    topic = f"{side}-{number}"
                    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
                    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(30)
                    if side == "ours":
                        rate, cpu_us = send_ours(bootstrap_servers, topic, records)
                        ours.append(rate)
                        cpu.append(cpu_us)
                    else:
                        java.append(
                            send_java(bootstrap_servers, topic, records, payload, os.pathsep.join(map(str, jars)))
                        )
                    admin.delete_topics([topic])[topic].result(30)
        finally:
            stack.down()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Kafka {TOOL.version}")
    print(f"{records} records of {size:.0f} bytes, {PARTITIONS} partitions, {SETTINGS}, {rounds} rounds")
    print(f"PipeGen              {statistics.median(ours):>10,.0f} msg/s  {[round(rate) for rate in ours]}")
    print(f"                     {statistics.median(cpu):>10.2f} µs CPU a record, whole process")
    print(f"ProducerPerformance  {statistics.median(java):>10,.0f} msg/s  {[round(rate) for rate in java]}")
    print(f"ratio                {statistics.median(ours) / statistics.median(java):>10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
