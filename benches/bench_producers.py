"""More senders, as threads or as processes: which is faster on this machine? Same plan, shared in shards, one broker.

Starts a local stack of its own. Reproduce with: python benches/bench_producers.py [RECORDS] [SENDERS] [ROUNDS]
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from pipegen.stack import LocalStack
from unpaced import PARTITIONS, overdue


def by_threads(bootstrap_servers: str, topic: str, records: int, count: int) -> float:
    """Records a second of so many threads of one process."""
    senders = [overdue(bootstrap_servers, topic, records, index=index, count=count) for index in range(count)]
    started_s = time.perf_counter()
    for thread, _meters in senders:
        thread.start()
    for thread, _meters in senders:
        thread.join()
    wall_s = time.perf_counter() - started_s
    assert sum(meters.totals().delivered for _thread, meters in senders) == records
    return records / wall_s


def by_processes(bootstrap_servers: str, topic: str, records: int, count: int) -> float:
    """Records a second of so many processes; each is ready before the clock starts."""
    children = [
        subprocess.Popen(
            [sys.executable, __file__, "--child", bootstrap_servers, topic, str(records), str(index), str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for index in range(count)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    started_s = time.perf_counter()
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    delivered = 0
    for child in children:
        assert child.stdout is not None
        delivered += int(child.stdout.readline())
    wall_s = time.perf_counter() - started_s
    for child in children:
        child.communicate()
    assert delivered == records
    return records / wall_s


def child(bootstrap_servers: str, topic: str, records: str, index: str, count: str) -> None:
    """One sending process."""
    thread, meters = overdue(bootstrap_servers, topic, int(records), index=int(index), count=int(count))
    print("ready", flush=True)
    sys.stdin.readline()
    thread.start()
    thread.join()
    print(meters.totals().delivered, flush=True)


def main() -> int:
    """Rounds of one thread, several threads, several processes."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    ways = {
        "1 thread": lambda servers, topic: by_threads(servers, topic, records, 1),
        f"{count} threads": lambda servers, topic: by_threads(servers, topic, records, count),
        f"{count} processes": lambda servers, topic: by_processes(servers, topic, records, count),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "stack")
        try:
            servers = stack.up(auto_ports=True).bootstrap_servers
            for number in range(rounds):
                for name, way in ways.items():
                    topic = f"{name.replace(' ', '-')}-{number}"
                    admin = AdminClient({"bootstrap.servers": servers})
                    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(30)
                    rates[name].append(way(servers, topic))
                    admin.delete_topics([topic])[topic].result(30)
        finally:
            stack.down()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {records} records")
    alone = statistics.median(rates["1 thread"])
    for name, seen in rates.items():
        print(
            f"{name:<12} {statistics.median(seen):>10,.0f} msg/s  {statistics.median(seen) / alone:.2f} of one thread"
        )
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        sys.exit(main())
