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
from typing import Protocol, TypedDict

from pipegen.avro import HEADER_BYTES, decoder_of, schema_id_of
from pipegen.errors import RegistryError
from pipegen.hotpath import FieldProfile, SchemaValidator
from pipegen.quality import Decode
from pipegen.services.registry import OtherSchemaError


class DecodedCounts(TypedDict):
    """What :class:`Decoded` says, as keyword arguments."""

    valid: int
    invalid: int
    unchecked: int
    tombstones: int
    faults: dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came of checking a batch.

    Attributes:
        valid: Values that are exactly one record.
        invalid: Values that are no record of a schema the registry knows.
        unchecked: Values whose schema could not be asked for, or of a format that is not read.
        tombstones: Null values, neither good nor bad.
        faults: For each reason how many, and one sentence as an example.
    """

    valid: int
    invalid: int
    unchecked: int
    tombstones: int
    faults: dict[str, tuple[int, str]]

    def counts(self) -> DecodedCounts:
        """The same by name."""
        return {
            "valid": self.valid,
            "invalid": self.invalid,
            "unchecked": self.unchecked,
            "tombstones": self.tombstones,
            "faults": self.faults,
        }


SchemaById = Callable[[int], str | None]
"""The text of the schema with an id, None when the registry does not know it.

Raises:
    RegistryError: when the registry does not answer.
"""
Offer = Callable[[Decode, Sequence[bytes]], None]
"""Takes valid values, and what makes records of them, for a closer look; returns at once."""


class Checker(Protocol):
    """Checks a batch of consumed values."""

    def check(self, values: Sequence[bytes | None]) -> Decoded:
        """What came of checking them."""


def checker_for(
    value_format: str | None,
    schema_by_id: SchemaById,
    *,
    profile: FieldProfile | None = None,
    offer: Offer | None = None,
) -> Checker:
    """The checker for what stands in a topic; of a format that we do not read, nothing is checked.

    Args:
        value_format: Its Flink format; None when not known, which is taken for Avro.
        schema_by_id: Asks the registry; blocks.
        profile: Takes the statistics of each field of Avro records.
        offer: Takes valid values for a closer look.
    """
    if value_format is None or value_format.endswith("avro-confluent"):
        return ValueChecker(schema_by_id, profile=profile, offer=offer)
    return JsonChecker(offer) if value_format.endswith("json") else NoChecker()


class JsonChecker:
    """Checks that values are JSON."""

    def __init__(self, offer: Offer | None = None) -> None:
        self._offer = offer

    def check(self, values: Sequence[bytes | None]) -> Decoded:
        """Checks a batch."""
        faults: dict[str, tuple[int, str]] = {}
        valid: list[bytes] = []
        tombstones = 0
        for value in values:
            if value is None:
                tombstones += 1
                continue
            try:
                json.loads(value)
            except (ValueError, RecursionError) as error:
                _note(faults, "not_json", 1, f"a value is not JSON: {error}")
            else:
                valid.append(value)
        if self._offer is not None and valid:
            self._offer(json.loads, valid)
        return Decoded(len(valid), sum(count for count, _ in faults.values()), 0, tombstones, faults)


class NoChecker:
    """For formats that PipeGen does not read: every value counts as unchecked."""

    def check(self, values: Sequence[bytes | None]) -> Decoded:
        """Counts a batch."""
        there = sum(value is not None for value in values)
        return Decoded(0, 0, there, len(values) - there, {})


@dataclass(frozen=True, slots=True)
class _Known:
    """A schema that the registry knows."""

    validator: SchemaValidator
    decode: Decode


class ValueChecker:
    """Checks the values of a topic, in the thread that reads it.

    Args:
        schema_by_id: Asks the registry; blocks.
        profile: Takes the statistics of each field.
        offer: Takes valid values for a closer look.
    """

    def __init__(
        self, schema_by_id: SchemaById, *, profile: FieldProfile | None = None, offer: Offer | None = None
    ) -> None:
        self._schema_by_id = schema_by_id
        self._profile = profile
        self._offer = offer
        self._schemas: dict[int, _Known | None] = {}
        self._other: set[int] = set()

    def check(self, values: Sequence[bytes | None]) -> Decoded:
        """Checks a batch."""
        valid = invalid = unchecked = tombstones = 0
        faults: dict[str, tuple[int, str]] = {}
        by_id: defaultdict[int, list[bytes]] = defaultdict(list)
        for value in values:
            if value is None:
                tombstones += 1
                continue
            schema_id = schema_id_of(value)
            if schema_id is None:
                invalid += 1
                _note(faults, "wrong_magic_byte", 1, "a value does not start with the Confluent magic byte and an id")
                continue
            by_id[schema_id].append(value)
        for schema_id, framed in by_id.items():
            if schema_id in self._other:
                unchecked += len(framed)
                continue
            try:
                known = self._known(schema_id)
            except (OtherSchemaError, ValueError):
                self._other.add(schema_id)  # nor can it be read later
                unchecked += len(framed)
                continue
            except RegistryError:
                unchecked += len(framed)
                continue
            if known is None:
                invalid += len(framed)
                _note(faults, "unknown_schema_id", len(framed), f"the registry has no schema with id {schema_id}")
                continue
            outcome = known.validator.check_batch(framed)
            valid += outcome.valid
            invalid += outcome.invalid
            for reason, count in outcome.reasons.items():
                example = outcome.first_fault[1] if outcome.first_fault else reason
                _note(faults, reason, count, example)
            if self._offer is not None and outcome.valid:
                wrong = set(outcome.invalid_indexes)
                good = [value for index, value in enumerate(framed) if index not in wrong] if wrong else framed
                self._offer(known.decode, good)
        return Decoded(valid, invalid, unchecked, tombstones, faults)

    def _known(self, schema_id: int) -> _Known | None:
        if schema_id not in self._schemas:
            text = self._schema_by_id(schema_id)
            self._schemas[schema_id] = None if text is None else self._read(text)
        return self._schemas[schema_id]

    def _read(self, text: str) -> _Known:
        return _Known(SchemaValidator(text, skip_bytes=HEADER_BYTES, profile=self._profile), decoder_of(text))


def _note(faults: dict[str, tuple[int, str]], reason: str, count: int, example: str) -> None:
    before = faults.get(reason, (0, example))
    faults[reason] = (before[0] + count, before[1])
