"""The part of `pipegen._native` that makes records and checks them. A stub alone: import from `pipegen._native`."""

from collections.abc import Sequence
from typing import final

from pipegen._native import Meters, Permits, RecordBatch, Schedule

__all__ = ["FieldInterval", "FieldProfile", "FieldStats", "RecordPlan", "SchemaValidator", "Validation"]

@final
class RecordPlan:
    """An Avro schema compiled to a generator of records, written straight to Avro binary.

    The record of event *n* depends on schema, hints, seed, *n* and its due time alone, byte for byte: not on the number
    of workers, nor on where a batch ends. Values follow the hint, else the field's name (`email`, `customer_id`,
    `price`, `created_at`, …), else the type. Fields of one record that describe a person or a place agree. Unless
    hinted, nullable unions are null in 5 % of the records, and arrays and maps have 1 to 3 entries. Recursion ends two
    levels below what the schema demands; a record has at most 10,000 entries.

    A hint is a JSON object. It stands as the attribute `pipegen` on a field or type of the schema, or in `hints_json`
    under the field's path (`customer.email`; arrays, maps and unions do not appear in a path), which wins:

    - `one_of` (text, enums, numbers): a list of values, or `{value: weight}`; `weights`: one weight for each of a list
    - `min`, `max` (numbers): the range, both ends included
    - `normal` (numbers): `{"mean": 20, "deviation": 5}`; `lognormal`: `{"median": 35, "sigma": 0.9}`
    - `zipf` (numbers, ids): an exponent such as 1.1; the first of the range or pool come oftenest
    - `sequence` (numbers, text): `true` or `{"start": 1, "step": 1}`, counted up with the events
    - `decimals` (double, float, text): digits after the point, 0 to 15
    - `pool` (ids): how many different ones there are
    - `pattern` (text): `ORD-{seq:08}`; also `{int:1-99}`, `{digits:4}`, `{hex:8}`, `{lower:3}`, `{upper:3}`, `{uuid}`
    - `kind` (text, numbers): what the name would have said, such as `email` or `price`
    - `pool_of` (text, numbers): another field's path; values come from where that one's do, so that both can be joined
    - `states` (text, enums): `{"start": "new", "next": {"new": {"paid": 9, "cancelled": 1}}, "entity": "order_id",
      "pool": 1000}`; the field goes through states, and the entity field beside it says whose they are. Event *n* is
      turn `n // pool` of slot `n % pool`; every 32 turns a slot starts anew, which may cut its last entity short
    - `min_length`, `max_length` (text, bytes): random letters or bytes of that length
    - `min_items`, `max_items` (arrays, maps): entries
    - `true_share` (booleans), `null` (nullable unions): a share from 0 to 1
    """

    def __new__(
        cls,
        schema_json: str,
        *,
        hints_json: str | None = None,
        seed: int = 0,
        value_prefix: bytes = b"",
        key_field: str | None = None,
        key_json: str | None = None,
        value_format: str = "avro",
        faults_json: str | None = None,
        schedule: Schedule | None = None,
    ) -> RecordPlan:
        """Compiles the schema.

        Args:
            schema_json: An Avro schema.
            hints_json: `{"field.path": hint, …}` as JSON.
            seed: From 0 on; decides all values.
            value_prefix: Stands before every value, such as Confluent's framing.
            key_field: The top-level field whose value, as UTF-8 text, is the Kafka key; a null value is no key. Without
                it no record has a key.
            key_json: Instead of `key_field`, as JSON: `{"field": …}`, `{"zipf": 1.1, "pool": 1000}` (the first keys
                come oftenest), `{"hot": 0.2, "keys": 1, "pool": 1000}` (a share of the records has one of the first
                keys), or `"none"`. Keys of a pool are `key-00042`.
            value_format: `avro` or `json`; JSON is made from the same Avro binary, so a seed means the same records.
            faults_json: Shares from 0 to 1 by the names of the faults, and the options `late_by_ns`,
                `out_of_order_by_ns`, `null_fields`, `rule_fields`, `oversized_bytes`, `unknown_id`.
            schedule: The plan; says when the earlier event was due whose record a duplicate repeats.

        Raises:
            ValueError: `path: problem; remedy`, the path being the JSON path in the schema, the hint's field path,
                `key`, `value_format` or `faults.NAME`.
        """

    @property
    def warnings(self) -> list[str]:
        """What the specification allows but is probably not meant, such as a logical type that is ignored."""

    def batch(self, permits: Permits, meters: Meters) -> RecordBatch:
        """The records of these permits, faults included, ready to send.

        Raises:
            ValueError: Permits and meters are of different workers.
        """

    def outgoing(
        self, *, first_event: int, count: int, due_ns: int, due_step_ns: int = 0
    ) -> list[tuple[bytes | None, bytes | None, str | None]]:
        """What a run of events sends: value (null for a tombstone), key, and the name of its fault.

        Args:
            first_event: The first one's number.
            count: How many.
            due_ns: When the first one is due, ns since the epoch.
            due_step_ns: How much later each next one is due.
        """

    def record(self, event: int, *, due_ns: int) -> tuple[bytes, bytes | None]:
        """One record's value, prefix included, and key; never with a fault.

        Args:
            event: Its number in the plan, from 0.
            due_ns: When it is due, ns since the epoch.
        """

    def records(
        self, *, first_event: int, count: int, due_ns: int, due_step_ns: int = 0
    ) -> list[tuple[bytes, bytes | None]]:
        """The values and keys of a run of events, none with a fault.

        Args:
            first_event: The first one's number.
            count: How many.
            due_ns: When the first one is due, ns since the epoch.
            due_step_ns: How much later each next one is due.
        """

