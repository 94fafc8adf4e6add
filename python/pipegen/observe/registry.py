"""The schema registry: whether and how fast it answers, the subjects of this pipeline, and how they change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pipegen.errors import ServiceError
from pipegen.moment import iso_now
from pipegen.observe.collector import Collector
from pipegen.observe.resolution import unreadable
from pipegen.services.registry import RegistryClient
from pipegen.snapshot import SchemaChange, SubjectState

Role = Literal["input", "output"]
_MOST_CHANGES: Final = 50


@dataclass(frozen=True, slots=True)
class RegistryReading:
    """What the registry says at one moment; a version is None while there is no such subject."""

    response_ms: float
    input_version: int | None
    output_version: int | None
    compatibility: str | None
    subjects: tuple[SubjectState, ...] = ()
    changes: tuple[SchemaChange, ...] = ()


class RegistryCollector(Collector[RegistryReading]):
    """Follows the pipeline's subjects.

    Args:
        client: Client to ask with.
        input_subject: Subject of the input records; None when not known.
        output_subject: Subject of the output records; None when not known.
        interval_s: Time between two readings.
        on_failure: Called with the error of a failed attempt.
        on_change: Called with each version that is added while watching.
    """

    name = "registry"

    def __init__(
        self,
        client: RegistryClient,
        *,
        input_subject: str | None,
        output_subject: str | None,
        interval_s: float = 2.0,
        on_failure: Callable[[ServiceError], None] | None = None,
        on_change: Callable[[SchemaChange], None] = lambda _: None,
    ) -> None:
        super().__init__(interval_s=interval_s, on_failure=on_failure)
        self._client = client
        wanted: Mapping[Role, str | None] = {"input": input_subject, "output": output_subject}
        self._roles: dict[Role, str] = {role: subject for role, subject in wanted.items() if subject is not None}
        self._on_change = on_change
        self._states: dict[str, SubjectState] = {}
        self._changes: list[SchemaChange] = []

    async def measure(self) -> RegistryReading:
        """A few small questions, one after another."""
        response_ms = await self._client.ping_ms()
        level = await self._client.compatibility()
        for role, subject in self._roles.items():
            self._states[subject] = await self._subject(role, subject, level)
        states = {state.role: state for state in self._states.values()}
        newest = {role: state.versions[-1] if state.versions else None for role, state in states.items()}
        return RegistryReading(
            response_ms=response_ms,
            input_version=newest.get("input"),
            output_version=newest.get("output"),
            compatibility=states["input"].compatibility if "input" in states else level,
            subjects=tuple(self._states.values()),
            changes=tuple(self._changes),
        )

    async def _subject(self, role: Role, subject: str, level: str | None) -> SubjectState:
        before = self._states.get(subject)
        versions = await self._client.versions(subject)
        in_force = await self._client.compatibility(subject) or level
        schema_id = before.schema_id if before is not None else None
        if versions and (before is None or versions != before.versions):
            schema_id = (await self._client.version(subject, versions[-1]))[0].schema_id
            if before is not None and before.versions:
                for version in versions:
                    if version > before.versions[-1]:
                        await self._changed(subject, version, [old for old in versions if old < version])
        return SubjectState(
            subject=subject,
            role=role,
            versions=versions,
            schema_id=schema_id if versions else None,
            compatibility=in_force,
            own_compatibility=in_force != level,
        )

    async def _changed(self, subject: str, version: int, older: list[int]) -> None:
        """Judges a new version by Avro's own rules: where the level is NONE the registry lets everything through."""
        newest, text = await self._client.version(subject, version)
        reason: str | None = "there is no version before it"
        compatible: bool | None = None
        if older:
            _, before = await self._client.version(subject, older[-1])
            try:
                reason = await asyncio.to_thread(unreadable, before, text)
                compatible = reason is None
            except (ValueError, KeyError, TypeError):
                reason = "it is no Avro schema that PipeGen understands"
        change = SchemaChange(
            subject=subject,
            version=version,
            schema_id=newest.schema_id,
            at=iso_now(),
            compatible=compatible,
            reason=reason,
        )
        self._changes = [*self._changes, change][-_MOST_CHANGES:]
        self._on_change(change)
