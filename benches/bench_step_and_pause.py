"""How soon a step of the plan is reached, and whether a broker that stands still for two seconds shows in the latency.

The pause is a SIGSTOP of the real broker. While it lasts the plan goes on: the corrected latency must show it whole,
and the share of records above one second must be what the plan says; the uncorrected figure, from the actual send,
hides it when the client's queue is small. Starts a local stack of its own.
Reproduce with: python benches/bench_step_and_pause.py
"""

from __future__ import annotations

import os
import platform
import signal
import sys
import tempfile
import time
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from pipegen.hotpath import HistogramSnapshot, Meters, Pacer, Schedule, now_ns
from pipegen.run.send.interfaces import SendLoop
from pipegen.stack import LocalStack
from unpaced import PARTITIONS, loop_over

S = 10**9
WINDOW_S = 0.05


def send(
    bootstrap_servers: str, topic: str, segments: list[tuple[int, int, float, float]], **properties: str | int
) -> tuple[Meters, SendLoop, int]:
    """The real send loop under way; starts in half a second."""
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(30)
    pacer, meters = Pacer(Schedule(segments)), Meters()
    thread = loop_over(pacer, meters, bootstrap_servers, topic, properties=properties)
    start_ns = now_ns() + S // 2
    meters.start(start_ns)
    pacer.start(start_ns)
    thread.start()
    return meters, thread, start_ns


def step(bootstrap_servers: str) -> None:
    """From 2,000 to 8,000 msg/s after three seconds: the first window in which the new rate holds."""
    meters, thread, start_ns = send(
        bootstrap_servers, "step", [(0, 3 * S, 2_000.0, 2_000.0), (3 * S, 6 * S, 8_000.0, 8_000.0)]
    )
    seen: list[tuple[float, int]] = []
    while thread.is_alive():
        seen.append(((now_ns() - start_ns) / S, meters.totals().sent))
        time.sleep(0.005)
    reached_s = None
    for at_s, sent in seen:
        before = next(((b_s, b_sent) for b_s, b_sent in reversed(seen) if b_s <= at_s - WINDOW_S), None)
        if before is not None and before[0] >= 3.0 and (sent - before[1]) / (at_s - before[0]) >= 0.95 * 8_000:
            reached_s = at_s
            break
    after_ms = None if reached_s is None else (reached_s - 3.0) * 1000
    print(
        f"step of 400 %: the new rate held over {WINDOW_S * 1000:.0f} ms at {after_ms} ms after the step (at most 100)"
    )


def pause(bootstrap_servers: str, broker_pid: int) -> None:
    """Two seconds of SIGSTOP in eight seconds of load."""
    rate_per_s, seconds = 2_000, 8
    meters, thread, start_ns = send(
        bootstrap_servers,
        "pause",
        [(0, seconds * S, float(rate_per_s), float(rate_per_s))],
        **{"queue.buffering.max.messages": 200},
    )
    time.sleep(max(0.0, (start_ns + 3 * S - now_ns()) / S))
    os.kill(broker_pid, signal.SIGSTOP)
    stopped_ns = now_ns()
    try:
        time.sleep(2)
    finally:
        os.kill(broker_pid, signal.SIGCONT)
        paused_s = (now_ns() - stopped_ns) / S
    thread.join()
    ack, uncorrected = meters.histogram("ack"), meters.histogram("ack_uncorrected")
    expected = (paused_s - 1.0) / seconds
    print(
        f"broker paused for {paused_s:.2f} s in {seconds} s at {rate_per_s} msg/s, the client's queue holds 200 records"
    )
    print(f"  corrected   max {(ack.max_us or 0) / 1e6:.2f} s (at least 1.9), above 1 s: {share_above(ack, 10**6):.2%}")
    print(f"  the plan says that {expected:.2%} are due while at least 1 s of the pause is left")
    above = share_above(uncorrected, 10**6)
    print(f"  uncorrected max {(uncorrected.max_us or 0) / 1e6:.2f} s, above 1 s: {above:.2%}")
    print(f"  sent {meters.totals().sent} of {rate_per_s * seconds}, delivered {meters.totals().delivered}")


def share_above(histogram: HistogramSnapshot, latency_us: int) -> float:
    """Share of values above a latency, by bisection over the percentiles."""
    low, high = 0.0, 100.0
    for _ in range(40):
        middle = (low + high) / 2
        if (histogram.percentile_us(middle) or 0) > latency_us:
            high = middle
        else:
            low = middle
    return (100 - low) / 100


def main() -> int:
    """Both."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        stack = LocalStack(Path(folder) / "stack")
        try:
            bootstrap_servers = stack.up(auto_ports=True).bootstrap_servers
            broker = next(part for part in stack.status() if part.name == "kafka")
            assert broker.pid is not None
            step(bootstrap_servers)
            pause(bootstrap_servers, broker.pid)
        finally:
            stack.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
