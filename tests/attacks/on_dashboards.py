"""Attacks on a live dashboard, from whoever can reach its port: floods, half requests, wrong tokens, odd paths."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from wsproto.extensions import PerMessageDeflate

from tests.attacks.attack import Attack, Ground, Outcome
from tests.attacks.process import Target, started
from tests.attacks.viewer import watching
from tests.dashboard.test_inbound import bomb, frame
from tests.dashboard.websocket import WebSocket
from tests.unit.test_recording import record

TOKEN: Final = "c0ffee00c0ffee00"
MOST_GROWTH_MB: Final = 50.0
USUAL_LINES: Final = 4
"""Its address, what it replays, that this is over, and that it was interrupted."""
_CUT_S: Final = 60.0
_PASSWD: Final = b"root:x:0"


@contextmanager
def dashboard(ground: Ground, outcome: Outcome, *flags: str, files_at_most: int | None = None) -> Iterator[Target]:
    """A dashboard that shows a recording, and a viewer; what the attack does to them goes into the outcome."""
    assert record(ground.folder / "run", 60) == []
    words = ["replay", str(ground.folder / "run"), "--port=0", "--no-open", "--speed=0.5", *flags]
    with started(*words, folder=ground.folder, files_at_most=files_at_most) as target:
        port = target.port
        with watching(port, outcome):
            target.calm()
            yield target
        target.end(outcome, wanted=143, number=signal.SIGTERM)
    outcome.expect(len(target.err.splitlines()) <= USUAL_LINES, f"viewers are heard on the terminal: {target.err}")
    outcome.expect(outcome.growth_mb < MOST_GROWTH_MB, f"memory grew by {outcome.growth_mb:.0f} MB")


def open_sockets(port: int, count: int, stack: ExitStack) -> list[socket.socket]:
    """Connections that say nothing yet."""
    return [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)) for _ in range(count)]


def all_cut(connections: list[socket.socket]) -> bool:
    """Whether the other side ends each of them, whatever it still sends before."""
    deadline_s = time.monotonic() + _CUT_S
    for each in connections:
        each.settimeout(1)
        while True:
            try:
                if not each.recv(65_536):
                    break
            except ConnectionError:
                break
            except TimeoutError:
                pass
            if time.monotonic() > deadline_s:
                return False
    return True


def sockets_that_say(ground: Ground, message: Callable[[], bytes], *, tabs: int, times: int) -> Outcome:
    """Sockets of tabs, of which each sends a message again and again: each has to be cut."""
    outcome, said = Outcome(), message()
    with dashboard(ground, outcome) as target, ExitStack() as stack:
        found = [WebSocket(target.port, deflate=PerMessageDeflate()) for _ in range(tabs)]
        stack.callback(lambda: [tab.close() for tab in found])
        for tab in found:
            with suppress(OSError):  # cut before all of it was sent
                for _ in range(times):
                    tab.send(said)
        outcome.expect(all_cut([tab.raw() for tab in found]), "a tab that floods was not cut")
    return outcome


def sockets_that_never_read(ground: Ground) -> Outcome:
    outcome = Outcome()
    assert record(ground.folder / "run", 3_000) == []
    words = ["replay", str(ground.folder / "run"), "--port=0", "--no-open", "--speed=20"]
    with started(*words, folder=ground.folder) as target:
        port = target.port
        with watching(port, outcome), ExitStack() as stack:
            target.calm()
            tabs = [WebSocket(port, receive_buffer_bytes=4_096) for _ in range(50)]
            stack.callback(lambda: [tab.close() for tab in tabs])
            target.until(lambda: target.connections <= 5, "end of the connections that never read")
        target.end(outcome, wanted=143, number=signal.SIGTERM)
    outcome.expect(outcome.growth_mb < MOST_GROWTH_MB, f"memory grew by {outcome.growth_mb:.0f} MB")
    return outcome


def questions_without_reading(ground: Ground) -> Outcome:
    """Pipelined questions for the past, whose answers nobody takes."""
    outcome = Outcome()
    question = b"GET /api/history HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with dashboard(ground, outcome) as target, ExitStack() as stack:
        for each in open_sockets(target.port, 20, stack):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            each.setblocking(False)
            with suppress(OSError):
                for _ in range(5_000):
                    each.send(question)
        target.until(lambda: target.connections <= 5, "end of the connections that never read")
    return outcome


def half_requests(ground: Ground, *, files_at_most: int) -> Outcome:
    """More half requests than the process may have files, twice over, and what is answered to those who come then."""
    outcome = Outcome()
    with dashboard(ground, outcome, files_at_most=files_at_most) as target, ExitStack() as stack:
        for _ in range(2):
            for each in open_sockets(target.port, 2 * files_at_most, stack):
                with suppress(OSError):
                    each.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        target.until(lambda: target.connections <= files_at_most // 2, "end of the connections that are too many")
    return outcome


def bytes_at_intervals(ground: Ground) -> Outcome:
    """Requests that go on for ever, a byte at a time."""
    outcome = Outcome()
    with dashboard(ground, outcome) as target, ExitStack() as stack:
        found = open_sockets(target.port, 100, stack)
        for each in found:
            each.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        for _ in range(40):
            for each in found:
                with suppress(OSError):
                    each.sendall(b"x")
            time.sleep(1)
        outcome.expect(target.connections < 20, f"{target.connections} slow connections are held")
    return outcome


def endless(ground: Ground, head: bytes, piece: bytes) -> Outcome:
    """Requests whose headers or bodies have no end."""
    outcome = Outcome()
    with dashboard(ground, outcome) as target, ExitStack() as stack:
        found = open_sockets(target.port, 5, stack)
        for each in found:
            with suppress(OSError):
                each.sendall(head)
                for _ in range(20_000_000 // len(piece)):
                    each.sendall(piece)
        outcome.expect(all_cut(found), "an endless request was not cut")
    return outcome


def ask(port: int, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> tuple[int, bytes]:
    """One answer; 0 where there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.putrequest(method, path, skip_host=bool(headers and "Host" in headers))
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def wrong_tokens(ground: Ground) -> Outcome:
    outcome = Outcome()
    wrong = [TOKEN[:-1], TOKEN + "0", TOKEN.upper(), "", "\u00fc", "a" * 10_000, "null", "' or ''='"]
    with dashboard(ground, outcome, f"--dashboard-token={TOKEN}") as target:
        for number in range(500):
            guess = wrong[number] if number < len(wrong) else f"{number:016x}"
            for headers in (
                {"Authorization": f"Bearer {guess}"},
                {"Cookie": f"pipegen_token_{target.port}={guess}"},
            ):
                status, body = ask(target.port, "/api/metrics", {k: v.encode() for k, v in headers.items()})  # type: ignore[misc]
                outcome.expect(status in {0, 400, 401, 431}, f"{status} for {guess[:20]!r}")
                outcome.expect(b"producer" not in body and TOKEN.encode() not in body, f"told something to {guess!r}")
        status, body = ask(target.port, "/api/metrics", {"Authorization": f"Bearer {TOKEN}"})
        outcome.expect(status == 200 and b"producer" in body, "the right token is refused")
    return outcome


