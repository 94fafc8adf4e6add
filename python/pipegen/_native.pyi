"""The compiled part of PipeGen: pacing, counting, measuring and generating, for the packages above `pipegen.hotpath`.

Times are epoch nanoseconds of `now_ns()` (`*_ns` arguments called offset or duration count from the start of the plan),
latencies are microseconds. A wrong type raises `TypeError`, a value out of range `ValueError` with a sentence. Objects
may be shared between threads. The GIL is released in every wait and in every batch of 50 records or more.
"""

from collections.abc import Sequence
from typing import Literal, final

from pipegen._native_meters import ConsumedBatch, HistogramSnapshot, Meters, Totals
from pipegen._native_records import FieldInterval, FieldProfile, FieldStats, RecordPlan, SchemaValidator, Validation
from pipegen._native_sender import KafkaSender

__all__ = [
    "ConsumedBatch",
    "Delivery",
    "FieldInterval",
    "FieldProfile",
    "FieldStats",
    "HistogramSnapshot",
    "KafkaSender",
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
        ms since the epoch, one header `pipegen`, and the record's own `Delivery`. Send a yielded record, or say
        `Meters.record_failed`.
    """

    def __iter__(self) -> RecordBatch: ...
    def __next__(self) -> tuple[bytes | None, bytes | None, int, list[tuple[str, bytes]], Delivery]: ...
    @property
    def remaining(self) -> int:
        """How many records are still to come."""
