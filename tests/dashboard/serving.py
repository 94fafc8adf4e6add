"""A dashboard on a loop of its own thread, for tests that look at it from outside."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipegen.bus import Event, EventBus, SnapshotTaken
from pipegen.config import DashboardSettings
from pipegen.dashboard import AggregateServer, DashboardServer
from tests.dashboard.invented import snapshot

WAIT_S = 20


class Serving:
    """A running dashboard; its methods may be called from the test's thread."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, bus: EventBus, server: DashboardServer | AggregateServer, url: str
    ) -> None:
        self._loop = loop
        self._bus = bus
        self._server = server
        self.address = url
        self.warnings = getattr(server, "warnings", [])
        self.url = url.partition("/?")[0]
        self.port = int(self.url.rsplit(":", 1)[1])

    def publish(self, *contents: dict[str, Any]) -> None:
        """Publishes invented snapshots and returns when the dashboard has them all."""
        for each in contents:
            self.publish_event(SnapshotTaken(snapshot(each)))

    def publish_event(self, event: Event) -> None:
        async def hand_over() -> None:
            self._bus.publish(event)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(hand_over(), self._loop).result(WAIT_S)

    def stop(self) -> None:
        """Stops the dashboard; doing it twice is no error."""
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(WAIT_S)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body of an answer."""
        request = urllib.request.Request(self.url + path, headers=headers or {})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310
                return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                names = {name.lower(): value for name, value in refused.headers.items()}
                return refused.code, names, refused.read()

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[2])


@contextmanager
def serving(*, token: str | None = None, project_dir: Path | None = None, **settings: Any) -> Iterator[Serving]:
    """Starts a dashboard on a free port and stops it in the end."""
    chosen = DashboardSettings.model_validate({"port": 0, **settings})
    with _started(
        lambda bus: DashboardServer(bus=bus, settings=chosen, token=token, project_dir=project_dir)
    ) as served:
        yield served


@contextmanager
def aggregating(*addresses: str) -> Iterator[Serving]:
    """Starts a dashboard of dashboards on a free port and stops it in the end."""
    chosen = DashboardSettings.model_validate({"port": 0, "update_interval": "100ms"})
    with _started(lambda _: AggregateServer(addresses=addresses, settings=chosen)) as served:
        yield served


@contextmanager
def _started(make: Callable[[EventBus], DashboardServer | AggregateServer]) -> Iterator[Serving]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="dashboard under test")
    thread.start()

    async def begin() -> Serving:
        bus = EventBus()
        server = make(bus)
        return Serving(loop, bus, server, await server.start())

    try:
        served = asyncio.run_coroutine_threadsafe(begin(), loop).result(WAIT_S)
        try:
            yield served
        finally:
            served.stop()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(WAIT_S)
        loop.close()
