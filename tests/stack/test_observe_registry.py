"""What PipeGen says of the registry is what its API says, and a change during the run is seen and judged."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import httpx2
import pytest

from pipegen.observe import RegistryCollector, RegistryReading
from pipegen.services.registry import RegistryClient
from pipegen.snapshot import SchemaChange
from pipegen.stack import Endpoints

pytestmark = pytest.mark.stack


def schema(*fields: dict[str, Any]) -> str:
    return json.dumps({"type": "record", "name": "Order", "fields": list(fields)})


ID = {"name": "id", "type": "long"}


def test_versions_levels_and_changes_are_those_of_the_registry(endpoints: Endpoints) -> None:
    subject, url = f"watched-{uuid.uuid4()}-value", endpoints.schema_registry_url
    heard: list[SchemaChange] = []

    def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = httpx2.request(method, url + path, json=body, trust_env=False, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def register(*fields: dict[str, Any]) -> int:
        return int(call("POST", f"/subjects/{subject}/versions", {"schema": schema(*fields)})["id"])

    async def run() -> list[RegistryReading]:
        client = RegistryClient(url)
        collector = RegistryCollector(
            client, input_subject=subject, output_subject=f"{subject}-none", on_change=heard.append
        )

        async def look() -> RegistryReading:
            reading = await collector.collect()
            assert reading.failure is None
            assert reading.value is not None
            return reading.value

        try:
            readings = [await look()]
            first_id = register(ID)
            readings.append(await look())
            assert readings[-1].subjects[0].schema_id == first_id
            register(ID, {"name": "note", "type": "string", "default": ""})
            readings.append(await look())
            # Only where the level is NONE does the registry let an incompatible version through.
            call("PUT", f"/config/{subject}", {"compatibility": "NONE"})
            register({"name": "id", "type": "string"})
            readings.append(await look())
        finally:
            await client.close()
        return readings

    before, first, second, third = asyncio.run(run())
    assert before.input_version is None
    assert before.response_ms > 0
    level = call("GET", "/config")
    assert before.compatibility == (level.get("compatibilityLevel") or level.get("compatibility"))
    assert first.input_version == 1
    assert (first.subjects[0].compatibility, first.subjects[0].own_compatibility) == (before.compatibility, False)
    assert first.changes == ()
    assert second.input_version == 2
    assert [(change.version, change.compatible) for change in second.changes] == [(2, True)]
    assert list(third.subjects[0].versions) == call("GET", f"/subjects/{subject}/versions")
    assert (third.subjects[0].compatibility, third.subjects[0].own_compatibility) == ("NONE", True)
    assert third.changes[-1].compatible is False
    assert third.changes[-1].reason == "field id: long was written, string is read"
    assert third.changes[-1].schema_id == call("GET", f"/subjects/{subject}/versions/3")["id"]
    assert [change.version for change in heard] == [2, 3]
    assert third.subjects[1].versions == []
    httpx2.delete(f"{url}/subjects/{subject}", trust_env=False)
