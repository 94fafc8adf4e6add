"""The compiled part of PipeGen: pacing, counting, measuring and generating, for the packages above `pipegen.hotpath`.

Times are epoch nanoseconds of `now_ns()` (`*_ns` arguments called offset or duration count from the start of the plan),
latencies are microseconds. A wrong type raises `TypeError`, a value out of range `ValueError` with a sentence. Objects
may be shared between threads. The GIL is released in every wait and in every batch of 50 records or more.
"""

from collections.abc import Callable, Sequence
from typing import Final, Literal, Protocol, TypeAlias, final

__all__ = [
    "HEADER_NAME",
    "ConsumedBatch",
    "Delivery",
    "FieldInterval",
    "FieldProfile",
    "FieldStats",
    "HistogramSnapshot",
    "InputArrivals",
    "KafkaSender",
    "Meters",
    "NotedEvent",
    "Pacer",
    "Permits",
    "RecordBatch",
    "RecordPlan",
    "Schedule",
    "SchemaCheck",
    "SchemaNote",
    "SchemaValidator",
    "TableCounts",
    "TableMeter",
    "Totals",
    "Trace",
    "TraceReader",
    "TracedRecords",
    "Validation",
    "check_schema",
    "is_of_load",
    "now_ns",
    "probe_header",
]

# ---- Time ------------------------------------------------------------------------------------------------------------

def now_ns() -> int:
    """The time, in nanoseconds since the epoch.

    Wall time read once per process and carried on by the monotonic clock: it never jumps. Every figure of this module
    is measured with it, so measure with it too.
    """

HEADER_NAME: Final[str]
"""The name of the header on every record."""

def is_of_load(header: bytes, *, run: int) -> bool:
    """Whether a `pipegen` header is that of a record of a run's load, so neither a probe's nor another run's.

    Args:
        header: The header; False for bytes that are none.
        run: The run, as in `Meters`.
    """

def probe_header(*, due_ns: int, number: int, run: int) -> bytes:
    """The `pipegen` header of a probe record, which `Meters.consumed` reports apart and counts in no total.

    Args:
        due_ns: When the probe is sent.
        number: Tells probes apart, from 0 on.
        run: The run, as in `Meters`.
    """

# ---- When: the plan and its pacing -----------------------------------------------------------------------------------

@final
class Schedule:
    """The plan: a piecewise linear rate curve and the exact due time of every event on it.

    Event *n* (from 0) is due when the area under the curve reaches *n* + ½, so fractions carry over segment borders,
    nothing drifts, and the total is the area rounded to the nearest event (a half rounds down). With Poisson arrivals
    events lie at random along the same curve instead, and their number varies around the area; the seed decides.
    """

    def __new__(
        cls,
        segments: Sequence[tuple[int, int, float, float]],
        *,
        arrivals: Literal["uniform", "poisson"] = "uniform",
        seed: int = 0,
    ) -> Schedule:
        """Builds the plan.

        Args:
            segments: `(start_ns, end_ns, start_rate_per_s, end_rate_per_s)` each, offsets from the start of the run,
                contiguous from 0. Equal rates are a step, different ones a linear ramp, zeros a pause; a rate is at
                most 10,000,000 per second and may be a fraction.
            arrivals: Even, or independent of each other at random. Either way each event has one due time, whoever
                asks and in whatever order.
            seed: Decides random arrivals, from 0 on.

        Raises:
            ValueError: The segments have a gap, an overlap or a rate out of range (the sentence names the segment), or
                plan more than 2^50 events, with Poisson arrivals 2^40.
        """

    @property
    def total_events(self) -> int:
        """How many events the whole plan has, over all shards."""

    @property
    def duration_ns(self) -> int:
        """How long the plan lasts."""

    def due_ns(self, event: int) -> int:
        """When an event is due, as an offset from the start.

        Args:
            event: Its number in the plan, from 0.

        Raises:
            ValueError: The plan has no such event.
        """

    def events_before(self, offset_ns: int) -> int:
        """How many events are due before an offset; the inverse of `due_ns`. An offset outside the plan is fine."""

    def planned_between(self, *, from_ns: int, to_ns: int) -> int:
        """How many events are due from the offset `from_ns` on and before the offset `to_ns`."""

    def rate_at(self, offset_ns: int) -> float:
        """The planned rate at an offset, in events per second; 0 outside the plan."""

