"""``pipegen dashboard --standalone``: the dashboard over services that PipeGen did not start."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console

from pipegen.bus import EventBus
from pipegen.cli.session import open_in_browser
from pipegen.config import Settings
from pipegen.dashboard import DashboardServer
from pipegen.errors import EXIT_OK
from pipegen.run.connect import running_stack
from pipegen.run.watched import WatchedPipeline, WatchedServices, parse_pipeline
from pipegen.run.watcher import Watcher


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What to watch, as the user gave it.

    Attributes:
        settings: The settings in force.
        sources: Where each setting came from; services that were named are watched, and only those.
        pipeline: ``NAME=input:output:job``; None watches the services alone.
        groups: Consumer groups to follow.
        token: Secret that viewers must give.
        insecure: Let everyone in who reaches the address.
        open_browser: Whether to open the page.
    """

    settings: Settings
    sources: Mapping[str, str]
    pipeline: str | None
    groups: Sequence[str]
    token: str | None
    insecure: bool
    open_browser: bool | None


def services_to_watch(settings: Settings, sources: Mapping[str, str]) -> WatchedServices:
    """The services that were named; without any those of a running local stack, else the default addresses."""
    keys = ("bootstrap_servers", "flink_url", "schema_registry_url")
    if any(key in sources for key in keys):
        return WatchedServices(**{key: getattr(settings, key) if key in sources else None for key in keys})
    found = running_stack(sources) or settings
    return WatchedServices(**{key: getattr(found, key) for key in keys})


async def run_standalone(request: WatchRequest) -> int:
    """Watches until a signal ends it; returns the exit code."""
    settings = request.settings
    pipeline = parse_pipeline(request.pipeline) if request.pipeline else WatchedPipeline("watched services")
    console = Console(stderr=True, highlight=False)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    bus = EventBus()
    server = DashboardServer(bus=bus, settings=settings.dashboard, token=request.token, insecure=request.insecure)
    watcher = Watcher(
        services=services_to_watch(settings, request.sources),
        pipeline=pipeline,
        groups=request.groups,
        bus=bus,
        settings=settings,
        period_s=settings.dashboard.update_interval_ns / 1e9,
    )
    watching: asyncio.Task[None] | None = None
    try:
        url = await server.start()
        watching = asyncio.create_task(watcher.run(), name="watcher")
        console.print(f"dashboard: {url}", markup=False, soft_wrap=True)
        console.print("watching; PipeGen starts and sends nothing. Ctrl-C ends it.", markup=False)
        open_in_browser(url, request.open_browser, console)
        over = asyncio.create_task(ended.wait())
        await asyncio.wait({watching, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if watching.done():
            watching.result()
    finally:
        if watching is not None:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
        bus.close()
        await server.stop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return EXIT_OK
