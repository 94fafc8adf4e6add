"""A double of the local stack's processes: small servers that answer as ready parts do, on the ports they are given."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from pipegen.stack import LocalStack, Part
from pipegen.stack.interface import Progress
from pipegen.stack.launch import Launch
from pipegen.stack.ports import Ports

_SERVER = """\
import json, socketserver, struct, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

mode, port = sys.argv[-2], int(sys.argv[-1])
print("this is", mode, flush=True)
if mode == "dies":
    sys.exit("nothing works")
if mode in ("hangs", "taskmanager"):
    time.sleep(600)

class Broker(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(64)
        self.request.sendall(struct.pack(">iii", 30, 1, 1))

class Http(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"taskmanagers": [{"id": "tm-1", "slotsNumber": 1}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass

socketserver.TCPServer.allow_reuse_address = True
server = socketserver.TCPServer if mode == "kafka" else HTTPServer
server(("127.0.0.1", port), Broker if mode == "kafka" else Http).serve_forever()
"""


class StandInStack(LocalStack):
    """A local stack whose parts are small servers.

    Args:
        folder: Where everything lies.
        modes: Parts that do not do as they should: ``dies`` or ``hangs``.
        ready_timeout_s: How long the parts may take.
    """

    def __init__(self, folder: Path, modes: dict[Part, str] | None = None, *, ready_timeout_s: float = 60.0) -> None:
        super().__init__(folder / "stack", cache_dir=folder / "cache", ready_timeout_s=ready_timeout_s)
        self.modes = modes or {}
        self.prepared: list[Part] = []
        self._script = folder / "java"
        (folder / "server.py").write_text(_SERVER, encoding="utf-8")
        self._script.write_text(f'#!/bin/sh\nexec {sys.executable} {folder}/server.py "$@"\n', encoding="utf-8")
        self._script.chmod(0o755)

    def _launches(self, ports: Ports, _progress: Progress, _cancelled: threading.Event) -> list[Launch]:
        (self.stack_dir / "logs").mkdir(exist_ok=True)
        # As the real registry's: where it notes that it was told its level.
        (self.stack_dir / "registry" / "data").mkdir(parents=True, exist_ok=True)
        listening = {
            Part.KAFKA: ports.kafka,
            Part.REGISTRY: ports.registry,
            Part.JOBMANAGER: ports.flink,
            Part.TASKMANAGER: 0,
            Part.SQL_GATEWAY: ports.sql_gateway,
        }
        names = {Part.KAFKA: "kafka", Part.TASKMANAGER: "taskmanager"}
        return [
            Launch(
                part=part,
                command=(str(self._script), self.modes.get(part, names.get(part, "http")), str(port)),
                version="1.2.3",
                instance="tm-1" if part is Part.TASKMANAGER else "",
                prepare=lambda part=part: self.prepared.append(part),  # type: ignore[misc]
            )
            for part, port in listening.items()
        ]