@final
class Permits:
    """Leave to send a run of events of one shard. Made by `Pacer.acquire` only; hand it to a batch."""

    @property
    def count(self) -> int:
        """How many events; at least 1."""

    @property
    def worker(self) -> int:
        """The shard's index."""

    @property
    def first_event(self) -> int:
        """The first event's number in the global plan; the next ones follow `stride` apart."""

    @property
    def stride(self) -> int:
        """The number of shards."""

    @property
    def first_due_ns(self) -> int:
        """When the first event was due."""

    @property
    def last_due_ns(self) -> int:
        """When the last event was due."""

    @property
    def issued_ns(self) -> int:
        """When the permits were issued; how late the oldest event was then is `issued_ns - first_due_ns`."""

    def due_ns(self, index: int) -> int:
        """When the event at `index` (from 0) of these was due.

        Raises:
            ValueError: There is no such event.
        """

@final
class Pacer:
    """Open-loop pacing: hands out the events of one shard of a schedule when they are due, however late it is asked."""

    def __new__(
        cls,
        schedule: Schedule,
        *,
        shard_index: int = 0,
        shard_count: int = 1,
        catch_up: bool = True,
        late_threshold_ns: int = 10_000_000,
        min_interval_ns: int = 1_000_000,
    ) -> Pacer:
        """Makes a pacer that waits for its start.

        Args:
            schedule: The global plan.
            shard_index: Which worker this is: it takes the events `shard_index`, `shard_index + shard_count`, …
            shard_count: How many workers share the plan.
            catch_up: Keep overdue events and count them late; `False` skips those more than `late_threshold_ns`
                overdue and counts them skipped.
            late_threshold_ns: An event handed out later than this after its due time counts as late.
            min_interval_ns: At least this long between two batches unless one is full: a high rate costs few wake-ups.
        """

    def start(self, start_ns: int) -> None:
        """Sets when the plan's offset 0 is. It may be in the future, or past: then the events since are due at once."""

    def acquire(self, *, max_events: int, timeout_ns: int) -> Permits | None:
        """Waits until events are due and hands them out.

        Args:
            max_events: At most so many, at least 1.
            timeout_ns: Give up after this long; 0 only looks.

        Returns:
            The permits, or `None` when the time is over, `stop` was called (at once) or the plan is `exhausted`.
        """

    def stop(self) -> None:
        """Ends the pacer for good and wakes whoever waits in `acquire`."""

    @property
    def shard_events(self) -> int:
        """How many events of the plan are this worker's."""

    @property
    def issued_total(self) -> int:
        """Events handed out."""

    @property
    def late_total(self) -> int:
        """Events handed out more than `late_threshold_ns` after their due time."""

    @property
    def skipped_total(self) -> int:
        """Events never handed out because they were overdue; always 0 with `catch_up`."""

    @property
    def lateness_ns(self) -> int:
        """How far the oldest event not yet handed out is overdue now; 0 when none is."""

    @property
    def next_due_in_ns(self) -> int:
        """How long until the next event is due: 0 when one is or none is left, 2^63 − 1 before `start`."""

    @property
    def exhausted(self) -> bool:
        """Whether every event of the shard has been handed out or skipped."""

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""

# ---- What: schemas and records ---------------------------------------------------------------------------------------

@final
class SchemaNote:
    """What there is to say about one place of a schema."""

    @property
    def path(self) -> str:
        """The JSON path of the place, such as `$.fields[2].type`."""

    @property
    def problem(self) -> str:
        """What is wrong or odd, without a full stop."""

    @property
    def remedy(self) -> str:
        """What to do, or what becomes of it, without a full stop."""

@final
class SchemaCheck:
    """What the reader of schemas says of one."""

    @property
    def fault(self) -> SchemaNote | None:
        """Why nothing can be made of it; None where it is valid."""

    @property
    def warnings(self) -> list[SchemaNote]:
        """What is valid or borne, and probably not meant, such as a logical type that is ignored."""

    @property
    def ignored(self) -> list[str]:
        """The JSON paths of the types whose logical type is ignored, as the specification demands."""

