"""The compiled part of PipeGen: pacing, counting, measuring and generating, for the packages above `pipegen.hotpath`.

Times are epoch nanoseconds of `now_ns()` (`*_ns` arguments called offset or duration count from the start of the plan),
latencies are microseconds. A wrong type raises `TypeError`, a value out of range `ValueError` with a sentence. Objects
may be shared between threads. The GIL is released in every wait and in every batch of 50 records or more.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias, final

from pipegen._native_records import RecordPlan, SchemaValidator, Validation

_LatencyName: TypeAlias = Literal["generator_delay", "ack", "ack_uncorrected", "end_to_end", "end_to_end_uncorrected"]
"""Sent − due, delivery report − due, delivery report − sent, consumed − due, consumed − sent."""

__all__ = [
    "ConsumedBatch",
    "Delivery",
    "HistogramSnapshot",
    "Meters",
    "Pacer",
    "Permits",
    "RecordBatch",
    "RecordPlan",
    "Schedule",
    "SchemaValidator",
    "Totals",
    "Validation",
    "now_ns",
    "probe_header",
]

def now_ns() -> int:
    """The time, in nanoseconds since the epoch.

    Wall time read once per process and carried on by the monotonic clock: it never jumps. Every figure of this module
    is measured with it, so measure with it too.
    """

def probe_header(*, due_ns: int, sequence: int) -> bytes:
    """The `pipegen` header of a probe record, which `Meters.consumed` reports apart and counts in no total.

    Args:
        due_ns: When the probe is sent.
        sequence: Tells probes apart, from 0 on.
    """

@final
class Schedule:
    """The plan: a piecewise linear rate curve and the exact due time of every event on it.

    Event *n* (from 0) is due when the area under the curve reaches *n* + ½, so fractions carry over segment borders,
    nothing drifts, and the total is the area rounded to the nearest event (a half rounds down).
    """

    def __new__(cls, segments: Sequence[tuple[int, int, float, float]]) -> Schedule:
        """Builds the plan.

        Args:
            segments: `(start_ns, end_ns, start_rate_per_s, end_rate_per_s)` each, offsets from the start of the run,
                contiguous from 0. Equal rates are a step, different ones a linear ramp, zeros a pause; a rate is at
                most 10,000,000 per second and may be a fraction.

        Raises:
            ValueError: The segments have a gap, an overlap or a rate out of range; the sentence names the segment.
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

@final
class RecordBatch:
    """An iterator over records ready to send. A record counts as sent at the moment it is yielded, not before.

    Yields:
        `(value, key, timestamp_ms, headers, on_delivery)`: the bytes of value and key (`None`: null), the due time in
        ms since the epoch, one header `pipegen`, and the record's own `Delivery`. Send a yielded record, or say
        `Meters.record_failed`.
    """

    def __iter__(self) -> RecordBatch: ...
    def __next__(self) -> tuple[bytes | None, bytes | None, int, list[tuple[str, bytes]], Delivery]: ...
    @property
    def remaining(self) -> int:
        """How many records are still to come."""

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
        """Records read from the output, probes excluded."""

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
    def unmeasured(self) -> int:
        """Consumed records without a due time, so without an end-to-end latency."""

    @property
    def malformed_headers(self) -> int:
        """Consumed records with a `pipegen` header of the wrong length; they are unmeasured too."""

    @property
    def unrecovered(self) -> int:
        """Consumed records measured end to end whose actual send time is not known here: no uncorrected latency.

        Sent by another worker, measured by timestamp, or sent more than 1,048,576 records ago.
        """

    @property
    def distinct(self) -> int:
        """Different records, by worker and sequence in their header, that were consumed.

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
class Meters:
    """Everything measured in one run: producer and consumer write, the sampler reads, nobody waits for anybody."""

    def __new__(cls, *, worker: int = 0) -> Meters:
        """Makes meters that have counted nothing.

        Args:
            worker: Written into every record's header; the same as the pacer's `shard_index`.
        """

    @property
    def worker(self) -> int:
        """The worker these meters belong to."""

    def start(self, start_ns: int) -> None:
        """Sets where second 0 of `sent_per_second` begins: what `Pacer.start` was given."""

    def batch(
        self, permits: Permits, values: Sequence[bytes | None], keys: Sequence[bytes | None] | None = None
    ) -> RecordBatch:
        """Records from values made in Python, one for each permit. A record plan makes its own, much faster.

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
    ) -> ConsumedBatch:
        """Counts a batch of consumed records and measures each one end to end.

        Args:
            headers: Each record's `pipegen` header, `None` where it has none.
            value_bytes: The length of each record's value.
            partitions: Each record's partition in the output topic; order is judged within one.
            consumed_ns: When the batch was received.
            timestamps_ms: Each record's Kafka timestamp, used where there is no header; a negative one is none. Pass
                it only when the job carries the due time in it, otherwise the latency would be that of something else.

        Raises:
            ValueError: The sequences differ in length.
        """

    def totals(self) -> Totals:
        """All totals now."""

    def histogram(self, name: _LatencyName) -> HistogramSnapshot:
        """The cumulative histogram of a latency.

        Raises:
            ValueError: There is none of that name.
        """

    def sent_per_second(self, *, first_second: int = 0) -> list[int]:
        """Records sent in each second since the start, by actual send time, from `first_second` on.

        The last one is the second that is not over yet. Empty before the start; a day at most.
        """
