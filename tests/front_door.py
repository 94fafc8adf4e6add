"""A small TLS proxy for tests that asks who is there, and a token endpoint. Stands for what guards real services."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

Allowed = Callable[[str | None], bool]


class _Handler(BaseHTTPRequestHandler):
    upstream: ClassVar[str]
    allowed: ClassVar[Allowed]
    protocol_version = "HTTP/1.1"

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        if not type(self).allowed(self.headers.get("Authorization")):
            self._answer(401, "application/json", b'{"error_code": 40101, "message": "who are you?"}')
            return
        request = urllib.request.Request(self.upstream + self.path, data=body, method=self.command)  # noqa: S310
        for name in ("Content-Type", "Accept"):
            if self.headers.get(name):
                request.add_header(name, self.headers[name])
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                self._answer(answer.status, answer.headers.get("Content-Type", ""), answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                self._answer(refused.code, refused.headers.get("Content-Type", ""), refused.read())

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _forward  # noqa: N815

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def close_all(self) -> None:
        """Cuts what is still connected: a service that has stopped answers on no old connection either."""
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: object) -> None:
        """A refused handshake is what some tests want."""


@contextmanager
def front_door(
    upstream: str,
    *,
    allowed: Allowed = lambda _: True,
    certificate: tuple[Path, Path] | None = None,
    client_ca: Path | None = None,
    port: int = 0,
) -> Iterator[str]:
    """Guards a service; returns the address to use instead of its own.

    Args:
        upstream: The service.
        allowed: Whether an Authorization header may pass.
        certificate: Certificate and key; plain HTTP without.
        client_ca: Who signs the certificates that clients must show; none is asked for without.
        port: Where to listen; any free port by default.
    """
    handler = type("Guard", (_Handler,), {"upstream": upstream.rstrip("/"), "allowed": staticmethod(allowed)})
    server = _Server(("127.0.0.1", port), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        if client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.close_all()
        server.server_close()
        thread.join()


def basic(user: str, password: str) -> str:
    """The header of basic auth."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def unsigned_token(subject: str, life_s: int = 300) -> str:
    """A JSON web token without a signature, as Kafka's own development handler takes it."""

    def part(content: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    now_s = int(time.time())
    return f"{part({'alg': 'none'})}.{part({'sub': subject, 'iat': now_s, 'exp': now_s + life_s})}."


@contextmanager
def token_endpoint(client: str, secret: str, token: Callable[[], str]) -> Iterator[tuple[str, list[str]]]:
    """An OAuth token endpoint for client credentials; also returns the grants it gave."""
    given: list[str] = []

    class Endpoint(_Handler):
        def _grant(self) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if self.headers.get("Authorization") != basic(client, secret) or "client_credentials" not in form:
                self._answer(401, "application/json", b'{"error": "invalid_client"}')
                return
            given.append(form)
            answer = {"access_token": token(), "token_type": "Bearer", "expires_in": 300}
            self._answer(200, "application/json", json.dumps(answer).encode())

        do_POST = _grant  # noqa: N815

    server = _Server(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/token", given
    finally:
        server.shutdown()
        server.close_all()
        server.server_close()
        thread.join()
