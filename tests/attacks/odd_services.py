"""Labelled doubles: what may answer in a service's place. They listen on loopback only."""

from __future__ import annotations

import contextlib
import functools
import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from tests.unit.raw_server import Answer, RawServer, dripping, endless, raw_server, saying

_JSON: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def endless_headers(server: RawServer) -> Answer:
    def respond(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not server.ended.is_set():
            connection.sendall(b"X-A: " + b"b" * 1_000 + b"\r\n")

    return respond


def continuing(server: RawServer) -> Answer:
    def respond(connection: socket.socket, _head: bytes) -> None:
        while not server.ended.is_set():
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    return respond


def huge_chunk(server: RawServer) -> Answer:
    def respond(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(_JSON + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffff\r\n")
        while not server.ended.is_set():
            connection.sendall(b" " * 100_000)

    return respond


def cut_off(_server: RawServer) -> Answer:
    def respond(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(_JSON + b'Content-Length: 1000\r\n\r\n{"jobs": [')

    return respond


def silent(server: RawServer) -> Answer:
    def respond(_connection: socket.socket, _head: bytes) -> None:
        server.ended.wait()

    return respond


def in_a_circle(server: RawServer) -> Answer:
    return saying(b"", status="308 Permanent Redirect", headers=f"Location: {server.url}/again\r\n")(server)


@functools.cache
def gzip_bomb() -> bytes:
    """500 MB of spaces."""
    return gzip.compress(b" " * 500_000_000, compresslevel=1)


def inflating(server: RawServer) -> Answer:
    return saying(gzip_bomb(), headers="Content-Encoding: gzip\r\nContent-Type: application/json\r\n")(server)


ODD: Final[dict[str, Callable[[RawServer], Answer]]] = {
    "a byte at a time": dripping,
    "without end": endless,
    "headers without end": endless_headers,
    "100 Continue without end": continuing,
    "a chunk of 2^56 bytes": huge_chunk,
    "500 MB in 2 MB": inflating,
    "nothing": silent,
    "cut off": cut_off,
    "a login page": saying(b"<!DOCTYPE html><html><title>Sign in</title><form></form></html>"),
    "null": saying(b"null"),
    "NaN and Infinity": saying(b'{"taskmanagers": NaN, "slots-total": Infinity, "jobs": NaN, "flink-version": NaN}'),
    "a list": saying(b"[1, [2], {}, null]"),
    "100 000 brackets": saying(b"[" * 100_000),
    "noise": saying(bytes(range(256)) * 1_000),
    "a redirect in a circle": in_a_circle,
    "a number of 100 000 digits": saying(b'{"taskmanagers": ' + b"9" * 100_000 + b"}"),
    "names with escape sequences": saying(b'{"flink-version": "\\u001b[2J\\u001b]0;x\\u0007[red]", "taskmanagers": 1}'),
}
"""By what is answered to every question."""


@contextmanager
def odd_service(name: str) -> Iterator[RawServer]:
    """A service that answers oddly."""
    with raw_server(ODD[name]) as server:
        yield server


@contextmanager
def odd_broker(said: bytes, *, times: int = 1) -> Iterator[str]:
    """What answers in a broker's place: the same bytes to whoever connects, a number of times."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.recv(4_096)
            for _ in range(times):
                connection.sendall(said)
            ended.wait()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
