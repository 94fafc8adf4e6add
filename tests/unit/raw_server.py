"""A labelled double: a server that speaks HTTP as badly as a test wants. It listens only on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[socket.socket, bytes], None]


class RawServer:
    """Its address, and the heads of the requests it received."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.heads: list[bytes] = []
        self.ended = threading.Event()
        """Set when the test is over, so that endless responses stop."""


@contextmanager
def raw_server(answer: Callable[[RawServer], Answer]) -> Iterator[RawServer]:
    """Serves until the block ends.

    Args:
        answer: Given the server, handles a connection and the head of its request.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(listener.getsockname()[1])
    respond = answer(server)

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                more = connection.recv(65536)
                if not more:
                    return
                head += more
            server.heads.append(head)
            respond(connection, head)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def dripping(server: RawServer) -> Answer:
    """An endless response of one space every 50 ms."""

    def respond(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
        while not server.ended.wait(0.05):
            connection.sendall(b" ")

    return respond


def endless(server: RawServer) -> Answer:
    """An endless response of megabytes."""

    def respond(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        while not server.ended.is_set():
            connection.sendall(piece)

    return respond


def saying(body: bytes, *, status: str = "200 OK", headers: str = "") -> Callable[[RawServer], Answer]:
    """The same response to every request."""

    def made(_server: RawServer) -> Answer:
        def respond(connection: socket.socket, _head: bytes) -> None:
            head = f"HTTP/1.1 {status}\r\n{headers}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)

        return respond

    return made
