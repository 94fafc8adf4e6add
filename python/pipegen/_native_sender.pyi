"""The part of `pipegen._native` that sends. A stub alone: import from `pipegen._native`."""

from collections.abc import Callable, Sequence
from typing import Protocol, final

from pipegen._native import Meters, Pacer, Permits, RecordBatch

__all__ = ["KafkaSender"]

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
        topic: str,
        on_fault: Callable[[str, str, bool], object],
    ) -> KafkaSender:
        """Starts the producer.

        Args:
            library_path: The loaded library; this loads none.
            properties: librdkafka's properties and their values.
            topic: Topic to send to.
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
        """Sends one record before the load and waits for its report.

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

    def run(self, *, pacer: Pacer, meters: Meters, records: _RecordSource) -> tuple[str, str] | None:
        """Sends until the pacer is exhausted or stopped, waits for the delivery reports, and ends the producer.

        Args:
            pacer: Says which events are due.
            meters: Counts and measures.
            records: Makes the records; a `RecordPlan` does it without Python.

        Returns:
            Name and text of the fault after which nothing more could be sent; `None` otherwise.

        Raises:
            RuntimeError: It was called before.
            Exception: What `records` raised.
        """

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed. Stop the pacer as well."""
