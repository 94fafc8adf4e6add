"""Development only: serves the page with invented snapshots, so that it can be worked on without a pipeline.

``python -m tests.dashboard.feed --state running --port 3210``; ``--state live`` plays a run from ``--at`` seconds on.
Never shipped: the figures are made up.
"""

from __future__ import annotations

import argparse
import asyncio

from pipegen.bus import EventBus, SnapshotTaken
from pipegen.config import DashboardSettings
from pipegen.dashboard import DashboardServer
from tests.dashboard.invented import running, snapshot
from tests.dashboard.invented_messages import look
from tests.dashboard.invented_topology import one_by_one, three_by_two, twenty_by_twenty
from tests.dashboard.states import STATES

PASTS = {"1x1": one_by_one, "3x2": three_by_two, "20x20": twenty_by_twenty}


async def serve(state: str, port: int, at_s: int, interval_s: float, theme: str) -> None:
    bus = EventBus()
    settings = DashboardSettings.model_validate({"port": port, "theme": theme})
    server = DashboardServer(bus=bus, settings=settings)
    print("INVENTED FIGURES, for work on the page only:", await server.start(), flush=True)  # noqa: T201
    try:
        await play(bus, state, at_s, interval_s)
    finally:
        await server.stop()


async def play(bus: EventBus, state: str, at_s: int, interval_s: float) -> None:
    if state == "empty":
        await asyncio.Event().wait()
    newest = STATES[state]() if state != "live" else None
    past_s = at_s if newest is None else newest["sequence"]
    past = PASTS.get(state, running)
    if state not in ("starting", "probing"):
        for second in range(past_s):
            bus.publish(SnapshotTaken(snapshot(past(second))))
            await asyncio.sleep(0)
    bus.publish(look(past_s))
    if newest is not None:
        bus.publish(SnapshotTaken(snapshot(newest)))
        await asyncio.Event().wait()
    for second in range(past_s, 600):
        bus.publish(SnapshotTaken(snapshot(running(second))))
        bus.publish(look(second))
        await asyncio.sleep(interval_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", default="live", choices=["live", "empty", *STATES])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--at", type=int, default=400)
    parser.add_argument("--interval", type=float, default=1.0)
    parser.add_argument("--theme", default="auto", choices=["auto", "light", "dark"])
    options = parser.parse_args()
    asyncio.run(serve(options.state, options.port, options.at, options.interval, options.theme))


if __name__ == "__main__":
    main()
