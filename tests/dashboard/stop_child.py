"""A dashboard in a process of its own, for the test of its end: obeys lines on standard input, answers on the output.

``frame N`` publishes a snapshot of at least N bytes that hardly compress; ``stop`` stops and says how that went.
Needs the layers dashboard, outputs, bus, config and snapshot only, so that any interpreter with their packages runs it.
"""

from __future__ import annotations

import asyncio
import random
import string
import sys

from pipegen.bus import EventBus, SnapshotTaken
from pipegen.config import DashboardSettings
from pipegen.dashboard import DashboardServer
from tests.dashboard.invented import running, snapshot


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201


async def serve() -> None:
    bus = EventBus()
    server = DashboardServer(bus=bus, settings=DashboardSettings(port=0))
    say(await server.start())
    loop = asyncio.get_running_loop()
    sequence = 0
    while (line := (await loop.run_in_executor(None, sys.stdin.readline)).split()) and line[0] != "stop":
        contents = running(1, sequence=sequence)
        text = "".join(random.Random(sequence).choices(string.printable[:94], k=int(line[1])))  # noqa: S311
        contents["headline"] = {"level": "ok", "text": text, "detail": None}
        bus.publish(SnapshotTaken(snapshot(contents)))
        sequence += 1
        await asyncio.sleep(0.05)
        say("published")
    began_s = loop.time()
    await server.stop()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    say("stopped", loop.time() - began_s, len(others))


if __name__ == "__main__":
    asyncio.run(serve())
