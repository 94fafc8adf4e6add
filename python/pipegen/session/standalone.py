"""The dashboard over services that PipeGen did not start, until the command is interrupted.

Of several pipelines each has a dashboard of its own, and one shows them side by side.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipegen.bus import EventBus
from pipegen.config import Settings
from pipegen.dashboard import AggregateServer, DashboardServer
from pipegen.errors import SettingsError
from pipegen.run.connect import running_stack
from pipegen.run.standalone.target import WatchedPipeline, WatchedServices, parse_pipeline
from pipegen.run.standalone.watcher import Watcher
from pipegen.session.access import DashboardAccess
from pipegen.session.browser import open_in_browser
from pipegen.session.telling import Teller
from pipegen.tasks import end


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What to watch, as the user gave it.

    Attributes:
        settings: The settings in force.
        sources: Where each setting came from; services that were named are watched, and only those.
        pipelines: Each ``NAME=input:output:job``; none watches the services alone.
        groups: Consumer groups to follow.
        messages: Whether to show some of the newest records of the pipelines' topics.
        access: How the dashboards are reached.
    """

    settings: Settings
    sources: Mapping[str, str]
    pipelines: Sequence[str]
    groups: Sequence[str]
    messages: bool
    access: DashboardAccess


def services_to_watch(settings: Settings, sources: Mapping[str, str]) -> WatchedServices:
    """The services that were named; without any those of a running local stack, else the default addresses."""
    keys = ("bootstrap_servers", "flink_url", "schema_registry_url")
    if any(key in sources for key in keys):
        return WatchedServices(**{key: getattr(settings, key) if key in sources else None for key in keys})
    found = running_stack(sources) or settings
    return WatchedServices(**{key: getattr(found, key) for key in keys})


def pipelines_to_watch(texts: Sequence[str]) -> list[WatchedPipeline]:
    """The pipelines that were named; one without a name of its own for the services alone.

    Raises:
        SettingsError: when one is not well formed, or two have one name.
    """
    pipelines = [parse_pipeline(text) for text in texts]
    names = [pipeline.name for pipeline in pipelines]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(f"two pipelines are called {twice}", remedy="Give each --pipeline a name of its own.")
    return pipelines or [WatchedPipeline("watched services")]


def why_no_messages(request: WatchRequest, pipeline: WatchedPipeline) -> str | None:
    """Why no records of a pipeline can be seen; None where they can."""
    if not request.messages:
        return "Records of pipelines that PipeGen only watches are shown when asked for: start it with --messages."
    if not pipeline.topics:
        return "The topics are not known: name them with --pipeline NAME=input:output:job."
    if services_to_watch(request.settings, request.sources).bootstrap_servers is None:
        return "Kafka is not watched: name it with --bootstrap-servers."
    return None


async def watch_session(request: WatchRequest, teller: Teller) -> None:
    """Watches until it is cancelled.

    Raises:
        SettingsError: when a pipeline is not well formed, or a port cannot be had.
    """
    pipelines = pipelines_to_watch(request.pipelines)
    async with contextlib.AsyncExitStack() as opened:
        watching, url = await _open(request, pipelines, opened, teller)
        teller.say("watching; PipeGen starts and sends nothing. Ctrl-C ends it.")
        open_in_browser(url, request.access, teller)
        await asyncio.gather(*watching)


async def _open(
    request: WatchRequest, pipelines: Sequence[WatchedPipeline], opened: contextlib.AsyncExitStack, teller: Teller
) -> tuple[list[asyncio.Task[None]], str]:
    """Serves a dashboard for each pipeline and, of several, one for all; returns the watchers and the first address.

    Several take the ports after the one that was asked for, so that a firewall can be told of them.
    """
    settings = request.settings.dashboard
    watching: list[asyncio.Task[None]] = []
    urls: list[str] = []
    for number, pipeline in enumerate(pipelines, start=1):
        port = settings.port + number if settings.port and len(pipelines) > 1 else settings.port
        bus = EventBus()
        server = DashboardServer(
            bus=bus,
            settings=settings.model_copy(update={"port": port}),
            token=request.access.token,
            insecure=request.access.insecure,
            no_messages=why_no_messages(request, pipeline),
        )
        watcher = _watcher(request, pipeline, bus)
        urls.append(await server.start())
        opened.push_async_callback(server.stop)
        opened.callback(bus.close)
        task = asyncio.create_task(watcher.run(), name=f"watcher of {pipeline.name}")
        opened.push_async_callback(end, task)
        watching.append(task)
    if len(urls) == 1:
        teller.say(f"dashboard: {urls[0]}")
        return watching, urls[0]
    together = AggregateServer(
        addresses=urls, settings=settings, token=request.access.token, insecure=request.access.insecure
    )
    url = await together.start()
    opened.push_async_callback(together.stop)
    teller.say(f"dashboard: {url}")
    for pipeline, own in zip(pipelines, urls, strict=True):
        teller.say(f"  {pipeline.name}: {own}")
    return watching, url


def _watcher(request: WatchRequest, pipeline: WatchedPipeline, bus: EventBus) -> Watcher:
    return Watcher(
        services=services_to_watch(request.settings, request.sources),
        pipeline=pipeline,
        groups=request.groups,
        bus=bus,
        settings=request.settings,
        period_s=request.settings.dashboard.update_interval_ns / 1e9,
        show_messages=request.messages and not request.settings.dashboard.minimal_mode,
    )
