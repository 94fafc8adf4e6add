"""A viewer that says too much, asks for too much or does not read costs itself alone."""

from __future__ import annotations

import resource
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest
from hypercorn.protocol import ws_stream
from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason, FrameProtocol, ParseFailed

from pipegen.dashboard.inbound import STUCK_S, StuckWriters, connections_at_most
from tests.dashboard.invented import running
from tests.dashboard.serving import Serving, serving
from tests.dashboard.websocket import WebSocket
from tests.unit.mutations import bounded


@pytest.fixture(scope="module")
def served() -> Iterator[Serving]:
    with serving() as found:
        found.publish(running(3))
        yield found


def frame(opcode: int, body: bytes, *, first_bits: int = 0x80) -> bytes:
    """A frame of a client; its mask changes nothing."""
    if len(body) < 126:
        length = bytes([0x80 | len(body)])
    elif len(body) < 65_536:
        length = b"\xfe" + struct.pack(">H", len(body))
    else:
        length = b"\xff" + struct.pack(">Q", len(body))
    return bytes([first_bits | opcode]) + length + bytes(4) + body


def bomb(megabytes: int) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(deflate.compress(bytes(1_000_000)) for _ in range(megabytes)) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return frame(1, body[:-4], first_bits=0xC0)


def was_cut(tab: WebSocket) -> bool:
    """Reads until the other side ends the connection."""
    with tab.raw() as connection:
        connection.settimeout(20)
        try:
            while connection.recv(65_536):
                pass
        except ConnectionError:
            return True
        return True


def test_a_message_that_inflates_to_much_is_never_inflated(served: Serving) -> None:
    message = bomb(100)
    tabs = [WebSocket(served.port, deflate=PerMessageDeflate()) for _ in range(5)]
    with bounded(megabytes=50):
        for tab in tabs:
            with suppress(ConnectionError):  # cut before all of it was sent
                tab.send(message)
        assert all(was_cut(tab) for tab in tabs)
        assert served.get("/healthz")[0] == 200


def test_of_a_message_no_more_is_inflated_than_it_may_have() -> None:
    deflate = ws_stream.PerMessageDeflate()
    deflate.finalize("permessage-deflate")
    frames = FrameProtocol(client=False, extensions=[deflate])
    frames.receive_bytes(bomb(10))
    with bounded(megabytes=8), pytest.raises(ParseFailed) as refused:
        list(frames.received_frames())
    assert refused.value.code is CloseReason.MESSAGE_TOO_BIG


@pytest.mark.parametrize("flood", [frame(9, b""), frame(0, b"", first_bits=0), frame(1, b"x" * 100)])
def test_a_tab_that_floods_is_cut(served: Serving, flood: bytes) -> None:
    tab = WebSocket(served.port)
    with suppress(ConnectionError):
        for _ in range(20):
            tab.send(flood * 1_000)
    assert was_cut(tab)
    assert served.get("/healthz")[0] == 200


def test_a_few_pings_are_answered(served: Serving) -> None:
    tab = WebSocket(served.port)
    tab.send(frame(9, b"a") * 10)
    served.publish(running(4))
    assert tab.receive() is not None
    tab.close()


def test_beyond_the_cap_connections_are_turned_away_and_those_that_are_there_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipegen.dashboard.connections.connections_at_most", lambda: 8)
    with serving() as served:
        tab = WebSocket(served.port)
        held = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(30)]
        for each in held:
            each.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        answers = []
        for each in held[-10:]:
            each.settimeout(20)
            try:
                answers.append(each.recv(4096))
            except ConnectionError:
                answers.append(b"")
        assert any(answer.startswith(b"HTTP/1.1 503 ") for answer in answers)
        served.publish(running(5))
        assert tab.receive() is not None
        for each in held:
            each.close()
        tab.close()


def held(port: int) -> int:
    """How many connections the dashboard's side holds."""
    found = psutil.Process().net_connections("tcp")
    return sum(bool(each.laddr) and each.laddr.port == port and each.status != psutil.CONN_LISTEN for each in found)


def let_go(port: int, *, but: int = 0) -> bool:
    deadline_s = time.monotonic() + 20  # less than a connection may be idle
    while held(port) > but and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return held(port) <= but


def test_a_connection_that_its_viewer_has_closed_is_let_go_at_once(served: Serving) -> None:
    before = held(served.port)
    for _ in range(20):
        assert served.get("/healthz", {"Connection": "keep-alive"})[0] == 200
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    assert let_go(served.port, but=before)


def test_connections_that_broke_while_a_request_waited_for_its_turn_take_no_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipegen.dashboard.connections._LOOK_S", 0.1)
    monkeypatch.setattr("pipegen.dashboard.connections.connections_at_most", lambda: 8)
    with serving() as served:
        served.publish(*(running(second) for second in range(300)))
        for _ in range(8):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", served.port))
            connection.sendall(b"GET /api/history HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 200)
            assert connection.recv(10)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        deadline_s = time.monotonic() + 20
        while (status := served.get("/healthz")[0]) == 503 and time.monotonic() < deadline_s:
            time.sleep(0.05)
        assert status == 200


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"HTTP/1.1 4"),
        (
            (
                b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
                b"Connection: Upgrade, HTTP2-Settings\r\n\r\n"
            ),
            b"HTTP/1.1 200",
        ),
    ],
)
def test_nobody_is_answered_over_http_2(served: Serving, said: bytes, answer: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(said)
        assert connection.recv(4096).startswith(answer)


def test_half_of_the_files_that_are_left_are_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = 40
    monkeypatch.setattr(psutil.Process, "num_fds", lambda _self: opened)
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (opened + 100, opened + 100))
    assert connections_at_most() == 50
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (100_000, 100_000))
    assert connections_at_most() == 512
    monkeypatch.setattr(psutil.Process, "num_fds", lambda _self: 100_000)
    assert connections_at_most() == 8


class Transport:
    """What of a connection is looked at."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.aborted = True


class Writer:
    def __init__(self, waiting: int) -> None:
        self.transport = Transport(waiting)


def test_who_asks_and_never_reads_is_cut_after_a_while_and_who_reads_slowly_is_not() -> None:
    stuck, slow, idle = Writer(1_000), Writer(1_000), Writer(0)
    writers = StuckWriters()
    for second in range(0, int(STUCK_S) + 1, 5):
        slow.transport.waiting -= 1
        writers.cut([stuck, slow, idle], float(second))  # type: ignore[list-item]
    assert [each.transport.aborted for each in (stuck, slow, idle)] == [True, False, False]
