"""Reads the traces of an output: fields whose values lead back to the event that a record comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipegen.errors import RegistryError
from pipegen.hotpath import Schedule, Trace, TracedRecords, TraceReader
from pipegen.project import OutputFacts
from pipegen.run.read.checking import SchemaById
from pipegen.services.registry import OtherSchemaError

_ASKED: Final = 3
"""How often the registry is asked for a schema before its records are left without a trace."""


class OutputTraces:
    """Reads the traces of the records of one output, in the thread that reads it.

    Args:
        reader: Knows the traces.
        framed: Whether values are Avro with Confluent's framing, else JSON.
        schema_by_id: Asks the registry; blocks.
    """

    def __init__(self, reader: TraceReader, *, framed: bool, schema_by_id: SchemaById) -> None:
        self._reader = reader
        self._framed = framed
        self._schema_by_id = schema_by_id
        self._asked: dict[int, int] = {}

    def read(self, values: Sequence[bytes | None]) -> TracedRecords:
        """What the traces of a batch of values say."""
        if not self._framed:
            return self._reader.read_json(values)
        for schema_id in self._reader.unknown_schemas(values):
            self._learn(schema_id)
        return self._reader.read_framed(values)

    def _learn(self, schema_id: int) -> None:
        """Asks for a schema, again where the registry does not answer; without it, no trace is read."""
        while True:
            try:
                self._reader.add_schema(schema_id, self._schema_by_id(schema_id))
            except OtherSchemaError:
                self._reader.add_schema(schema_id, None)
            except RegistryError:
                self._asked[schema_id] = self._asked.get(schema_id, 0) + 1
                if self._asked[schema_id] < _ASKED:
                    continue
                self._reader.add_schema(schema_id, None)
            return


def traces_of(
    facts: OutputFacts, schedules: Sequence[Schedule], *, schema_by_id: SchemaById, workers: int = 1
) -> OutputTraces | None:
    """What reads the traces of an output; None where it has none.

    Args:
        facts: The output.
        schedules: When the records of each input are due.
        schema_by_id: Asks the registry; blocks.
        workers: How many workers send the records of each input in turn.
    """
    traces = [
        Trace(
            list(path.trace.place),
            kind=path.trace.kind,
            stream=path.trace.stream,
            prefix=path.trace.prefix,
            schedule=schedules[path.number],
            input_index=path.number,
            first_event=path.trace.first_event,
            workers=workers,
        )
        for path in facts.counted
        if path.trace is not None
    ]
    if not traces:
        return None
    framed = (facts.format or "").endswith("avro-confluent")
    return OutputTraces(TraceReader(traces), framed=framed, schema_by_id=schema_by_id)
