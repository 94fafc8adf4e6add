"""The same records known by their header and by a trace, at 1,000 and 10,000 msg/s through a real Flink job.

The output of one run is read once more, and each record is counted twice: by its header, and by its order_id. Prints
lost, duplicated, p50 and p99 of both. Starts a local stack of its own, warmed by a short run that is not judged.
Reproduce with: python benches/bench_traces.py [SECONDS]
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

from confluent_kafka import Consumer, Message, TopicPartition

from pipegen.hotpath import Meters, Schedule, Trace, TraceReader
from pipegen.project.inputs.pools import stream_of
from pipegen.stack import Endpoints, LocalStack

RATES_PER_S = (1_000, 10_000)
SEED = 42
SCRIPT = Path(__file__).with_name("traced.sql")
SETTINGS = f"pipeline:\n  seed: {SEED}\noutputs:\n  copies: {{trace: order_id}}\n"
NS_PER_MS = 1_000_000


def run(endpoints: Endpoints, folder: Path, rate_per_s: int, seconds: int) -> dict[str, Any]:
    """The summary of one run whose topics are kept."""
    (folder / ".pipegen.yaml").write_text(SETTINGS)
    summary_file = folder / "summary.json"
    services = [f"--{name.replace('_', '-')}={value}" for name, value in endpoints.model_dump().items()]
    load = [f"--message-rate={rate_per_s}", f"--duration={seconds}s", f"--summary-json={summary_file}", "--no-cleanup"]
    command = [sys.executable, "-m", "pipegen", "run", f"--sql={SCRIPT}", f"--project-dir={folder}", *services, *load]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not summary_file.exists():
        raise SystemExit(done.stderr)
    summary: dict[str, Any] = json.loads(summary_file.read_text())
    return summary


def records(bootstrap_servers: str, topic: str) -> list[Message]:
    """All records of a topic."""
    consumer = Consumer({"bootstrap.servers": bootstrap_servers, "group.id": "bench", "enable.partition.eof": True})
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
    left, found = set(partitions), []
    while left:
        for message in consumer.consume(10_000, 1.0):
            if message.error():
                left.discard(message.partition())
            else:
                found.append(message)
    consumer.close()
    return found


def known_by(found: list[Message], schedule: Schedule, run_mark: int, start_ns: int, *, by_trace: bool) -> Meters:
    """Meters that have counted the records one way; each came when the broker had appended it."""
    stream = stream_of(SEED, "orders", "order_id")
    reader = TraceReader([Trace(["order_id"], kind="long", stream=stream, schedule=schedule)])
    meters = Meters(run=run_mark)
    meters.start(start_ns)
    for message in found:
        value = message.value() or b""
        header = dict(message.headers() or [])["pipegen"]
        meters.consumed(
            [None if by_trace else header],
            value_bytes=[len(value)],
            partitions=[message.partition() or 0],
            consumed_ns=message.timestamp()[1] * NS_PER_MS,
            traces=reader.read_json([value]) if by_trace else None,
        )
    return meters


def compare(endpoints: Endpoints, summary: dict[str, Any], rate_per_s: int, seconds: int) -> bool:
    """Prints both, and says whether they agree."""
    (output,) = summary["snapshot"]["outputs"]
    found = [each for each in records(endpoints.bootstrap_servers, output["topic"]) if not is_probe(each)]
    schedule = Schedule([(0, seconds * 1_000_000_000, float(rate_per_s), float(rate_per_s))])
    headers = [dict(each.headers() or [])["pipegen"] for each in found]
    first = next(each for each in headers if int.from_bytes(each[8:16], "big") == 0)
    start_ns = int.from_bytes(first[16:24], "big") * 1_000 - schedule.due_ns(0)
    run_mark = int.from_bytes(first[24:], "big")
    told = []
    for name, by_trace in (("header", False), ("trace", True)):
        meters = known_by(found, schedule, run_mark, start_ns, by_trace=by_trace)
        totals, latency = meters.totals(), meters.histogram("end_to_end")
        lost = summary["delivered_total"] - totals.distinct
        figures = (lost, totals.duplicated, *(latency.percentile_us(at) for at in (50.0, 99.0)))
        print(f"  by {name}: lost {figures[0]}, duplicated {figures[1]}, p50 {figures[2]} µs, p99 {figures[3]} µs")
        told.append(figures)
    (lost, doubled, *header_us), (traced_lost, traced_doubled, *trace_us) = told
    # Both are highest values of buckets: the next one is less than a thousandth and a microsecond away.
    near = all(abs(one - other) <= max(one, other) / 500 + 1 for one, other in zip(header_us, trace_us, strict=True))
    return (lost, doubled) == (traced_lost, traced_doubled) and near


def is_probe(message: Message) -> bool:
    """Whether a record is none of the load."""
    return bool(dict(message.headers() or [])["pipegen"][1] & 1)


def main() -> int:
    """A warm-up, then the runs that are judged."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    agree = True
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "stack")
        try:
            endpoints = stack.up(auto_ports=True)
            run(endpoints, Path(folder), 1_000, 5)
            for rate_per_s in RATES_PER_S:
                print(f"{rate_per_s} msg/s for {seconds} s:")
                agree &= compare(endpoints, run(endpoints, Path(folder), rate_per_s, seconds), rate_per_s, seconds)
        finally:
            stack.down()
    print("they agree" if agree else "they differ")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
