"""The part of `pipegen._native` that counts and measures. A stub alone: import from `pipegen._native`."""

from collections.abc import Sequence
from typing import Literal, TypeAlias, final

from pipegen._native import Permits, RecordBatch

__all__ = ["ConsumedBatch", "HistogramSnapshot", "Meters", "Totals"]

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
        appended_ms: Sequence[int] | None = None,
    ) -> ConsumedBatch:
        """Counts a batch of consumed records and measures each one end to end.

        Args:
            headers: Each record's `pipegen` header, `None` where it has none.
            value_bytes: The length of each record's value.
            partitions: Each record's partition in the output topic; order is judged within one.
            consumed_ns: When the batch was received.
            timestamps_ms: Each record's Kafka timestamp, used where there is no header; a negative one is none. Pass
                it only when the job carries the due time in it, otherwise the latency would be that of something else.
            appended_ms: When the broker appended each record to the output topic; a negative one is not known. It
                splits the latency of records with a header.

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