def strange_names(ground: Ground) -> Outcome:
    """Pages of other sites, and names that resolve to this machine."""
    outcome = Outcome()
    hosts = ["evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost@evil.example", "[::1", "", "a b"]
    origins = ["http://evil.example", "null", "http://127.0.0.1:1", "file://", "http://localhost.evil.example"]
    with dashboard(ground, outcome) as target:
        for headers in [*({"Host": host} for host in hosts), *({"Origin": origin} for origin in origins)]:
            for path in ("/api/metrics", "/", "/ws/metrics", "/metrics"):
                status, body = ask(target.port, path, headers)
                outcome.expect(status in {400, 403}, f"{status} at {path} for {headers}")
                outcome.expect(b"producer" not in body, f"told something to {headers}")
        for origin in origins:
            tab = WebSocket(target.port, origin=origin)
            outcome.expect(getattr(tab.answer, "status_code", None) == 403, f"a socket opened for {origin}")
            tab.close()
    return outcome


CLIMBING: Final = [
    f"{start}{step * 12}etc/passwd{end}"
    for start in ("/", "/web/", "/web/css/", "/reports/", "/logo/")
    for step in ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "%252e%252e%252f", "....//", "..;/", "%c0%ae%c0%ae/")
    for end in ("", "%00.js")
]
IMPOSSIBLE: Final = [
    *(
        f"{start}{name}"
        for start in ("/web/", "/reports/", "/")
        for name in ("%00", "a" * 5_000, "%ff%fe", "%0d%0aX:%20y")
    ),
    *("/web//etc/passwd", "/web/%2fetc%2fpasswd", "/web/CON", "/web/.", "/web/..", "/web/%F0%9F", "//etc/passwd"),
    *("/api/history?since=1e999", f"/api/history?since={'9' * 5_000}", "/api/history?fields=" + "a," * 5_000),
    *(f"/api/percentiles?stage=end_to_end&percentiles={each}" for each in ("nan", "-1", "1e999", "50," * 3_000)),
    *("/api/branches?since=nan", "/diagram?x=%00", "/api/errors?%ff", "/ws/metrics", "/?token=%00"),
]