def check_schema(schema_json: str) -> SchemaCheck:
    """Reads a schema as `RecordPlan` and `SchemaValidator` do.

    Args:
        schema_json: The schema as JSON.
    """

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
    - `quantiles` (numbers): values at even shares, such as `[0, 10, 100]`
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
    - `present_if` (nullable unions): `{"kind": 0}`: there where a field beside it has that value, or one of a list
    - `lateness_ms` (times, numbers, text): how far the time lies behind the due time, or `[least, most]`; `unit`
      (numbers) is `s`, `ms`, `us` or `ns`, `time_format` (text) like `yyyy-MM-dd HH:mm:ss.SSS`
    - `stratified`: `{"rows": 3376, "strata": 2675}`: drawn without replacement: of every 3376 records each value has
      its share exactly, and 2675 of them differ; without `strata` as many as can
    - `bits` (ints), `length` (text): the width of the column that reads them: 8 or 16 bits, the most characters
    - `shared` (text, numbers): keys that several inputs have in common: `{"stream": 1, "pool": 1000}` and `first`,
      `zipf`, `all`, `stride`, `prefix`, `width`, `follows`; `pipegen.project.inputs` writes it
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
        null_share: float | None = None,
        value_fields: int | None = None,
        first_event: int = 0,
        changes_json: str | None = None,
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
                keys), or `"none"`. Keys of a pool are `key-00042`. Or `{"columns": [["field", "name in the key"]],
                "format": "raw", "bits": 32, "prefix": [0, 0, 0, 0, 1]}`: the record's own values as `raw`, `json`,
                `json-sql` or `avro`, behind the bytes of `prefix`.
            value_format: `avro`, `json`, or `json-sql`, whose times have a space between date and time; JSON is made
                from the same Avro binary, so a seed means the same records. A field's attribute `pipegen_name` is its
                name there.
            faults_json: Shares from 0 to 1 by the names of the faults, and the options `late_by_ns`,
                `out_of_order_by_ns`, `null_fields`, `rule_fields`, `oversized_bytes`, `unknown_id`.
            schedule: The plan; says when the earlier event was due whose record a duplicate repeats.
            null_share: Share of null in a nullable union where no hint says; 5 % by default.
            value_fields: How many of the record's fields the value has, from the first on; the others are for the
                key. All by default.
            first_event: The event that the first permit is for; those before it are sent before the load.
            changes_json: Makes each event a change of a row of a pool, whose numbers the hint `shared` with `all` turns
                into keys; goes with a key of columns, and not with faults. As JSON: `format` (`upsert`,
                `debezium-json`, `debezium-avro-confluent`, `canal-json`, `maxwell-json` or `ogg-json`), `pool`, shares
                in millionths (`create_ppm`, `update_ppm`, `delete_ppm`, together a million), `loaded` (the first
                events, which create a row each) and `loaded_due_ns` (when they were due), `database`, `table`, `key`
                (names of columns), `schema` (for Debezium's `schema` beside its `payload`). Of each row the event is
                remembered that wrote it last: events are made in their order, and an earlier one begins anew.

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

    def written(self, binary: bytes, *, event: int) -> tuple[bytes, bytes | None]:
        """Encodes a record made elsewhere the way this plan encodes its own: value with prefix, and key.

        Args:
            binary: The record's Avro binary by the plan's schema.
            event: Its number in the plan, which determines a generated key.

        Raises:
            ValueError: The bytes are not a record of the schema.
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
class Delivery:
    """The delivery callback of one record: pass it to `Producer.produce(on_delivery=…)`.

    Called without an error it counts the record delivered and measures `ack` and `ack_uncorrected`; with one it counts
    it failed, in the class that the error's `name()` says.
    """

    def __call__(self, err: object | None, msg: object, /) -> None:
        """Counts the report. `msg` is not looked at."""

    @property
    def due_ns(self) -> int:
        """When the record was due."""

    @property
    def sent_ns(self) -> int:
        """When the record was handed out to be sent."""

    @property
    def fault(self) -> str | None:
        """The fault that was put into the record on purpose."""

@final
class RecordBatch:
    """An iterator over records ready to send. A record counts as sent at the moment it is yielded, not before.

    Yields:
        `(value, key, timestamp_ms, headers, on_delivery)`: the bytes of value and key (`None`: null), the due time in
        ms since the epoch, the header `pipegen` and those that were brought along, and the record's own `Delivery`.
        Send a yielded record, or say
        `Meters.record_failed`.
    """

    def __iter__(self) -> RecordBatch: ...
    def __next__(self) -> tuple[bytes | None, bytes | None, int, list[tuple[str, bytes | None]], Delivery]: ...
    @property
    def remaining(self) -> int:
        """How many records are still to come."""

# ---- Sending ---------------------------------------------------------------------------------------------------------

class _RecordSource(Protocol):
    """Makes records."""

    def batch(self, permits: Permits, meters: Meters, /) -> RecordBatch:
        """One record for each permit."""

@final
class KafkaSender:
    """A Kafka producer and its send loop, over the librdkafka that is loaded into the process already.

    It is the send loop of `RecordBatch` and `Delivery` without Python: a record counts as sent when it is handed to
    librdkafka, each delivery report counts as one of them, and an error counts in the class of its name.
    """

    def __new__(
        cls,
        library_path: str,
        *,
        properties: Sequence[tuple[str, str]],
        topics: Sequence[str],
        on_fault: Callable[[str, str, bool], object],
    ) -> KafkaSender:
        """Starts the producer.

        Args:
            library_path: The loaded library; this loads none.
            properties: librdkafka's properties and their values.
            topics: Topics to send to, in the order of the inputs of `run`.
            on_fault: Called with name, text and whether nothing more can be sent, from the thread that sends, for
                faults that belong to no record.

        Raises:
            OSError: The library is not loaded, or not one with what is needed.
            ValueError: librdkafka refuses a property; its own words.
            RuntimeError: It cannot start; name and text of the error.
        """

    @property
    def library_version(self) -> str:
        """Version of the library, such as `2.16.1`."""

    def send(
        self, value: bytes | None, key: bytes | None, *, timestamp_ms: int, header: bytes, timeout_ms: int
    ) -> list[str | None]:
        """Sends one record to the first topic before the load, and waits for its report.

        Args:
            value: The value; `None` is Kafka's null.
            key: The key; `None` is Kafka's null.
            timestamp_ms: Kafka's timestamp, ms since the epoch.
            header: Value of the header `pipegen`.
            timeout_ms: Longest wait.

        Returns:
            For each report since the last call the error's name, or `None` for a record that was acknowledged.

        Raises:
            RuntimeError: `run` was called.
        """

    def run(self, inputs: Sequence[tuple[Pacer, Meters, _RecordSource]], /) -> tuple[str, str] | None:
        """Sends until each pacer is exhausted or stopped, waits for the delivery reports, and ends the producer.

        What is due goes out in order of due time, of equal ones in the order of the inputs.

        Args:
            inputs: For each topic what says which events are due, what counts and measures, and what makes the
                records; a `RecordPlan` does it without Python.

        Returns:
            Name and text of the fault after which nothing more could be sent; `None` otherwise.

        Raises:
            RuntimeError: It was called before.
            Exception: What `records` raised.
        """

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed. Stop the pacers as well."""

# ---- Counting and measuring ------------------------------------------------------------------------------------------

_LatencyName: TypeAlias = Literal[
    "generator_delay",
    "ack",
    "ack_uncorrected",
    "end_to_end",
    "end_to_end_uncorrected",
    "append",
    "output_wait",
]
"""Sent − due, delivery report − due, delivery report − sent, consumed − due, consumed − sent; and where the broker says
when it appended the record to the output, in whole milliseconds: appended − due, consumed − appended."""

@final
class ConsumedBatch:
    """What `Meters.consumed` made of a batch."""

    @property
    def count(self) -> int:
        """Records counted as consumed."""

    @property
    def probes(self) -> int:
        """Probe records, which count nowhere else."""

    @property
    def other_runs(self) -> int:
        """Records of another run, which count nowhere else."""

    @property
    def left_out(self) -> list[int]:
        """Indexes of the records that are no part of this run's load, probes and another run's; ascending."""

    @property
    def unmeasured(self) -> int:
        """Counted records without a due time, so without a latency."""

@final
class Totals:
    """Every total of a run at one moment. A total only grows."""

    @property
    def sent(self) -> int:
        """Records handed to the Kafka client."""

    @property
    def sent_bytes(self) -> int:
        """Key and value bytes of the sent records."""

    @property
    def delivered(self) -> int:
        """Records the broker acknowledged."""

    @property
    def failed(self) -> int:
        """Records given up on."""

    @property
    def failures(self) -> dict[str, int]:
        """Failed records by class of error; beyond 64 classes the rest are together in `other`."""

    @property
    def consumed(self) -> int:
        """Records of this run read from the output, probes excluded."""

    @property
    def consumed_bytes(self) -> int:
        """Value bytes of the consumed records."""

    @property
    def undecodable(self) -> int:
        """Consumed records whose value could not be read by its schema."""

    @property
    def probes(self) -> int:
        """Consumed probe records."""

    @property
    def other_runs(self) -> int:
        """Records of another run read from the output: they are in no other total."""

    @property
    def unmeasured(self) -> int:
        """Consumed records without a due time, so without an end-to-end latency."""

    @property
    def foreign(self) -> int:
        """Consumed records with a value in a traced field that PipeGen did not make."""

    @property
    def repeated(self) -> int:
        """Consumed records of which every traced event had come out before: rows that are written again."""

    @property
    def malformed_headers(self) -> int:
        """Consumed records with bytes in the `pipegen` header that are none; they are unmeasured too."""

    @property
    def unrecovered(self) -> int:
        """Records measured end to end whose actual send time is not known here: no uncorrected latency.

        Sent by another worker, measured by timestamp, or sent more than 1,048,576 records ago.
        """

    @property
    def distinct(self) -> int:
        """Different records, by worker and number in their header or by their traces, that were consumed.

        Lost are those delivered and not among them: `delivered - distinct`, at least `- uncertain`, once nothing more
        comes. A job that carries no header gives 0.
        """

    @property
    def duplicated(self) -> int:
        """Consumed records that had been consumed before."""

    @property
    def out_of_order(self) -> int:
        """Consumed records that came after a later one of the same worker on the same partition."""

    @property
    def uncertain(self) -> int:
        """Consumed records so far behind that nobody remembers whether they are new: the memory is bounded."""

    @property
    def newest_due_ns(self) -> int | None:
        """The latest due time among the consumed records; `None` before the first one that has any."""

    @property
    def injected(self) -> dict[str, int]:
        """Sent records with a fault on purpose, by the fault's name; each is among `sent` too."""

    @property
    def injected_delivered(self) -> dict[str, int]:
        """The same, acknowledged by the broker."""

    @property
    def excluded_delivered(self) -> int:
        """Acknowledged records that cannot be expected to come out: corrupt, of an unknown schema, or without a value.

        They are numbered apart, so that `delivered - excluded_delivered - distinct` is what is lost.
        """

    @property
    def excluded_consumed(self) -> int:
        """Consumed records of that kind: a pipeline that does not read values brings them out."""

@final
class HistogramSnapshot:
    """Latencies in µs, 3 significant digits up to 71.6 minutes: cumulative, an interval, or several merged."""

    @property
    def count(self) -> int:
        """Values counted; negative ones are not among them."""

    @property
    def negative_count(self) -> int:
        """Negative values: the clocks disagree."""

    @property
    def min_negative_us(self) -> int | None:
        """The most negative value of the whole run, for an interval too."""

    @property
    def overflow_count(self) -> int:
        """Values above the range; they count in the last bucket."""

    @property
    def min_us(self) -> int | None:
        """The smallest value: exact when cumulative, to 3 digits in an interval or after an import."""

    @property
    def max_us(self) -> int | None:
        """The largest value: exact when cumulative, to 3 digits in an interval or after an import."""

    @property
    def mean_us(self) -> float | None:
        """The mean, within 0.05 %."""

    def percentile_us(self, percentile: float) -> int | None:
        """The value that so many percent of all values do not exceed; `None` without values.

        Args:
            percentile: From 0 to 100, for example 99.9.
        """

    def since(self, earlier: HistogramSnapshot) -> HistogramSnapshot:
        """The interval: what was counted after `earlier`, an older snapshot of the same histogram.

        Raises:
            ValueError: `earlier` counts something that this snapshot does not.
        """

    def merge(self, other: HistogramSnapshot) -> HistogramSnapshot:
        """A new snapshot over the values of both."""

    def to_hdr_base64(self) -> str:
        """The histogram as base64 HdrHistogram V2 compressed, for other tools. Negative values have no place in it."""

    @staticmethod
    def from_hdr_base64(text: str) -> HistogramSnapshot:
        """Reads what `to_hdr_base64`, or another tool, wrote; the values are taken as µs.

        Raises:
            ValueError: The text is something else.
        """

    @staticmethod
    def empty() -> HistogramSnapshot:
        """A snapshot without values, to begin merging or differencing with."""

@final
class InputArrivals:
    """What came out of one input's records, according to their headers or traces. Totals only grow."""

    @property
    def consumed(self) -> int:
        """Records with its header or its trace, including repeated ones."""

    @property
    def distinct(self) -> int:
        """Distinct records of it."""

    @property
    def duplicated(self) -> int:
        """Records of it that had come out before."""

    @property
    def joined(self) -> int:
        """Records of it that also carry the due time of another record they combine."""

    @property
    def last(self) -> int:
        """Those of them whose own record was due last, to the millisecond."""

    @property
    def end_to_end(self) -> HistogramSnapshot:
        """Latencies from the due times of its own records, each counted when it first comes out."""

@final
class NotedEvent:
    """An event that was sent late, or came out twice or in another order."""

    @property
    def input_index(self) -> int:
        """Its input."""

    @property
    def worker(self) -> int:
        """The worker that sent it."""

    @property
    def number(self) -> int:
        """Its number: in the input's plan where a trace tells it, else among those of its worker and input."""

    @property
    def traced(self) -> bool:
        """Whether a trace tells it."""

    @property
    def due_us(self) -> int:
        """When it was due, in µs since the epoch."""

    @property
    def seen_us(self) -> int:
        """When it was sent, or came out, in µs since the epoch."""

    @property
    def partition(self) -> int | None:
        """Its partition in the output topic; `None` for one that was not read there."""

    @property
    def offset(self) -> int | None:
        """Its offset there."""

@final
class Trace:
    """A field of an output whose values lead back to the events of one input."""

    def __new__(
        cls,
        path: Sequence[str],
        *,
        kind: Literal["int", "long", "uuid", "text"],
        stream: int,
        schedule: Schedule,
        prefix: str = "",
        input_index: int = 0,
        first_event: int = 0,
        workers: int = 1,
    ) -> Trace:
        """Makes the trace of a field whose hint is `{"shared": {"trace": kind, "stream": stream, "prefix": prefix}}`.

        Args:
            path: Where the field stands in the output's records: names from the outside in. Of a list, the first item
                counts.
            kind: What the values are.
            stream: Decides the values.
            schedule: When the input's events are due.
            prefix: Stands before each value of kind `text`.
            input_index: The input's number, as in headers.
            first_event: Numbers below it were sent before the load.
            workers: How many workers send the events in turn; order is judged for each.

        Raises:
            ValueError: There is no such kind.
        """

    def value(self, number: int) -> int | str:
        """The value that a number has."""

@final
class TracedRecords:
    """What the traces of a batch of records say."""

    def __len__(self) -> int:
        """How many records."""

    def events(self) -> list[list[int | None]]:
        """For each record the event that each trace tells, as its number in the plan; `None` where it tells none."""

@final
class TraceReader:
    """Reads the traces of an output's records.

    A value that was not made of a planned number is foreign: for kind `uuid` 62 check bits tell, for `text` 32; of
    foreign values of kind `long`, planned / 2⁶² pass for own ones, of kind `int` planned / 2³¹.
    """

    def __new__(cls, traces: Sequence[Trace]) -> TraceReader:
        """Reads these traces of each record."""

    def read_json(self, values: Sequence[bytes | None]) -> TracedRecords:
        """Reads the traces of JSON values."""

    def unknown_schemas(self, values: Sequence[bytes | None]) -> list[int]:
        """The ids of schemas in Confluent's framing of the values that were not added yet."""

    def add_schema(self, schema_id: int, schema_json: str | None) -> None:
        """Adds a schema; `None` for one that the registry does not know, of whose values nothing is read."""

    def read_framed(self, values: Sequence[bytes | None]) -> TracedRecords:
        """Reads the traces of Avro values with Confluent's framing."""

@final
class Meters:
    """Everything measured in one run, of one input: producer and consumer write, the sampler reads, nobody waits."""

    def __new__(
        cls, *, worker: int = 0, run: int = 0, input_index: int = 0, before_load: bool = False, inputs: int = 0
    ) -> Meters:
        """Makes meters that have counted nothing.

        Args:
            worker: Written into every record's header; the same as the pacer's `shard_index`.
            run: Written into every record's header; the same for all workers of a run, from 0 to 2⁶³ − 1. A record
                with another one that comes out is another run's.
            input_index: Written into every record's header, at most 65535; each input's records are numbered apart.
            before_load: Marks the records as no part of the load, as probes are.
            inputs: How many inputs to tell apart in what comes out, at most 65535; 0 if there is only one.
        """

    @property
    def worker(self) -> int:
        """The worker these meters belong to."""

    def start(self, start_ns: int) -> None:
        """Sets where second 0 of `sent_per_second` begins: what `Pacer.start` was given.

        Nothing is due before it: a record that is timed by an earlier timestamp is another run's.
        """

    def batch(
        self,
        permits: Permits,
        values: Sequence[bytes | None],
        keys: Sequence[bytes | None] | None = None,
        headers: Sequence[Sequence[tuple[str, bytes | None]]] | None = None,
    ) -> RecordBatch:
        """Records from values made in Python, one for each permit. A record plan makes its own, much faster.

        Args:
            permits: Leave to send them.
            values: Their values.
            keys: Their keys.
            headers: The headers that each brings along, besides `pipegen`.

        Raises:
            ValueError: The lengths differ from the number of permits, or the permits are another worker's.
        """

    def record_failed(self, error_class: str) -> None:
        """Counts a record given up on without a delivery report, for example because the client's queue stayed full."""

    def record_undecodable(self, count: int) -> None:
        """Counts consumed records whose value could not be read by its schema."""

    def consumed(
        self,
        headers: Sequence[bytes | None],
        *,
        value_bytes: Sequence[int],
        partitions: Sequence[int],
        consumed_ns: int,
        timestamps_ms: Sequence[int] | None = None,
        appended_ms: Sequence[int] | None = None,
        retractions: Sequence[bool] | None = None,
        joint: bool = False,
        offsets: Sequence[int] | None = None,
        traces: TracedRecords | None = None,
    ) -> ConsumedBatch:
        """Counts a batch of consumed records and measures each one end to end.

        A record with a header is measured when it comes out first, not when it comes again. Records of another run,
        by their header or because they were due before the start, count as `other_runs` and nowhere else.

        Args:
            headers: Each record's `pipegen` header, `None` where it has none.
            value_bytes: The length of each record's value.
            partitions: Each record's partition in the output topic; order is judged within one.
            consumed_ns: When the batch was received.
            timestamps_ms: Each record's Kafka timestamp, used where there is no header; a negative one is none. Pass
                it only when the job carries the due time in it, otherwise the latency would be that of something else.
            appended_ms: When the broker appended each record to the output topic; a negative one is not known. It
                splits the latency of records with a header.
            retractions: Whether each record only takes back a row that was written before. Such a one has the old
                row's timestamp and is not measured by it.
            joint: Whether a record combines records of several inputs. Then its timestamp, if any, is one of their due
                times, and the later of that and the one in its header counts. Every record is measured except
                retractions. Latencies by input still count from the header.
            offsets: Each record's offset in its partition, for `noted`; a negative one is not known.
            traces: What the traces of each record say. A record of several events counts from the latest of their due
                times, and is measured when any of them comes out first; retractions are not.

        Raises:
            ValueError: The sequences differ in length.
        """

    def totals(self) -> Totals:
        """All totals now."""

    def arrivals(self, input_index: int) -> InputArrivals:
        """What came out of one input's records so far, according to their headers.

        Raises:
            ValueError: The meters were made for fewer `inputs`.
        """

    def noted(self, name: Literal["duplicated", "out_of_order", "late"]) -> list[NotedEvent]:
        """The first hundred events of a kind, in the order in which they were seen.

        Late are those that were sent more than 10 ms after they were due.

        Raises:
            ValueError: There is no such kind.
        """

    def missing(self, *, end: int, most: int, input_index: int = 0, worker: int = 0) -> list[int]:
        """The first numbers of a sender that have not come out.

        Args:
            end: Numbers below it are looked at.
            most: How many at most.
            input_index: The sender's input.
            worker: The sender's worker.
        """

    def histogram(self, name: _LatencyName) -> HistogramSnapshot:
        """The cumulative histogram of a latency.

        Raises:
            ValueError: There is none of that name.
        """

    def sent_per_second(self, *, first_second: int = 0) -> list[int]:
        """Records sent in each second since the start, by actual send time, from `first_second` on.

        The last one is the second that is not over yet. Empty before the start; a day at most.
        """

# ---- Looking at values -----------------------------------------------------------------------------------------------

@final
class TableCounts:
    """What the records of an output did to the rows of its table so far."""

    @property
    def inserts(self) -> int:
        """Rows written whose key had none; without a key, rows written."""

    @property
    def updates(self) -> int:
        """Rows written in place of one with the same key; 0 where rows have no key."""

    @property
    def deletes(self) -> int:
        """Rows taken away and not written again within a second."""

    @property
    def tombstones(self) -> int:
        """Records with a null value."""

    @property
    def returned(self) -> int:
        """Rows written after the row of the same key was deleted; among the inserts."""

    @property
    def missing(self) -> int:
        """Deletes of rows that were not there; without a key, rows taken away and not written so far."""

    @property
    def out_of_order(self) -> int:
        """Rows that were due before a row of the same key that came earlier, to the millisecond."""

    @property
    def timed(self) -> int:
        """Rows written with a key and a known due time."""

    @property
    def same_second(self) -> int:
        """Updates that came in the same second of the run as the write before them to the same key."""

    @property
    def unkeyed(self) -> int:
        """Records that cannot be read, or lack what tells rows apart; they are in no other figure."""

    @property
    def rows(self) -> int:
        """Rows that are there now."""

    @property
    def keys(self) -> int:
        """Keys seen; without a key, different rows."""

    @property
    def overflow(self) -> bool:
        """Whether there were more than 5 million keys: from then on only `tombstones` is counted."""

@final
class TableMeter:
    """Counts what the records of one output do to the rows of the table that they stand for.

    It remembers at most 24 bytes a key. One thread takes, others read.
    """

    def __new__(
        cls,
        value_format: str | None = None,
        *,
        key: Sequence[str] = (),
        run: int = 0,
        counts_probes: bool = False,
    ) -> TableMeter:
        """A meter of a table without rows.

        Args:
            value_format: `debezium-json`, `canal-json`, `maxwell-json` or `ogg-json`, whose values say what is done;
                `None` where the Kafka key tells rows apart and a null value deletes.
            key: The columns that tell rows apart; without, a row is its whole content. Only with a format.
            run: A record with the header of another run is left out.
            counts_probes: Whether records that were sent before the load change the table.

        Raises:
            ValueError: The format is no changelog format of JSON.
        """

    def start(self, start_ns: int) -> None:
        """Sets where second 0 begins: what `Pacer.start` was given."""

    def take(
        self,
        keys: Sequence[bytes | None],
        values: Sequence[bytes | None],
        *,
        headers: Sequence[bytes | None],
        consumed_ns: int,
        timestamps_ms: Sequence[int] | None = None,
        joint: bool = False,
    ) -> None:
        """Counts a batch of consumed records, in their order.

        Args:
            keys: Each record's Kafka key.
            values: Each record's value.
            headers: Each record's `pipegen` header.
            consumed_ns: When the batch was received.
            timestamps_ms: Each record's Kafka timestamp, where the job carries the due time in it; a negative one is
                none.
            joint: Whether the later of the due times in header and timestamp counts.

        Raises:
            ValueError: The sequences differ in length.
        """

    def counts(self, now_ns: int) -> TableCounts:
        """All counts at a moment."""

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
