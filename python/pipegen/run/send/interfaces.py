"""The interfaces behind which one sender and several look alike: how far sending is, what was measured, what sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipegen.hotpath import HistogramSnapshot, Meters, Totals
from pipegen.project import InputFacts
from pipegen.run.feed.generated import SchemaIds
from pipegen.run.feed.rows import RunRecords
from pipegen.run.send.thread import Feed
from pipegen.services.kafka import KafkaAccess
from pipegen.snapshot import SenderKind
from pipegen.snapshot.stages import StageName


class MeterView(Protocol):
    """Counters and histograms of a run, of one process or of several."""

    def start(self, start_ns: int) -> None:
        """Sets where second 0 begins."""

    def totals(self) -> Totals:
        """All totals now."""

    def histogram(self, name: StageName) -> HistogramSnapshot:
        """The cumulative histogram of a latency."""

    def sent_per_second(self) -> list[int]:
        """Records sent in each second since the start."""


class Pace(Protocol):
    """How far sending is."""

    @property
    def shard_events(self) -> int:
        """Events of the plan that are to be sent."""

    @property
    def late_total(self) -> int:
        """Records handed out more than 10 ms after they were due."""

    @property
    def skipped_total(self) -> int:
        """Overdue records left out."""

    @property
    def exhausted(self) -> bool:
        """Whether every event has been handed out or skipped."""

    @property
    def stopped(self) -> bool:
        """Whether sending was stopped."""

    def start(self, start_ns: int, /) -> None:
        """Sets when the plan's offset 0 is, as epoch time."""


class SendLoop(Protocol):
    """What sends, once started."""

    @property
    def cpu_s(self) -> float | None:
        """CPU seconds of sending; None until it has ended."""

    def start(self) -> None:
        """Begins."""

    def stop(self) -> None:
        """Sends nothing more; records in flight are still waited for."""

    def abandon(self) -> None:
        """Gives up on records in flight: they count as failed."""

    def is_alive(self) -> bool:
        """Whether anything is still to be sent or waited for."""

    def join(self, timeout: float | None = None) -> None:
        """Waits until nothing is."""


class Sending(Protocol):
    """A client that sends to some topics: records one by one to the first of them, then those of the load."""

    kind: SenderKind
    reason: str
    """Why it is this one."""

    def send(
        self, value: bytes, key: bytes | None, *, timestamp_ms: int, header: bytes, timeout_s: float
    ) -> list[str | None]:
        """Sends one record and waits for its report.

        Returns:
            For each report since the last call the error's name, or None for a record that was acknowledged.
        """

    def loop(self, *feeds: Feed, on_crash: Callable[[BaseException], None]) -> SendLoop:
        """The send loop, not started; once."""


@dataclass(frozen=True, slots=True)
class SendInput:
    """What is sent, and to where: known once topic and schema are there.

    Attributes:
        sending: The client of this process, which sends probes too.
        records: Makes the records of each input.
        access: Brokers, and how to prove who we are.
        topics: Topic of each input.
        ids: Ids of each input's schemas in the registry.
        inputs: What is known of each input once Flink has read the SQL.
    """

    sending: Sending
    records: Sequence[RunRecords]
    access: KafkaAccess
    topics: Sequence[str]
    ids: Sequence[SchemaIds]
    inputs: Sequence[InputFacts]


class Senders(Protocol):
    """One sender or several: the figures from the beginning, the send loop once there is something to send."""

    @property
    def own_meters(self) -> Meters:
        """The meters of this process: what comes back is counted into them."""

    @property
    def meters(self) -> MeterView:
        """What all processes count and measure together."""

    @property
    def by_input(self) -> Sequence[MeterView]:
        """The meters of what is sent to each input."""

    @property
    def pace(self) -> Pace:
        """How far they are."""

    def pids(self) -> Sequence[int]:
        """Ids of the processes besides this one; from any thread."""

    async def make_loop(self, send_input: SendInput, tell: Callable[[str], None]) -> SendLoop:
        """The send loop, ready and not started; once.

        Raises:
            PipelineError: when a process does not get ready.
        """

    def close(self) -> None:
        """Ends whatever still runs."""