def odd_paths(ground: Ground, paths: list[str]) -> Outcome:
    outcome = Outcome()
    with dashboard(ground, outcome) as target:
        for path in paths:
            for method in ("GET", "HEAD"):
                status, body = ask(target.port, path, method=method)
                outcome.expect(0 < status < 500, f"{status} for {method} {path[:60]}")
                outcome.expect(_PASSWD not in body, f"a file of the system for {path[:60]}")
    return outcome


def no_http(ground: Ground) -> Outcome:
    """Other methods, other protocols, noise."""
    outcome = Outcome()
    noise = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
        bytes(range(256)) * 100,
        b"\x00" * 100_000,
        b"GET " + b"/" * 100_000,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        b"GET /ws/metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example:80\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ]
    with dashboard(ground, outcome) as target, ExitStack() as stack:
        for method in ("PUT", "POST", "DELETE", "PATCH", "TRACE", "OPTIONS"):
            status, _ = ask(target.port, "/api/metrics", method=method)
            outcome.expect(status in {200, 405} and (status != 200 or method == "OPTIONS"), f"{status} for {method}")
        for said in noise * 5:
            (connection,) = open_sockets(target.port, 1, stack)
            with suppress(OSError):
                connection.sendall(said)
    return outcome


def http2_streams(ground: Ground, *, reset: bool) -> Outcome:
    """Streams of HTTP/2, which no viewer needs: reset as soon as they are open, or never read."""
    outcome = Outcome()
    headers = [(":method", "GET"), (":path", "/api/history"), (":scheme", "http"), (":authority", "127.0.0.1")]
    with dashboard(ground, outcome) as target, ExitStack() as stack:
        for each in open_sockets(target.port, 10, stack):
            peer = H2Connection(H2Configuration(client_side=True))
            peer.initiate_connection()
            with suppress(OSError):
                for _ in range(5_000 if reset else 100):
                    number = peer.get_next_available_stream_id()
                    peer.send_headers(number, headers, end_stream=True)
                    if reset:
                        peer.reset_stream(number)
                    each.sendall(peer.data_to_send())
        target.until(lambda: target.connections <= 5, "end of the connections")
    return outcome


def tabs_that_come_and_go(ground: Ground) -> Outcome:
    outcome = Outcome()
    with dashboard(ground, outcome) as target:
        for _ in range(300):
            tab = WebSocket(target.port)
            tab.send(frame(8, b"\x03\xe8") if os.urandom(1)[0] & 1 else b"\xff" * 10)
            tab.close()
        target.until(lambda: target.connections <= 5, "end of the tabs that went")
    return outcome


def _deflated_noise() -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return frame(1, deflate.compress(b"x") + b"\xff" * 1_000, first_bits=0xC0)


_SAYS: Final = partial(sockets_that_say)
ATTACKS: Final = [
    Attack("dashboard", why, carry_out)
    for why, carry_out in {
        "10 frames that inflate to 100 MB each": partial(_SAYS, message=partial(bomb, 100), tabs=10, times=1),
        "compressed noise": partial(_SAYS, message=_deflated_noise, tabs=10, times=50),
        "flood of pings": partial(_SAYS, message=lambda: frame(9, b"") * 1_000, tabs=10, times=50),
        "flood of empty fragments": partial(
            _SAYS, message=lambda: frame(0, b"", first_bits=0) * 1_000, tabs=5, times=50
        ),
        "flood of messages": partial(_SAYS, message=lambda: frame(1, b"x" * 4_000), tabs=10, times=50),
        "frame that announces 2^62 bytes": partial(
            _SAYS, message=lambda: b"\x81\xff" + (1 << 62).to_bytes(8) + bytes(4) + b"x" * 60_000, tabs=5, times=50
        ),
        "50 sockets that never read": sockets_that_never_read,
        "100 000 questions, no answer read": questions_without_reading,
        "512 half requests at ulimit -n 128": partial(half_requests, files_at_most=128),
        "a byte a second on 100 connections": bytes_at_intervals,
        "headers without end": partial(endless, head=b"GET / HTTP/1.1\r\n", piece=b"X-A: b\r\n" * 1_000),
        "header of 20 MB": partial(endless, head=b"GET / HTTP/1.1\r\nX: ", piece=b"x" * 10_000),
        "body without end": partial(
            endless,
            head=b"POST /api/metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            piece=b"2710\r\n" + b"x" * 10_000 + b"\r\n",
        ),
        "1 000 wrong tokens": wrong_tokens,
        "foreign Host and Origin": strange_names,
        "paths that climb": partial(odd_paths, paths=CLIMBING),
        "names that cannot be": partial(odd_paths, paths=IMPOSSIBLE),
        "other methods, other protocols, noise": no_http,
        "50 000 HTTP/2 streams, reset at once": partial(http2_streams, reset=True),
        "1 000 HTTP/2 streams, never read": partial(http2_streams, reset=False),
        "300 tabs that come and go": tabs_that_come_and_go,
    }.items()
]
