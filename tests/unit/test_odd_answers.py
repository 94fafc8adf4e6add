"""What answers in a service's place, such as a proxy's login page, is named; it is no fault of PipeGen's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipegen.errors import FlinkError, RegistryError, ServiceError
from pipegen.services.flink import FlinkClient
from pipegen.services.registry import RegistryClient
from pipegen.services.sql_gateway import SqlGatewayClient

Ask = Callable[[Any], Awaitable[object]]
PAGES = {
    "HTML": b"<html><body>Please log in</body></html>",
    "a list": b'["orders-value"]',
    "an object": b'{"hello": "world"}',
    "null": b"null",
    "text": b'"hello"',
    "nothing": b"",
}
FLINK: dict[str, Ask] = {
    "overview": lambda client: client.overview(),
    "running jobs": lambda client: client.running_jobs(),
    "a job": lambda client: client.job("j1"),
    "metrics": lambda client: client.metrics("j1", "v1", ["n"]),
    "task managers": lambda client: client.task_managers(),
    "checkpoints": lambda client: client.checkpoints("j1"),
}
GATEWAY: dict[str, Ask] = {
    "version": lambda client: client.version(),
    "a session": lambda client: client.open_session("s", {}),
}
REGISTRY: dict[str, Ask] = {
    "ping": lambda client: client.ping_ms(),
    "the newest version": lambda client: client.latest("orders-value"),
    "registering": lambda client: client.register("orders-value", '"string"'),
}
# What is not JSON at all is no answer to any request, also to those that need no answer.
BLIND: dict[str, tuple[type[Any], Ask]] = {
    "cancelling": (FlinkClient, lambda client: client.cancel("j1")),
    "ending a session": (SqlGatewayClient, lambda client: client.end_session("s1")),
    "deleting a subject": (RegistryClient, lambda client: client.delete_subject("orders-value")),
}


@contextmanager
def answering(page: bytes) -> Iterator[str]:
    """A server that gives the same page to every request, with status 200."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 -- http.server's own names

        def log_message(self, *_arguments: object) -> None:
            """Is silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked(client_class: type[Any], page: bytes, ask: Ask) -> object:
    async def body(url: str) -> object:
        client = client_class(url)
        try:
            return await ask(client)
        finally:
            await client.close()

    with answering(page) as url:
        return asyncio.run(body(url))


@pytest.mark.parametrize("page", [name for name in PAGES if name != "a list"])
@pytest.mark.parametrize("what", FLINK)
def test_an_odd_answer_in_flinks_place_is_said_to_be_one(what: str, page: str) -> None:
    if (what, page) == ("checkpoints", "an object"):
        return  # its figures are looked for one by one, and each may be missing
    with pytest.raises(FlinkError, match="answers, but not like a Flink JobManager"):
        asked(FlinkClient, PAGES[page], FLINK[what])


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("what", GATEWAY)
def test_an_odd_answer_in_the_gateways_place_is_said_to_be_one(what: str, page: str) -> None:
    with pytest.raises(FlinkError, match="answers, but not like a Flink SQL gateway"):
        asked(SqlGatewayClient, PAGES[page], GATEWAY[what])


@pytest.mark.parametrize("page", [name for name in PAGES if name != "a list"])
@pytest.mark.parametrize("what", REGISTRY)
def test_an_odd_answer_in_the_registrys_place_is_said_to_be_one(what: str, page: str) -> None:
    if what == "the newest version" and page in {"null", "nothing"}:
        return  # the same as no such subject
    with pytest.raises(RegistryError, match="answers, but not like a schema registry"):
        asked(RegistryClient, PAGES[page], REGISTRY[what])


@pytest.mark.parametrize("what", BLIND)
def test_a_page_of_html_is_no_word_that_something_was_done(what: str) -> None:
    client, ask = BLIND[what]
    with pytest.raises(ServiceError, match="answers, but not like"):
        asked(client, PAGES["HTML"], ask)
