"""Judges the records of an output as the table that they stand for, in the formats whose rows are read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from pipegen.avro import decoder_of, schema_id_of
from pipegen.hotpath import TableMeter
from pipegen.project.table_facts import TableFacts
from pipegen.quality import Decode
from pipegen.run.read.checking import SchemaById

_READ: Final = frozenset({"debezium-json", "canal-json", "maxwell-json", "ogg-json"})
_AVRO: Final = "debezium-avro-confluent"
_SAME_IN_JSON: Final = "debezium-json"
_UNREADABLE: Final = b""


def table_meter(facts: TableFacts | None, *, run_mark: int, counts_probes: bool) -> TableMeter | None:
    """What counts the changes of a table; None where there is none, or its format is not read.

    Args:
        facts: What is known of the table.
        run_mark: The run in the header of its records.
        counts_probes: Whether records that were sent before the load are rows of it.
    """
    if facts is None:
        return None
    form = _SAME_IN_JSON if facts.changelog == _AVRO else facts.changelog
    if form is None:
        return TableMeter(run=run_mark, counts_probes=counts_probes)
    return TableMeter(form, key=facts.key, run=run_mark, counts_probes=counts_probes) if form in _READ else None


def changes_as_json(facts: TableFacts | None, schema_by_id: SchemaById) -> ChangesAsJson | None:
    """Turns the values of an output into what its meter reads; None where they are that already."""
    return ChangesAsJson(schema_by_id) if facts is not None and facts.changelog == _AVRO else None


class ChangesAsJson:
    """Debezium's changes in Avro as the same changes in JSON.

    Args:
        schema_by_id: Asks the registry; blocks.
    """

    def __init__(self, schema_by_id: SchemaById) -> None:
        self._schema_by_id = schema_by_id
        self._decoders: dict[int, Decode] = {}

    def __call__(self, values: Sequence[bytes | None]) -> list[bytes | None]:
        """The values; one that cannot be read is empty, which is no change."""
        return [None if value is None else self._json(value) for value in values]

    def _json(self, value: bytes) -> bytes:
        try:
            decode = self._decoder(schema_id_of(value))
            return _UNREADABLE if decode is None else json.dumps(decode(value), default=str).encode()
        except Exception:  # noqa: BLE001 -- what does not fit a schema makes the reader raise whatever it likes
            return _UNREADABLE

    def _decoder(self, schema_id: int | None) -> Decode | None:
        """What reads values with a schema; None where the registry does not show it."""
        if schema_id is not None and schema_id not in self._decoders:
            text = self._schema_by_id(schema_id)
            if text is None:
                return None
            self._decoders[schema_id] = decoder_of(text)
        return None if schema_id is None else self._decoders[schema_id]
