"""Checks every consumed value: Confluent framing, a schema the registry knows, Avro binary that is exactly one value.

Walks bytes in Rust and builds nothing from them. A schema is asked for once; what cannot be checked, because the
registry does not answer, is counted as unchecked, never as good or bad. Where the output table writes JSON, the values
are checked to be that.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from pipegen.errors import RegistryError
from pipegen.hotpath import SchemaValidator

_FRAME_BYTES: Final = 5
_MAGIC: Final = 0


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came of checking a batch.

    Attributes:
        invalid: Values that are no record of a schema the registry knows.
        unchecked: Values whose schema could not be asked for.
        faults: For each reason how many, and one sentence as an example.
    """

    invalid: int
    unchecked: int
    faults: dict[str, tuple[int, str]]


SchemaById = Callable[[int], str | None]
"""The text of the schema with an id, None when the registry does not know it.

Raises:
    RegistryError: when the registry does not answer.
"""


class Checker(Protocol):
    """Checks a batch of consumed values."""

    def check(self, values: Sequence[bytes | None]) -> Decoded:
        """What came of checking them."""


def checker_for(output_format: str | None, schema_by_id: SchemaById) -> Checker:
    """The checker for what the output table writes; of a format that we do not read, nothing is checked.

    Args:
        output_format: Its Flink format; None when not known, which is taken for Avro.
        schema_by_id: Asks the registry; blocks.
    """
    if output_format is None or output_format.endswith("avro-confluent"):
        return ValueChecker(schema_by_id)
    return JsonChecker() if output_format.endswith("json") else NoChecker()


class JsonChecker:
    """Checks that values are JSON."""

    def check(self, values: Sequence[bytes | None]) -> Decoded:
        """Checks a batch. Null values (tombstones) are neither good nor bad."""
        faults: dict[str, tuple[int, str]] = {}
        for value in values:
            if value is None:
                continue
            try:
                json.loads(value)
            except (ValueError, RecursionError) as error:
                _note(faults, "not_json", 1, f"a value is not JSON: {error}")
        return Decoded(sum(count for count, _ in faults.values()), 0, faults)


class NoChecker:
    """For formats that PipeGen does not read: every value counts as unchecked."""

    def check(self, values: Sequence[bytes | None]) -> Decoded:
        """Counts a batch."""
        return Decoded(0, sum(value is not None for value in values), {})


class ValueChecker:
    """Checks the values of the output topic, in the consumer's thread.

    Args:
        schema_by_id: Asks the registry; blocks.
    """

    def __init__(self, schema_by_id: SchemaById) -> None:
        self._schema_by_id = schema_by_id
        self._validators: dict[int, SchemaValidator | None] = {}

    def check(self, values: Sequence[bytes | None]) -> Decoded:
        """Checks a batch. Null values (tombstones) are neither good nor bad."""
        invalid = unchecked = 0
        faults: dict[str, tuple[int, str]] = {}
        by_id: defaultdict[int, list[bytes]] = defaultdict(list)
        for value in values:
            if value is None:
                continue
            if len(value) < _FRAME_BYTES or value[0] != _MAGIC:
                invalid += 1
                _note(faults, "wrong_magic_byte", 1, "a value does not start with the Confluent magic byte and an id")
                continue
            by_id[int.from_bytes(value[1:_FRAME_BYTES], "big")].append(value)
        for schema_id, framed in by_id.items():
            try:
                validator = self._validator(schema_id)
            except RegistryError:
                unchecked += len(framed)
                continue
            if validator is None:
                invalid += len(framed)
                _note(faults, "unknown_schema_id", len(framed), f"the registry has no schema with id {schema_id}")
                continue
            outcome = validator.check_batch(framed)
            invalid += outcome.invalid
            for reason, count in outcome.reasons.items():
                example = outcome.first_fault[1] if outcome.first_fault else reason
                _note(faults, reason, count, example)
        return Decoded(invalid, unchecked, faults)

    def _validator(self, schema_id: int) -> SchemaValidator | None:
        if schema_id not in self._validators:
            text = self._schema_by_id(schema_id)
            self._validators[schema_id] = None if text is None else SchemaValidator(text, skip_bytes=_FRAME_BYTES)
        return self._validators[schema_id]


def _note(faults: dict[str, tuple[int, str]], reason: str, count: int, example: str) -> None:
    before = faults.get(reason, (0, example))
    faults[reason] = (before[0] + count, before[1])