@final
class Validation:
    """What came of checking a batch of values."""

    @property
    def valid(self) -> int:
        """Values that are exactly one value of the schema."""

    @property
    def invalid(self) -> int:
        """Values that are not."""

    @property
    def nulls(self) -> int:
        """Kafka's null values, which are neither."""

    @property
    def reasons(self) -> dict[str, int]:
        """How many were invalid for which reason.

        The reasons: `truncated`, `trailing_bytes`, `bad_boolean`, `bad_integer`, `bad_length`, `bad_union_index`,
        `bad_enum_index`, `bad_utf8`, `too_deep`.
        """

    @property
    def first_fault(self) -> tuple[int, str] | None:
        """Index of the first invalid value in the batch, and a sentence that says what is wrong with it and where."""

    @property
    def invalid_indexes(self) -> list[int]:
        """Indexes of the invalid values in the batch, ascending."""

@final
class FieldStats:
    """What is known of one field of the values that were valid."""

    @property
    def path(self) -> str:
        """Its path, joined by dots; `value` for a schema that is no record."""

    @property
    def type_word(self) -> str:
        """Its type in Avro's words: the logical type where there is one, several of a union joined by bars."""

    @property
    def present(self) -> int:
        """Values that are there. A field within a record that is itself null is neither present nor null."""

    @property
    def nulls(self) -> int:
        """Values that are null."""

    @property
    def distinct(self) -> int:
        """About how many values are different, with a standard error of `FieldProfile.distinct_error_ratio`."""

    @property
    def range(self) -> tuple[str, str] | None:
        """The smallest and the greatest value as text, true to the type; `None` where there is none or no order.

        Texts are compared as bytes and cut after 48; bytes, arrays and maps are told by their lengths; enums, booleans'
        unions and the like have no order.
        """

@final
class FieldInterval:
    """What came of one field since the interval was taken last."""

    @property
    def path(self) -> str:
        """Its path, joined by dots."""

    @property
    def present(self) -> int:
        """Values that are there."""

    @property
    def nulls(self) -> int:
        """Values that are null."""

    @property
    def numbers(self) -> tuple[float, float] | None:
        """Mean and standard deviation of the values; `None` without numbers. Points in time are no numbers."""

@final
class FieldProfile:
    """Statistics of each field, filled by the `SchemaValidator`s that are made with it.

    Validators of several schemas may share one: fields of the same path and type count together. Takes about 4 KiB a
    field, 200 fields at most. Any thread may read while another fills it.
    """

    def __new__(cls) -> FieldProfile:
        """Makes an empty one."""

    def fields(self) -> list[FieldStats]:
        """What is known of each field, in the order of the schema."""

    def take_interval(self) -> list[FieldInterval]:
        """What came of each field since this was called last."""

    @property
    def skipped_fields(self) -> int:
        """Fields that are not looked at because there are more than 200."""

    @property
    def distinct_error_ratio(self) -> float:
        """Standard error of `FieldStats.distinct`, as a share: HyperLogLog with 4,096 registers, 1.6 %."""

@final
class SchemaValidator:
    """Checks Avro binary against the schema it was written with, without building anything from it."""

    def __new__(cls, schema_json: str, *, skip_bytes: int = 0, profile: FieldProfile | None = None) -> SchemaValidator:
        """Reads the schema.

        Args:
            schema_json: The writer's Avro schema.
            skip_bytes: How many bytes stand before each value; Confluent's framing has 5.
            profile: Takes the statistics of the values that `check_batch` finds valid.

        Raises:
            ValueError: `path: problem; remedy`.
        """

    def check(self, value: bytes) -> str | None:
        """What is wrong with a value, in a sentence with the byte (counted after the skipped ones) and the field."""

    def check_batch(self, values: Sequence[bytes | None]) -> Validation:
        """Checks many values."""
