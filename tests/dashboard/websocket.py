"""A small WebSocket client that does exactly what it is told, not reading included."""

from __future__ import annotations

import json
import socket
from typing import Any

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, RejectConnection, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

WAIT_S = 20


class WebSocket:
    """One connection. ``answer`` is what the server said to the handshake; ``deflate`` is offered to it."""

    def __init__(
        self,
        port: int,
        *,
        origin: str | None = None,
        token: str | None = None,
        receive_buffer_bytes: int | None = None,
        deflate: PerMessageDeflate | None = None,
    ) -> None:
        self._socket = socket.socket()
        if receive_buffer_bytes is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self._socket.settimeout(WAIT_S)
        self._socket.connect(("127.0.0.1", port))
        self._connection = WSConnection(ConnectionType.CLIENT)
        self._events: list[Event] = []
        self.received_bytes = 0
        extra = [] if origin is None else [(b"Origin", origin.encode())]
        request = Request(
            host=f"127.0.0.1:{port}",
            target="/ws/metrics" if token is None else f"/ws/metrics?token={token}",
            extensions=[deflate] if deflate else [],
            extra_headers=extra,
        )
        self._socket.sendall(self._connection.send(request))
        self.answer = self._next((AcceptConnection, RejectConnection))

    def receive(self) -> dict[str, Any] | None:
        """The next snapshot; null when the server has closed."""
        text = ""
        while True:
            event = self._next((TextMessage, CloseConnection))
            if not isinstance(event, TextMessage):
                return None
            text += event.data
            if event.message_finished:
                received: dict[str, Any] = json.loads(text)
                return received

    def was_cut(self) -> bool:
        """Reads what is left; true when the connection ended without a goodbye."""
        while True:
            try:
                data = self._socket.recv(65536)
            except ConnectionError:
                return True
            if not data:
                return True
            self._connection.receive_data(data)
            if any(isinstance(event, CloseConnection) for event in self._connection.events()):
                return False

    def send(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self._socket.sendall(data)

    def raw(self) -> socket.socket:
        """The connection, for whoever reads no frames."""
        return self._socket

    def close(self) -> None:
        self._socket.close()

    def _next(self, kinds: tuple[type[Event], ...]) -> Event | None:
        while True:
            while self._events:
                event = self._events.pop(0)
                if isinstance(event, kinds):
                    return event
            data = self._socket.recv(65536)
            if not data:
                return None
            self.received_bytes += len(data)
            self._connection.receive_data(data)
            self._events.extend(self._connection.events())
