"""A real HTTP server that serves files as a Maven repository does, and can misbehave on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Repository:
    """What is served, how, and what was asked for.

    Args:
        files: Content by path.
        honours_range: Whether a Range request is answered with the rest only.
        cuts: For so many answers the connection ends after half of the bytes.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    honours_range: bool = True
    cuts: int = 0
    url: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    sent_bytes: int = 0

    def ranges(self) -> list[str | None]:
        """The Range headers, in order."""
        return [wanted for _, wanted in self.asked]


@contextmanager
def serve() -> Iterator[Repository]:
    """Run a repository on a free port of 127.0.0.1."""
    repository = Repository()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            repository.asked.append((self.path, wanted))
            content = repository.files.get(self.path.removeprefix("/maven/"))
            if content is None:
                self.send_error(404)
                return
            begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and repository.honours_range else 0
            body = content[begin:]
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if repository.cuts > 0:
                repository.cuts -= 1
                body = body[: len(body) // 2]
            repository.sent_bytes += len(body)
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        repository.url = f"http://127.0.0.1:{server.server_address[1]}/maven"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield repository
        finally:
            server.shutdown()
            thread.join()
