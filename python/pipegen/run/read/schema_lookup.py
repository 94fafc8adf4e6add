"""Asks the registry for a schema on behalf of a reader's thread, and for what the subject's data contract says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from pipegen.errors import RegistryError
from pipegen.quality import Inspection, read_contract
from pipegen.run.names import RunNames
from pipegen.run.progress import RunTracker
from pipegen.run.read.checking import SchemaById
from pipegen.run.read.outputs import OutputReading
from pipegen.services.registry import RegistryClient
from pipegen.snapshot import Side

_ANSWER_S: Final = 6.0


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject, and whose records it describes."""

    name: str
    side: Side
    output: str | None


class SchemaLookup:
    """Schemas by id; made on the loop that the registry's client belongs to.

    Args:
        registry: The client.
        names: Whose subjects these are.
        inspection: Told of the rules in data contracts.
        tracker: Counts the lookups.
    """

    def __init__(self, registry: RegistryClient, names: RunNames, inspection: Inspection, tracker: RunTracker) -> None:
        self._registry = registry
        self._names = names
        self._inspection = inspection
        self._tracker = tracker
        self._loop = asyncio.get_running_loop()

    def of_input(self) -> SchemaById:
        """The lookup for the reader of the first input; blocks the thread that calls it, never the loop."""
        return partial(self._ask, _Subject(self._names.input_subject, "input", None))

    def of_output(self, output: OutputReading) -> SchemaById:
        """The same for the reader of an output."""
        return partial(self._ask, _Subject(f"{output.topic}-value", "output", output.key))

    def _ask(self, subject: _Subject, schema_id: int) -> str | None:
        self._tracker.update(schema_lookups=self._tracker.status.schema_lookups + 1)
        answer = asyncio.run_coroutine_threadsafe(self._fetch(schema_id, subject.name), self._loop)
        try:
            text, contract = answer.result(_ANSWER_S)
        except TimeoutError:
            answer.cancel()
            raise RegistryError(f"the registry did not show schema {schema_id} within {_ANSWER_S:g} s") from None
        if text is not None:
            found = read_contract(subject.name, contract, subject.side, subject.output)
            self._inspection.add_contract(found.rules, found.notes)
        return text

    async def _fetch(self, schema_id: int, subject: str) -> tuple[str | None, object]:
        text = await self._registry.schema_text(schema_id)
        return text, None if text is None else await self._registry.contract(subject)
