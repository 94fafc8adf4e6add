"""Open connections, and how each is served: Hypercorn's protocol over our own listening socket.

``hypercorn.asyncio.serve`` waits for its server to be closed before it ends its connections, so on Python 3.12 and
later it does not return while a tab is open. Here the connections are ours: they can be asked to end, then be cut.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Final, cast

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.utils import parse_socket_addr
from quart import Quart

from pipegen.dashboard.inbound import MOST_MESSAGE_BYTES, BoundedReader, StuckWriters, connections_at_most
from pipegen.tasks import end

_LAST_WAIT_S: Final = 0.5
_LOOK_S: Final = 5.0
_WAITING: Final = 100
"""Connections that the system keeps until they are accepted."""
_TOO_MANY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 43\r\n"
    b"Retry-After: 5\r\nConnection: close\r\n\r\nThe dashboard has too many viewers just now"
)
_LOG: Final = logging.getLogger("pipegen.dashboard.http")
_LOG.addHandler(logging.NullHandler())  # Nothing of a connection belongs on the run's terminal.

Address = tuple[str, int]


class Connections:
    """Accepts connections for an app until it is closed. Lives on the loop."""

    def __init__(self) -> None:
        self._app: ASGIWrapper | None = None
        self._config = _quiet_config()
        self._context = WorkerContext(None)
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._readers: dict[asyncio.StreamWriter, BoundedReader] = {}
        self._most = 0
        self._watch: asyncio.Task[None] | None = None

    async def open(self, app: Quart, listener: socket.socket) -> None:
        """Starts to accept."""
        self._app = ASGIWrapper(app)
        self._most = connections_at_most()
        # asyncio accepts as many as this at a stroke, and several strokes before the first of them is closed.
        at_a_stroke = max(1, self._most // 10)
        self._server = await asyncio.start_server(self._serve, sock=listener, backlog=at_a_stroke)
        listener.listen(_WAITING)
        self._watch = asyncio.create_task(self._cut_stuck(), name="dashboard-stuck")

    def transport(self, client: Address) -> asyncio.WriteTransport | None:
        """The connection of one client, which is a tab's from now on; null when it has gone."""
        writer = next((writer for writer in self._open.values() if _client(writer) == client), None)
        if writer is None:
            return None
        self._readers[writer].listen_no_more()
        return writer.transport

    async def close(self, grace_s: float) -> None:
        """Stops accepting, lets connections end by themselves for ``grace_s``, then cuts them."""
        if self._server is not None:
            self._server.close()
        watch, self._watch = self._watch, None
        if watch is not None:
            await end(watch)
        await self._context.terminated.set()
        if self._open:
            await asyncio.wait(self._open, timeout=grace_s)
        for writer in self._open.values():
            writer.transport.abort()
        if self._open:
            await asyncio.wait(self._open, timeout=_LAST_WAIT_S)
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=_LAST_WAIT_S)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio runs this callback as a task
        assert self._app is not None  # noqa: S101 - set before the first connection
        if len(self._open) >= self._most:
            writer.write(_TOO_MANY)
            writer.close()
            return
        self._open[task] = writer
        bounded = self._readers[writer] = BoundedReader(reader, writer)
        seen = cast("asyncio.StreamReader", bounded)  # of which Hypercorn uses what it has
        loop = asyncio.get_running_loop()
        try:
            await _Connection(self._app, loop, self._config, self._context, {}, seen, writer)
        except asyncio.CancelledError:
            # Nobody waits for this task but asyncio's own callback, which takes a cancelled one for a fault.
            _LOG.debug("a connection was ended")
        except Exception:  # noqa: BLE001 - a broken connection is its viewer's affair and must not reach the run
            _LOG.debug("a connection broke", exc_info=True)
        finally:
            del self._open[task], self._readers[writer]

    async def _cut_stuck(self) -> None:
        stuck = StuckWriters()
        gone: set[asyncio.Task[None]] = set()
        while True:
            await asyncio.sleep(_LOOK_S)
            stuck.cut(list(self._open.values()), asyncio.get_running_loop().time())
            # One that was cut while a request of it waited for its turn would wait for ever.
            for task in gone & self._open.keys():
                task.cancel()
            gone = {task for task, writer in self._open.items() if writer.transport.is_closing()}


class _Connection(TCPServer):
    async def protocol_send(self, event: Event) -> None:
        if not self.writer.transport.is_closing() or isinstance(event, Closed):
            await super().protocol_send(event)
        elif isinstance(event, RawData):
            # asyncio would say on the terminal that nobody takes it.
            await self.protocol.handle(Closed())

    async def _read_data(self) -> None:
        await super()._read_data()
        # Hypercorn would keep a connection that the other side has closed until it had been idle for its whole time.
        await self.idle_task.stop()


def _client(writer: asyncio.StreamWriter) -> Address | None:
    peer = writer.get_extra_info("peername")
    family = writer.get_extra_info("socket").family
    return None if peer is None else parse_socket_addr(family, peer)


def _quiet_config() -> Config:
    config = Config()
    config.accesslog = None
    config.errorlog = _LOG
    config.include_server_header = False
    config.keep_alive_timeout = 30
    config.websocket_max_message_size = MOST_MESSAGE_BYTES
    config.h11_max_incomplete_size = 16 * 1024
    return config
