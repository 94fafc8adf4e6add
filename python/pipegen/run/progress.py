"""The status of a run: written by the runner, read by the sampler, from different threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

from pipegen.moment import iso_now
from pipegen.snapshot import RunPhase, SenderKind, SqlStatement
from pipegen.snapshot.events import RunEvents


@dataclass(frozen=True, slots=True)
class RunStatus:
    """The status of a run at one moment.

    Attributes:
        phase: Phase of the run.
        step: What is being done, in words.
        started_at: Start of the load, or of the run before there is load (ISO 8601).
        load_start_ns: Epoch time of the first due event; None before it is set.
        load_end_ns: Epoch time at which sending ended; None before.
        producer_done: Whether the send loop has ended and every record is accounted for.
        drained: Whether the drain has ended, so that what is missing is lost.
        drain: What the drain waits for, or how it ended, in words; None before it.
        expected_total: Output records expected in the end; None where nobody can know.
        probes: Probe records sent.
        sender: What sends the records; None until it is made.
        sender_reason: Why it is this one.
        failure: Why the run failed; None while it has not.
        remedy: What to do about it.
        exit_code: Exit code; None while the run goes on.
        statements: The project's SQL statements and their state.
        job_ids: Jobs the SQL started.
        unchecked_total: Consumed records that could not be checked.
        schema_lookups: Schemas that the consumer had to ask of the registry.
        append_times: Whether the output topic's timestamps say when the broker appended a record.
        registry_url: The registry's address without credentials; None until the services are found.
        events: The first events that were lost, doubled, out of order or late; known once the run is over.
    """

    phase: RunPhase = "starting"
    step: str = "starting"
    started_at: str = ""
    load_start_ns: int | None = None
    load_end_ns: int | None = None
    producer_done: bool = False
    drained: bool = False
    drain: str | None = None
    expected_total: int | None = None
    probes: int = 0
    sender: SenderKind | None = None
    sender_reason: str | None = None
    failure: str | None = None
    remedy: str | None = None
    exit_code: int | None = None
    statements: tuple[SqlStatement, ...] = ()
    job_ids: tuple[str, ...] = ()
    unchecked_total: int = 0
    schema_lookups: int = 0
    append_times: bool = False
    registry_url: str | None = None
    events: RunEvents = field(default_factory=RunEvents)

    def was_loading(self, at_ns: int) -> bool:
        """Whether the load was under way at an epoch time and has not ended since."""
        return self.load_start_ns is not None and self.load_start_ns <= at_ns and self.load_end_ns is None


class RunTracker:
    """Holds the status; every change replaces it whole, so a reader never sees half of one."""

    def __init__(self) -> None:
        self._status = RunStatus(started_at=iso_now())
        self._lock = threading.Lock()

    @property
    def status(self) -> RunStatus:
        """The status now; safe from any thread."""
        return self._status

    def update(self, **changes: object) -> RunStatus:
        """Replaces the named attributes of the status."""
        with self._lock:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]
            return self._status

    def set_statement(self, index: int, **changes: object) -> None:
        """Replaces the named fields of one SQL statement."""
        with self._lock:
            statements = list(self._status.statements)
            statements[index] = statements[index].model_copy(update=changes)
            self._status = replace(self._status, statements=tuple(statements))
