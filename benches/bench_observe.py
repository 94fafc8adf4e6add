"""What watching costs: CPU and memory of all collectors at 100 topics × 12 partitions. Run it by hand.

A keyed Flink job of several vertices runs meanwhile and is watched too. CPU is this process's own, so a busy machine
does not change it. Needs no running stack: it starts one of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import resource
import tempfile
import time
from pathlib import Path

import psutil
from confluent_kafka import Producer

from pipegen.observe import Collector, FlinkCollector, KafkaCollector, RegistryCollector, SystemCollector
from pipegen.services.flink import FlinkClient
from pipegen.services.kafka import KafkaAdmin
from pipegen.services.registry import RegistryClient
from pipegen.services.sql_gateway import SqlGatewayClient
from pipegen.stack import Endpoints, LocalStack

TOPICS, PARTITIONS = 100, 12
JOB = (
    "CREATE TABLE s (k INT, v DOUBLE) WITH ('connector' = 'datagen', 'rows-per-second' = '100')",
    "CREATE TABLE t (k INT, n BIGINT, v DOUBLE) WITH ('connector' = 'blackhole')",
    "INSERT INTO t SELECT k % 10, COUNT(*), SUM(v) FROM s GROUP BY k % 10",
)
MOST_CPU_RATIO, MOST_BYTES = 0.02, 10_000_000


def fill(endpoints: Endpoints) -> None:
    """Topics, and a record in each partition of the first."""
    admin = KafkaAdmin(endpoints.bootstrap_servers)
    for number in range(TOPICS):
        admin.create_topic(f"bench-{number:03}", partitions=PARTITIONS, replication_factor=1)
    producer = Producer({"bootstrap.servers": endpoints.bootstrap_servers})
    for number in range(PARTITIONS * 100):
        producer.produce("bench-000", b"x" * 200, partition=number % PARTITIONS)
    producer.flush(30)


async def start_job(endpoints: Endpoints) -> str:
    """Starts a keyed job and returns its id."""
    gateway = SqlGatewayClient(endpoints.sql_gateway_url)
    try:
        await gateway.open_session("bench", {})
        for statement in JOB:
            result = await gateway.execute(statement, timeout_s=60)
        await gateway.close_session()
    finally:
        await gateway.close()
    assert result.job_id is not None
    return result.job_id


def cpu_s() -> float:
    """CPU time of this process and of all its threads, librdkafka's too."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def measure(endpoints: Endpoints, seconds: float) -> None:
    job_id = await start_job(endpoints)
    kafka = KafkaCollector(
        KafkaAdmin(endpoints.bootstrap_servers),
        input_topic="bench-000",
        output_topic="bench-001",
        base_offsets={},
        positions=None,
    )
    flink, registry = FlinkClient(endpoints.flink_url), RegistryClient(endpoints.schema_registry_url)
    collectors: list[Collector[object]] = [
        kafka,  # type: ignore[list-item]
        FlinkCollector(flink, job_ids=lambda: [job_id]),  # type: ignore[list-item]
        RegistryCollector(registry, input_subject="a-value", output_subject="b-value"),  # type: ignore[list-item]
        SystemCollector(),  # type: ignore[list-item]
    ]
    gc.collect()
    before_bytes = psutil.Process().memory_info().rss
    tasks = [asyncio.create_task(collector.run()) for collector in collectors]
    await asyncio.sleep(5)  # the first looks read everything once
    started_s, started_cpu_s = time.monotonic(), cpu_s()
    await asyncio.sleep(seconds)
    share = (cpu_s() - started_cpu_s) / (time.monotonic() - started_s)
    grown = psutil.Process().memory_info().rss - before_bytes
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for collector in collectors:
        reading = collector.reading
        print(
            f"{collector.name:9} {reading.attempts:4} looks, every {reading.interval_ms} ms, call {reading.call_ms} ms"
        )
        assert reading.failure is None, reading.failure
    print(f"CPU    {share:.2%} of one core (limit {MOST_CPU_RATIO:.0%})")
    print(f"memory {grown / 1e6:+.1f} MB (limit {MOST_BYTES / 1e6:.0f} MB)")
    print("within the limits" if share <= MOST_CPU_RATIO and grown <= MOST_BYTES else "OVER THE LIMITS")
    kafka.close()
    await flink.close()
    await registry.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--stack-dir", type=Path, help="a stack that runs already; it must be empty")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(arguments.stack_dir or Path(folder))
        endpoints = stack.up(auto_ports=True)
        try:
            fill(endpoints)
            asyncio.run(measure(endpoints, arguments.seconds))
        finally:
            if arguments.stack_dir is None:
                stack.down()


if __name__ == "__main__":
    main()
