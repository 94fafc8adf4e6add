"""The rules of a data contract reach the run with the schema they belong to.

The registry here is a stand-in that answers as the documentation of Confluent's says; the local stack's keeps no rules.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipegen.errors import RegistryError
from pipegen.hotpath import Meters
from pipegen.project import OutputFacts
from pipegen.quality import Inspection, InspectionSettings
from pipegen.run.names import RunNames
from pipegen.run.progress import RunTracker
from pipegen.run.read.outputs import OutputReading
from pipegen.run.read.schema_lookup import SchemaLookup
from pipegen.services.registry import RegistryClient
from tests.unit.test_quality_rules import CONTRACT

SCHEMA = '{"type":"record","name":"R","fields":[{"name":"price","type":"double"}]}'
NAMES = RunNames(
    run_id="abc",
    input_topic="orders-input",
    output_topic="orders-output",
    consumer_group="g",
    flink_group="f",
    job_name="j",
)


OUTPUT = OutputReading(
    OutputFacts("orders", "orders-output", "avro", "one_to_one", "header", "it is carried"),
    "orders-output",
    "g",
    Meters(),
)


class Registry(BaseHTTPRequestHandler):
    """A stand-in."""

    answers: dict[str, Any] = {  # noqa: RUF012 -- the class is made anew by nobody
        "/schemas/ids/17": {"schema": SCHEMA},
        "/subjects/orders-output-value/versions/latest": CONTRACT,
    }

    def do_GET(self) -> None:
        answer = self.answers.get(self.path)
        body = json.dumps(answer if answer is not None else {"error_code": 40403, "message": "not found"}).encode()
        self.send_response(200 if answer is not None else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name of the base class
        """Says nothing."""


@pytest.fixture
def registry_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def inspection() -> Inspection:
    settings = InspectionSettings(
        outputs={None: "o"}, input_topic="i", optional_fields=frozenset(), rules=(), rule_cpu_ratio=1.0
    )
    return Inspection(settings, on_crash=lambda _error: None)


def look_up(url: str, into: Inspection, *schema_ids: int) -> list[str | None]:
    """Asks from a thread, as readers do."""

    async def ask() -> list[str | None]:
        client = RegistryClient(url)
        lookup = SchemaLookup(client, NAMES, into, RunTracker()).of_output(OUTPUT)
        try:
            return [await asyncio.to_thread(lookup, schema_id) for schema_id in schema_ids]
        finally:
            await client.close()

    return asyncio.run(ask())


def test_the_contract_comes_with_the_schema_and_its_rules_are_asked(registry_url: str) -> None:
    found = inspection()
    assert look_up(registry_url, found, 17, 17) == [SCHEMA, SCHEMA]
    found.book.judge("output", {"price": -1.0})
    (result,) = found.book.views()
    assert (result.name, result.origin, result.violations_total) == ("positive", "registry", 1)


def test_a_schema_that_is_not_there_has_no_contract(registry_url: str) -> None:
    found = inspection()
    assert look_up(registry_url, found, 99) == [None]
    assert found.book.views() == []


def test_a_registry_that_is_gone_is_told_to_the_reader() -> None:
    with pytest.raises(RegistryError):
        look_up("http://127.0.0.1:9", inspection(), 17)
