"""Attacks on whole runs on a local stack: few, short, and nothing may be lost or left."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any, Final

from wsproto.extensions import PerMessageDeflate

from tests.attacks.attack import Attack, Ground, Outcome
from tests.attacks.on_dashboards import open_sockets
from tests.attacks.process import started
from tests.attacks.viewer import watching
from tests.dashboard.test_inbound import bomb, frame
from tests.dashboard.websocket import WebSocket
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT, service_flags
from tests.unit.project_folder import write_orders

FILES_AT_MOST: Final = 256


def half_requests(port: int, stack: ExitStack) -> None:
    for each in open_sockets(port, 2 * FILES_AT_MOST, stack):
        with suppress(OSError):
            each.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")


def floods(port: int, stack: ExitStack) -> None:
    for said in (bomb(50), frame(9, b"") * 1_000, frame(0, b"", first_bits=0) * 1_000):
        for _ in range(5):
            tab = WebSocket(port, deflate=PerMessageDeflate())
            stack.callback(tab.close)
            with suppress(OSError):
                for _ in range(20):
                    tab.send(said)


def silent_readers(port: int, stack: ExitStack) -> None:
    for _ in range(30):
        stack.callback(WebSocket(port, receive_buffer_bytes=4_096).close)


def attacked(ground: Ground, how: Callable[[int, ExitStack], None]) -> Outcome:
    """A run whose dashboard is attacked while it sends, and whose output nobody reads: every record comes out."""
    outcome = Outcome()
    read, write = os.pipe()
    os.close(read)
    flags = ["--duration=10s", "--message-rate=200", "--dashboard-port=0", "--no-open", "--junit=junit.xml"]
    with run(ground, *flags, stdout=write, files_at_most=FILES_AT_MOST) as target, ExitStack() as stack:
        os.close(write)
        port = target.port
        target.until(lambda: "running: sending" in target.err, "the load")
        target.calm()
        with watching(port, outcome):
            how(port, stack)
            target.until(lambda: "draining" in target.err, "end of the load")
        target.end(outcome, wanted=0)
    told = summary_of(ground, outcome)
    outcome.expect(told.get("sent_total") == told.get("consumed_total") == 2_000, "records were lost")
    outcome.expect((ground.folder / "junit.xml").exists(), "the JUnit file is missing")
    nothing_is_left(ground, told, outcome)
    return outcome


def signalled(ground: Ground) -> Outcome:
    """Runs that are signalled at moments that a fixed seed chooses: nothing of them stays."""
    outcome, chance = Outcome(), random.Random(15)  # noqa: S311 -- the same moments each time
    for number in range(4):
        folder = ground.folder / str(number)
        folder.mkdir()
        at = Ground(folder, ground.endpoints)
        with run(at, "--duration=4s", "--message-rate=100") as target:
            target.until(lambda target=target: "asking the services" in target.err, "its start")  # type: ignore[misc]
            time.sleep(chance.random() * 12)
            sent = chance.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
            target.end(outcome, wanted={0, 128 + sent}, number=sent)
        nothing_is_left(at, summary_of(at, outcome), outcome)
    return outcome


PAGE: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 28\r\n\r\n<html><body>Sign in</body>\r\n"


class Turning:
    """A front before Flink that passes everything on until it is told to answer otherwise.

    Args:
        to: Flink's address.
        page: What it answers from then on; a response without end unless given.
    """

    def __init__(self, to: str, page: bytes | None) -> None:
        self._page = page
        self._to = to.rpartition("/")[2].rpartition(":")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.turned = threading.Event()
        self._over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._listener.accept()[0],), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection((self._to[0], int(self._to[2]))) as server:
            while data := client.recv(65_536):
                if self.turned.is_set() and self._page is not None:
                    client.sendall(self._page)
                    continue
                if self.turned.is_set():
                    self._answer_without_end(client)
                    return
                server.sendall(data)
                threading.Thread(target=self._back, args=(server, client), daemon=True).start()

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                client.sendall(data)

    def _answer_without_end(self, client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not self._over.is_set():
            client.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def without_flink(ground: Ground, page: bytes | None) -> Outcome:
    """Flink answers oddly from the middle of a run on; the run is told to end."""
    outcome = Outcome()
    assert ground.endpoints is not None
    front = Turning(ground.endpoints.flink_url, page)
    try:
        with run(ground, "--duration=100s", "--message-rate=100", flink_url=front.url) as target:
            target.until(lambda: "running: sending" in target.err, "the load")
            time.sleep(2)
            front.turned.set()
            time.sleep(5)
            target.end(outcome, wanted=143, number=signal.SIGTERM)
    finally:
        front.close()
    told = summary_of(ground, outcome)
    kinds = [each.split()[0] for each in told.get("left_behind", [])]
    outcome.expect(set(kinds) <= {"job"}, f"left behind: {told.get('left_behind')}")
    clients = Independent(ground.endpoints)
    try:
        outcome.expect(clients.topics(told["run_id"]) == [], "topics are left, though Kafka answers")
    finally:
        clients.close()
    return outcome


def run(ground: Ground, *flags: str, flink_url: str | None = None, **options: Any) -> Any:
    """A run of the example on the stack."""
    assert ground.endpoints is not None
    project = write_orders(ground.folder / "orders")
    words = [*service_flags(ground.endpoints), f"--summary-json={ground.folder / 'summary.json'}", *flags]
    if flink_url is not None:
        words.append(f"--flink-url={flink_url}")
    return started(
        "run", f"--project-dir={project}", "--stack=none", *words, folder=ground.folder, **LENIENT, **options
    )


def summary_of(ground: Ground, outcome: Outcome) -> dict[str, Any]:
    path = ground.folder / "summary.json"
    outcome.expect(path.exists(), "there is no summary")
    outcome.expect(list((ground.folder / "orders" / "reports").glob("*.html")) != [], "there is no report")
    told: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return told


def nothing_is_left(ground: Ground, told: dict[str, Any], outcome: Outcome) -> None:
    """Neither by its own account, nor by that of the services."""
    assert ground.endpoints is not None
    outcome.expect(told.get("left_behind") == [], f"left behind: {told.get('left_behind')}")
    clients = Independent(ground.endpoints)
    try:
        run_id = told.get("run_id", "?")
        outcome.expect(clients.topics(run_id) == [], "topics are left")
        outcome.expect(clients.running_jobs(run_id) == [], "jobs are left")
        outcome.expect(clients.subjects(run_id) == [], "subjects are left")
    finally:
        clients.close()


ATTACKS: Final = [
    *(
        Attack("run", f"its dashboard is attacked: {name}", partial(attacked, how=how), needs_stack=True)
        for name, how in {
            f"{2 * FILES_AT_MOST} half requests at ulimit -n {FILES_AT_MOST}": half_requests,
            "floods and bombs": floods,
            "30 sockets that never read": silent_readers,
        }.items()
    ),
    Attack("run", "a signal at 4 moments", signalled, needs_stack=True),
    *(
        Attack(
            "run", f"Flink answers with {name} from the middle on", partial(without_flink, page=page), needs_stack=True
        )
        for name, page in {"a response without end": None, "a login page": PAGE}.items()
    ),
]
