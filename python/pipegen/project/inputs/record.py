"""What the records of one input are made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipegen.project.inputs.change_plan import ChangePlan
from pipegen.project.inputs.debezium import debezium_schema
from pipegen.project.inputs.follow import Follow
from pipegen.project.inputs.format import RecordFormat
from pipegen.project.inputs.key_plan import KeyPlan
from pipegen.project.inputs.traced import TracedColumn


@dataclass(frozen=True, slots=True)
class Load:
    """Records that are sent before the load begins: the first ``records`` events of the input.

    Attributes:
        records: How many.
        rate_per_s: How many changes a second come after them, unless the settings say another rate.
        due_ns: When the rows of a table that changes were due; the same for those who send them and who change them.
    """

    records: int
    rate_per_s: float
    due_ns: int = 0


@dataclass(frozen=True, slots=True)
class InputRecord:
    """What the records of one input are made from.

    Attributes:
        name: The input.
        format: How values are written.
        schema: The value's Avro schema.
        generated: The same with the columns that are in the key alone behind its own: what the generator compiles.
        value_fields: How many fields of it the value has.
        hints: Hints by the path of the field, as the generator takes them.
        null_share: Share of null where no hint says; None for the generator's own.
        seed: Decides what no pool decides.
        key: How the key is made; None where the table does not read it.
        key_setting: The key of a table that does not read it, as the settings say.
        follow: The input that it follows.
        load: What is sent before the load.
        changes: How its rows change; None where each record is a row of its own.
        notes: Sentences about what was inferred or could not be.
        traces: The columns whose values lead back to the record.
    """

    name: str
    format: RecordFormat
    schema: Mapping[str, Any]
    generated: Mapping[str, Any]
    value_fields: int
    hints: Mapping[str, Mapping[str, Any]]
    null_share: float | None
    seed: int
    key: KeyPlan | None = None
    key_setting: Any = None
    follow: Follow | None = None
    load: Load | None = None
    changes: ChangePlan | None = None
    notes: tuple[str, ...] = ()
    traces: tuple[TracedColumn, ...] = ()

    @property
    def value_schema(self) -> Mapping[str, Any]:
        """The Avro schema of its values: that of a change, where they are changes."""
        wrapped = self.changes is not None and self.changes.format == "debezium-avro-confluent"
        return debezium_schema(self.schema) if wrapped else self.schema

    @property
    def registered(self) -> bool:
        """Whether the value's schema has to be known to the registry."""
        return self.format == "avro-confluent"

    def for_generator(self, *, value_prefix: bytes = b"", key_prefix: bytes = b"") -> dict[str, Any]:
        """The arguments of the generator, ``RecordPlan``, but for faults and schedule.

        Args:
            value_prefix: Stands before each value: Confluent's framing, for what is registered.
            key_prefix: The same for the key.
        """
        key = self.key.for_generator(key_prefix) if self.key else self.key_setting
        told: dict[str, Any] = {} if self.changes is None else {"changes_json": self._changes_json(self.changes)}
        return told | {
            "schema_json": json.dumps(self.generated),
            "hints_json": json.dumps(self.hints) if self.hints else None,
            "seed": self.seed,
            "value_prefix": value_prefix,
            "key_json": None if key is None else json.dumps(key),
            "value_format": "avro" if self.format.startswith("avro") else self.format,
            "null_share": self.null_share,
            "value_fields": self.value_fields,
        }

    def _changes_json(self, changes: ChangePlan) -> str:
        load = self.load or Load(0, 0.0)
        return json.dumps(changes.for_generator(self.schema, loaded=load.records, loaded_due_ns=load.due_ns))
