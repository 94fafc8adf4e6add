"""A double of a service that speaks JSON over HTTP: what it answers is a function of the test."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """A request: method, path without the query, the query, and the parsed body."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]


class Answer(NamedTuple):
    """An answer that is not simply 200."""

    status: int
    body: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012 -- changed by nobody


class StandInHttp:
    """Listens on a port of its own.

    Args:
        answer: The body of the answer to a request; an :class:`Answer` where the status counts.
    """

    def __init__(self, answer: Callable[[Asked], Any]) -> None:
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _handler(answer, self.asked))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def paths(self, method: str) -> list[str]:
        """The paths that were asked for with a method."""
        return [asked.path for asked in self.asked if asked.method == method]

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that went away in the middle of an answer is nobody's fault."""


def _handler(answer: Callable[[Asked], Any], seen: list[Asked]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body are written apart: without this the second waits for the client's acknowledgement.
        disable_nagle_algorithm = True

        def _take(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            text = self.rfile.read(length)
            try:
                body = json.loads(text) if text else None
            except ValueError:
                body = text.decode()
            parts = urlsplit(self.path)
            asked = Asked(self.command, parts.path, parse_qs(parts.query), body, dict(self.headers))
            seen.append(asked)
            found = answer(asked)
            status, told, more = found if isinstance(found, Answer) else Answer(200, found)
            data = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = _take  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler
