"""Reading back: validate, profile the fields, account by sequence and measure the latency of every record, on one core.

Fills a topic through the real send loop, then reads it with the real read loop and prints records a second of that
thread's own CPU time. Starts a local stack of its own. Reproduce with: python benches/bench_consume.py [RECORDS]
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from bench_unpaced_send import send_ours
from pipegen.hotpath import FieldProfile, Meters
from pipegen.run.read.checking import ValueChecker
from pipegen.run.read.output import ConsumerThread
from pipegen.stack import LocalStack
from unpaced import PARTITIONS, PREFIX, SCHEMA

LONGEST_S = 120.0


def read_all(
    bootstrap_servers: str, topic: str, records: int, profile: FieldProfile | None
) -> tuple[float, float, Meters]:
    """Wall seconds, CPU seconds of the read loop, and what it counted."""
    meters, crashes = Meters(), []
    thread = ConsumerThread(
        access=bootstrap_servers,
        group_id=f"bench-{time.monotonic_ns()}",
        topic=topic,
        start_offsets=dict.fromkeys(range(PARTITIONS), 0),
        meters=meters,
        by_timestamp=False,
        checker=ValueChecker(
            lambda schema_id: SCHEMA if schema_id == int.from_bytes(PREFIX[1:], "big") else None,
            profile=profile,
        ),
        on_invalid=lambda *fault: crashes.append(AssertionError(fault)),
        on_unchecked=lambda count: crashes.append(AssertionError(count)),
        on_message_error=lambda name, text: crashes.append(AssertionError(name, text)),
        on_fault=lambda _fault: None,
        on_crash=crashes.append,
    )
    thread.start()
    thread.assigned.wait(30)
    started_s = time.perf_counter()
    while meters.totals().consumed < records and not crashes and time.perf_counter() - started_s < LONGEST_S:
        time.sleep(0.01)
    wall_s = time.perf_counter() - started_s
    thread.stop()
    thread.join()
    assert not crashes, crashes[:3]
    assert thread.cpu_s is not None
    return wall_s, thread.cpu_s, meters


def main() -> int:
    """One fill, one read."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    profile = FieldProfile()
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "stack")
        try:
            bootstrap_servers = stack.up(auto_ports=True).bootstrap_servers
            admin = AdminClient({"bootstrap.servers": bootstrap_servers})
            admin.create_topics([NewTopic("bench", PARTITIONS, 1)])["bench"].result(30)
            send_ours(bootstrap_servers, "bench", records)
            # Turn and turn about, so that what else the machine does strikes both alike.
            turns = [read_all(bootstrap_servers, "bench", records, each) for each in (None, profile, None, profile)]
        finally:
            stack.down()
    for _, _, meters in turns:
        totals = meters.totals()
        assert (totals.consumed, totals.distinct, totals.duplicated, totals.undecodable) == (records, records, 0, 0)
        assert meters.histogram("end_to_end").count == records
    assert all(field.present + field.nulls == 2 * records for field in profile.fields())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{records} records read, validated, profiled, accounted and measured; all distinct, all decodable")
    for name, chosen in (("as a run does", turns[1::2]), ("without the statistics of fields", turns[::2])):
        wall_s, cpu_s = min(turn[0] for turn in chosen), min(turn[1] for turn in chosen)
        print(f"{name}, the better of two turns:")
        print(
            f"{records / cpu_s:>10,.0f} msg/s of the read loop's own CPU time ({cpu_s / records * 1e6:.2f} µs a record)"
        )
        print(f"{records / wall_s:>10,.0f} msg/s by the clock, sharing the machine with the broker")
    return 0


if __name__ == "__main__":
    sys.exit(main())
