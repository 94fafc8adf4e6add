"""What the dashboard costs the run's process: CPU, memory, bytes and push delay, with none, one and many viewers.

The server runs in a process of its own that publishes one invented snapshot a second, as a run does; the same process
without a server is the reference. A run sends at whatever rate: the dashboard sees one snapshot a period.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.dashboard.invented import running, snapshot

from pipegen.bus import EventBus, SnapshotTaken
from pipegen.config import DashboardSettings
from pipegen.dashboard import DashboardServer

UPDATES = 20


async def publish(serve: bool) -> None:
    """The child: publishes a snapshot a second; says its address, the moment of each, and what it used."""
    # The same settings as a run's, so that many viewers do not hold the interpreter for long.
    sys.setswitchinterval(0.0005)
    process = psutil.Process()
    prepared = [snapshot(running(400 + at, sequence=at)) for at in range(UPDATES)]
    imported_bytes = process.memory_info().rss
    bus = EventBus()
    server = DashboardServer(bus=bus, settings=DashboardSettings(port=0)) if serve else None
    print(await server.start() if server else "none", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    began_s = time.process_time()
    wall_s = time.perf_counter()
    moments = []
    for each in prepared:
        moments.append(time.time())
        bus.publish(SnapshotTaken(each))
        await asyncio.sleep(1 - (time.perf_counter() - wall_s) % 1)
    used_s = time.process_time() - began_s
    seconds = time.perf_counter() - wall_s
    grown_bytes = process.memory_info().rss - imported_bytes
    print(json.dumps({"moments": moments, "core": used_s / seconds, "grown_bytes": grown_bytes}), flush=True)
    if server:
        await server.stop()


class Tab(asyncio.Protocol):
    """A viewer that notes when each whole frame was there, and how many bytes came."""

    def __init__(self, port: int, compressed: bool) -> None:
        self._port = port
        self._compressed = compressed
        self._buffer = bytearray()
        self._open = False
        self.arrivals: list[float] = []
        self.received_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if self._compressed else ""
        head = (
            f"GET /ws/metrics HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        )
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        assert isinstance(transport, asyncio.Transport)
        transport.write(f"{head}{key}{extension}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self._buffer.startswith(b"HTTP/1.1 101"), bytes(self._buffer[:80])
            del self._buffer[: end + 4]
            self._open = True
        while (length := self._frame_bytes()) is not None and len(self._buffer) >= length:
            if self._buffer[0] & 0x0F in (0, 1) and self._buffer[0] & 0x80:
                self.arrivals.append(time.time())
            self.received_bytes += length
            del self._buffer[:length]

    def _frame_bytes(self) -> int | None:
        if len(self._buffer) < 10:
            return None
        short = self._buffer[1] & 0x7F
        if short < 126:
            return short + 2
        return int.from_bytes(self._buffer[2:4]) + 4 if short == 126 else int.from_bytes(self._buffer[2:10]) + 10


async def watch(viewers: int, compressed: bool, serve: bool = True) -> None:
    command = [sys.executable, __file__, "--child", "serve" if serve else "alone"]
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert child.stdin is not None
    assert child.stdout is not None
    loop = asyncio.get_running_loop()
    address = (await child.stdout.readline()).decode().strip()
    tabs: list[Tab] = []
    if serve:
        port = int(address.rsplit(":", 1)[1])
        for _ in range(viewers):
            _, tab = await loop.create_connection(lambda: Tab(port, compressed), "127.0.0.1", port)
            tabs.append(tab)
        await asyncio.sleep(1)
    child.stdin.write(b"\n")
    told = json.loads(await child.stdout.readline())
    await child.wait()
    moments = told["moments"]
    delays = sorted(
        (arrival - moment) * 1000 for tab in tabs for arrival, moment in zip(tab.arrivals, moments, strict=False)
    )
    whole = sum(len(tab.arrivals) == len(moments) for tab in tabs)
    name = f"{viewers} viewers, {'compressed' if compressed else 'plain'}" if serve else "no dashboard"
    line = (
        f"{name:28} {told['core']:7.2%} of a core  {told['grown_bytes'] / 1e6:6.1f} MB more than imports and snapshots"
    )
    if tabs:
        each_bytes = sum(tab.received_bytes for tab in tabs) / len(tabs) / len(moments)
        line += f"  {each_bytes:8,.0f} bytes an update and viewer  every update: {whole} of {viewers}"
        line += f"  push delay p50 {delays[len(delays) // 2]:.0f} ms, p99 {delays[int(len(delays) * 0.99)]:.0f} ms"
    print(line, flush=True)


async def compare(viewers: int) -> None:
    for _ in range(2):
        await watch(0, compressed=True, serve=False)
        await watch(1, compressed=True)
    await watch(1, compressed=False)
    await watch(viewers, compressed=True)
    await watch(viewers, compressed=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--child", choices=["serve", "alone"])
    options = parser.parse_args()
    asyncio.run(compare(options.viewers) if options.child is None else publish(options.child == "serve"))


if __name__ == "__main__":
    main()
