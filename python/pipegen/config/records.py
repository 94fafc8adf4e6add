"""The settings of faults on purpose and of keys; the generator itself checks them against the schema.

Holds no rule about schemas: what a fault or a key needs of one is known where records are made.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from pipegen.units import format_duration, parse_duration_ns, parse_percent_ratio, parse_size_bytes

FAULT_NAMES: Final = (
    "late",
    "out_of_order",
    "duplicates",
    "nulls",
    "corrupt",
    "unknown_schema_id",
    "rule_violations",
    "oversized",
    "tombstones",
)
"""The faults, by the names that they have everywhere."""
UNREADABLE_FAULTS: Final = ("corrupt", "unknown_schema_id", "tombstones")
"""Faults whose records have no value, or none that can be read: nobody expects them to come out."""


def _share(value: object) -> object:
    if isinstance(value, str) and value.strip().endswith("%"):
        return parse_percent_ratio(value)
    return value


def _duration(value: object) -> object:
    if isinstance(value, str):
        return parse_duration_ns(value)
    raise ValueError(f"{value} has no unit: write it like {value}s")


def _size(value: object) -> object:
    return parse_size_bytes(value) if isinstance(value, str) else value


Share = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)]
"""A ratio from 0 to 1, written as a number or in percent (``0.5%``)."""
Span = Annotated[int, BeforeValidator(_duration), PlainSerializer(format_duration, return_type=str)]
Size = Annotated[int, BeforeValidator(_size)]


class FaultSettings(BaseModel):
    """Faults on purpose: a share of the records each; a record has at most one. Counted apart from loss."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    late: Share = Field(default=0, description="Share of records whose event time lies late_by back.")
    late_by_ns: Span = Field(default=60_000_000_000, alias="late_by", gt=0, description="How late a late record is.")
    out_of_order: Share = Field(default=0, description="Share of records with an event time before earlier ones'.")
    out_of_order_by_ns: Span = Field(
        default=2_000_000_000, alias="out_of_order_by", gt=0, description="How far back their event time lies."
    )
    duplicates: Share = Field(default=0, description="Share of records that repeat an earlier one, byte for byte.")
    nulls: Share = Field(default=0, description="Share of records with a nullable field made null.")
    null_fields: list[str] = Field(default_factory=list, description="Fields to choose from; by default all nullable.")
    corrupt: Share = Field(default=0, description="Share of values that are cut off. Stops Flink's avro-confluent.")
    unknown_schema_id: Share = Field(
        default=0, description="Share of values with an id that no registry has. Stops Flink's avro-confluent."
    )
    rule_violations: Share = Field(default=0, description="Share of records with a value outside its field's hint.")
    rule_fields: list[str] = Field(
        default_factory=list, description="Fields to choose from; by default all whose hint draws a line."
    )
    oversized: Share = Field(default=0, description="Share of records with a very long text or bytes field.")
    oversized_size_bytes: Size = Field(
        default=100_000, alias="oversized_size", ge=1, le=16 << 20, description="Length of that field."
    )
    tombstones: Share = Field(default=0, description="Share of records without a value, only with their key.")

    @model_validator(mode="after")
    def _at_most_one_each(self) -> FaultSettings:
        if sum(self.shares().values()) > 1 + 1e-9:
            raise ValueError("the shares together are more than 1, and a record has at most one fault")
        return self

    def shares(self) -> dict[str, float]:
        """The share of each fault that is asked for."""
        return {name: share for name in FAULT_NAMES if (share := float(getattr(self, name))) > 0}

    def for_generator(self) -> dict[str, Any] | None:
        """Shares and options as the generator takes them; None without any fault."""
        shares = self.shares()
        if not shares:
            return None
        return {
            **shares,
            "late_by_ns": self.late_by_ns,
            "out_of_order_by_ns": self.out_of_order_by_ns,
            "null_fields": self.null_fields,
            "rule_fields": self.rule_fields,
            "oversized_bytes": self.oversized_size_bytes,
        }
