"""Opens so many dashboards of a run and reads every update until the run ends: dashboard_viewers.py PORT VIEWERS."""

from __future__ import annotations

import asyncio
import sys

from bench_dashboard import Tab


class Viewer(Tab):
    """A viewer that notes when its connection ended."""

    def __init__(self, port: int, ended: asyncio.Event) -> None:
        super().__init__(port, compressed=True)
        self._ended = ended

    def connection_lost(self, _error: Exception | None) -> None:
        self._ended.set()


async def main(port: int, viewers: int) -> None:
    """Opens them all, waits for the end, says how many updates each had."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    tabs: list[Viewer] = []
    for _ in range(viewers):
        _transport, tab = await loop.create_connection(lambda: Viewer(port, ended), "127.0.0.1", port)
        tabs.append(tab)
    await ended.wait()
    counts = [len(tab.arrivals) for tab in tabs]
    print(f"{viewers} viewers connected, {min(counts)} to {max(counts)} updates each")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
