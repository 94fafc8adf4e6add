"""The schema registry through its Confluent-compatible API.

confluent-kafka's ``AsyncSchemaRegistryClient`` was tried in its place. A call costs the same (1.7 and 1.8 ms CPU). It
takes 229 ms and 25 MB to import and make instead of 83 ms and 5 MB, and needs authlib, attrs and cachetools. With it a
bearer token or OAuth works only together with Confluent Cloud's id of a cluster, host names cannot be left unchecked
alone, proxies of the environment are used, and Apicurio's version cannot be asked for. What remains of this file would
be nearly as long: its errors have to be turned into sentences all the same.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pipegen.avro.references import with_references
from pipegen.errors import RegistryError
from pipegen.services.http import HttpRefusedError, JsonService, understood
from pipegen.services.http_access import OPEN_ACCESS, HttpAccess

_NOT_FOUND = 404
_MOST_REFERENCES = 100
_KINDS = {"JSON": "a JSON Schema", "PROTOBUF": "a Protobuf schema"}


class OtherSchemaError(RegistryError):
    """A registry schema that PipeGen cannot read; a retry does not help."""


@dataclass(frozen=True, slots=True)
class SubjectVersion:
    """The newest version of a subject."""

    subject: str
    version: int
    schema_id: int


class RegistryClient(JsonService):
    """Registers, looks up and deletes schemas."""

    def __init__(self, url: str, *, access: HttpAccess = OPEN_ACCESS) -> None:
        super().__init__(
            url,
            access=access,
            security="schema_registry.security",
            name="schema registry",
            kind="a schema registry",
            error=RegistryError,
            remedy="Start the local stack with `pipegen deploy`, or name yours with --schema-registry-url.",
            address_remedy="Give the base URL of its Confluent API; for Apicurio it ends in /apis/ccompat/v7.",
        )

    async def ping_ms(self) -> float:
        """Milliseconds until the registry answered.

        Raises:
            RegistryError: when it does not answer or is no registry.
        """
        started_ns = time.perf_counter_ns()
        subjects = await self._ask("GET", "/subjects", "to list subjects")
        if not isinstance(subjects, list):
            raise self.odd_answer()
        return (time.perf_counter_ns() - started_ns) / 1e6

    @understood
    async def register(self, subject: str, schema_text: str) -> int:
        """Registers an Avro schema and returns its id.

        Raises:
            RegistryError: with the registry's own message when it refuses.
        """
        path, schema = f"{_path(subject)}/versions", {"schema": schema_text}
        answer = await self._ask("POST", path, f"the schema of subject {subject}", json=schema)
        return int(answer["id"])

    @understood
    async def schema_text(self, schema_id: int) -> str | None:
        """The Avro schema with an id, with its references resolved; None if the registry does not know it.

        Raises:
            OtherSchemaError: it is not an Avro schema, or a reference is missing.
            RegistryError: when the registry does not answer.
        """
        answer = await self._find("GET", f"/schemas/ids/{schema_id}", f"to show schema {schema_id}")
        if answer is None:
            return None
        kind = str(answer.get("schemaType") or "AVRO").upper()
        if kind != "AVRO":
            raise OtherSchemaError(f"schema {schema_id} is {_KINDS.get(kind, kind)}; PipeGen decodes only Avro")
        text, references = str(answer["schema"]), answer.get("references") or []
        if not references:
            return text
        found: dict[str, str] = {}
        await self._referred(schema_id, references, found)
        return with_references(text, found)

    async def _referred(self, schema_id: int, references: Sequence[Mapping[str, Any]], found: dict[str, str]) -> None:
        """Adds referenced schemas recursively, by the names of their types."""
        for reference in references:
            name, subject, version = str(reference["name"]), str(reference["subject"]), int(reference["version"])
            if name in found:
                continue
            if len(found) >= _MOST_REFERENCES:
                raise OtherSchemaError(f"schema {schema_id} refers to more than {_MOST_REFERENCES} others")
            doing = f"to show version {version} of subject {subject}"
            answer = await self._find("GET", f"{_path(subject)}/versions/{version}", doing)
            if answer is None:
                raise OtherSchemaError(
                    f"schema {schema_id} refers to {name}, but the registry has no version {version} of {subject}"
                )
            found[name] = str(answer["schema"])
            await self._referred(schema_id, answer.get("references") or [], found)

    @understood
    async def latest(self, subject: str) -> SubjectVersion | None:
        """The newest version of a subject, or None when there is no such subject."""
        answer = await self._find("GET", f"{_path(subject)}/versions/latest", f"to show subject {subject}")
        return None if answer is None else SubjectVersion(subject, int(answer["version"]), int(answer["id"]))

    async def contract(self, subject: str) -> object:
        """The newest version of a subject as the registry tells it, with metadata and rules; None without a subject.

        Raises:
            RegistryError: when it does not answer.
        """
        answer: object = await self._find("GET", f"{_path(subject)}/versions/latest", f"to show subject {subject}")
        return answer

    @understood
    async def versions(self, subject: str) -> list[int]:
        """The versions of a subject, oldest first; empty when there is no such subject.

        Raises:
            RegistryError: when it does not answer.
        """
        answer = await self._find("GET", f"{_path(subject)}/versions", f"to list versions of subject {subject}")
        return sorted(int(version) for version in answer or ())

    @understood
    async def version(self, subject: str, version: int) -> tuple[SubjectVersion, str]:
        """One version of a subject and its schema's text.

        Raises:
            RegistryError: when it does not answer or there is no such version.
        """
        doing = f"to show version {version} of subject {subject}"
        answer = await self._ask("GET", f"{_path(subject)}/versions/{version}", doing)
        return SubjectVersion(subject, int(answer["version"]), int(answer["id"])), str(answer["schema"])

    async def compatibility(self, subject: str | None = None) -> str | None:
        """The compatibility level of the registry, or that in force for a subject; None where it is not told."""
        try:
            answer = await self.request(
                "GET", "/config" if subject is None else f"/config/{quote(subject, safe='')}?defaultToGlobal=true"
            )
        except HttpRefusedError:
            return None
        if not isinstance(answer, dict):
            return None
        level = answer.get("compatibilityLevel") or answer.get("compatibility")
        return str(level) if level else None

    async def version_text(self) -> str | None:
        """What the registry is, such as ``Apicurio Registry 3.3.3``; None where it does not tell.

        Raises:
            RegistryError: when it does not answer.
        """
        root, apicurio, _ = self.url.partition("/apis/ccompat")
        path = "/apis/registry/v3/system/info" if apicurio else "/v1/metadata/version"
        try:
            answer = await self.request("GET", path, root=root)
        except HttpRefusedError:
            return None
        if not isinstance(answer, dict) or not answer.get("version"):
            return None
        return f"{answer['name']} {answer['version']}" if apicurio and "name" in answer else str(answer["version"])

    async def delete_subject(self, subject: str) -> bool:
        """Deletes a subject with all its versions; False when there was none."""
        return await self._find("DELETE", _path(subject), f"to delete subject {subject}") is not None

    async def _find(self, method: str, path: str, doing: str) -> Any | None:
        """The answer; None where there is no such thing."""
        try:
            return await self.request(method, path)
        except HttpRefusedError as refusal:
            if refusal.status == _NOT_FOUND:
                return None
            raise self.refused(doing, refusal, detail=_message(refusal)) from None

    async def _ask(self, method: str, path: str, doing: str, *, json: object = None) -> Any:
        try:
            return await self.request(method, path, json=json)
        except HttpRefusedError as refusal:
            raise self.refused(doing, refusal, detail=_message(refusal)) from None


def _path(subject: str) -> str:
    return f"/subjects/{quote(subject, safe='')}"


def _message(refusal: HttpRefusedError) -> str:
    body: Any = refusal.body
    if isinstance(body, dict):
        for key in ("message", "detail", "title"):
            if body.get(key):
                return str(body[key])
    return str(body)[:2000]
