"""From a count to the record: the events that were lost, doubled, out of order or late, each with what was sent for it.

Nothing of it is remembered while the run goes on but numbers: the records are made once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from pipegen.config.records import UNREADABLE_FAULTS
from pipegen.errors import ProjectError
from pipegen.hotpath import Meters, NotedEvent, RecordPlan
from pipegen.project import InputFacts, PathFacts
from pipegen.run.context import RunContext
from pipegen.run.feed.generated import SchemaIds, input_plan
from pipegen.run.read.outputs import OutputReading
from pipegen.snapshot.events import MOST_EVENTS, EventKind, RunEvent, RunEvents

_ONCE: Final = frozenset({"one_to_one", "filter"})
_LOOKED_AT: Final = 4
"""So many times the events that are shown are looked at, since those with a fault on purpose are left out."""


def events_of(context: RunContext) -> RunEvents:
    """The events of a run that is over."""
    finder = _Finder(context)
    events: list[RunEvent] = []
    for output in context.outputs:
        events += finder.lost(output)
        events += finder.noted(output, "duplicated")
        events += finder.noted(output, "out_of_order")
    events += finder.late()
    return RunEvents(events=events, notes=list(dict.fromkeys(finder.notes)))


class _Finder:
    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._inputs = context.spec.project.inputs
        self._makers = [_Maker(context, number, facts) for number, facts in enumerate(self._inputs)]
        self._start_ns = context.tracker.status.load_start_ns
        self.notes: list[str] = []

    def lost(self, output: OutputReading) -> Iterator[RunEvent]:
        """The first events that never came out."""
        if not (output.recognised and output.drained):
            return
        failed = self._context.senders.meters.totals().failed
        if failed:
            self.notes.append(f"Kafka did not accept {failed} records, which stand among those that were lost")
        for path in output.facts.counted:
            if path.shape != "one_to_one":
                continue
            shown = 0
            for event in self._missing(output, path):
                if shown == MOST_EVENTS:
                    break
                maker = self._makers[path.number]
                if path.trace is not None and maker.has_fault(event):
                    continue
                shown += 1
                yield maker.told("lost", output.facts.name, event, due_us=self._due_us(path.number, event))

    def _missing(self, output: OutputReading, path: PathFacts) -> Iterable[int]:
        """Numbers in the plan of events that did not come out, in order."""
        schedule, pace = self._context.spec.schedules[path.number], self._context.senders.pace
        sent = self._context.senders.by_input[path.number].totals().sent
        if path.trace is None and (why := self._unnumbered(path.number)) is not None:
            self.notes.append(f"which records of {path.input} were lost is not known: {why}")
            return ()
        # What was stopped early has sent the first events of the plan.
        end = schedule.total_events if pace.exhausted else min(schedule.total_events, sent)
        workers = self._context.spec.settings.producers
        found: list[int] = []
        for worker in range(workers):
            ordinals = (end + workers - 1 - worker) // workers
            missing = output.meters.missing(
                end=ordinals, most=_LOOKED_AT * MOST_EVENTS, input_index=path.number, worker=worker
            )
            found += [worker + ordinal * workers for ordinal in missing]
        return sorted(found)

    def noted(self, output: OutputReading, kind: EventKind) -> Iterator[RunEvent]:
        """The first events that came out twice or in another order, where each comes out once."""
        if kind == "lost" or not output.facts.recognised:
            return
        paths = {path.number: path for path in output.facts.counted if path.shape in _ONCE}
        for noted in output.meters.noted(kind):
            if noted.input_index in paths:
                yield self._of(noted, kind, output.facts.name)

    def late(self) -> Iterator[RunEvent]:
        """The first events that were sent late."""
        for meters in self._context.senders.by_input:
            if not isinstance(meters, Meters):
                if self._context.senders.pace.late_total:
                    self.notes.append("which events were sent late is known to the sending processes alone")
                return
            for noted in meters.noted("late"):
                yield self._of(noted, "late", None)

    def _of(self, noted: NotedEvent, kind: EventKind, output: str | None) -> RunEvent:
        number: int | None = noted.number
        if not noted.traced:
            why = self._unnumbered(noted.input_index)
            workers = self._context.spec.settings.producers
            number = None if why is not None else noted.worker + noted.number * workers
            if why is not None:
                self.notes.append(f"numbers of records of {self._inputs[noted.input_index].name} are not known: {why}")
        told = self._makers[noted.input_index].told(kind, output, number, due_us=noted.due_us)
        return told.model_copy(
            update={"partition": noted.partition, "offset": noted.offset, "seen_ms": noted.seen_us / 1000}
        )

    def _unnumbered(self, number: int) -> str | None:
        """Why a number in headers does not tell the event; None where it does."""
        name, settings = self._inputs[number].name, self._context.spec.settings
        told = settings.inputs.get(name)
        shares = {**settings.faults.shares(), **(told.faults.shares() if told is not None else {})}
        if any(shares.get(fault) for fault in UNREADABLE_FAULTS):
            return "records with faults that nobody can read are numbered apart"
        if self._context.senders.pace.skipped_total:
            return "overdue events were left out"
        return None

    def _due_us(self, number: int, event: int) -> int | None:
        start_ns, schedule = self._start_ns, self._context.spec.schedules[number]
        if start_ns is None or event >= schedule.total_events:
            return None
        return (start_ns + schedule.due_ns(event)) // 1000


class _Maker:
    """Makes the records of one input once more, as JSON."""

    def __init__(self, context: RunContext, number: int, facts: InputFacts) -> None:
        self._context = context
        self._facts = facts
        self._schedule = context.spec.schedules[number]
        self._plan: RecordPlan | None = None
        self._first = facts.record.load.records if facts.record is not None and facts.record.load is not None else 0
        self._unmade = context.spec.from_files

    def told(self, kind: EventKind, output: str | None, event: int | None, *, due_us: int | None) -> RunEvent:
        """An event, with its record."""
        start_ns = self._context.tracker.status.load_start_ns
        value, key = None, None
        if event is not None and start_ns is not None and event < self._schedule.total_events:
            value, key = self._record(event, start_ns + self._schedule.due_ns(event))
        return RunEvent(
            kind=kind,
            input=self._facts.name,
            output=output,
            number=event,
            key=key,
            value=value,
            partition=None,
            offset=None,
            due_ms=None if due_us is None else due_us / 1000,
            seen_ms=None,
        )

    def has_fault(self, event: int) -> bool:
        """Whether what was sent for an event is another event's record, or none that can be read."""
        plan = self._made()
        if plan is None:
            return False
        ((_, _, fault),) = plan.outgoing(first_event=event + self._first, count=1, due_ns=0)
        return fault == "duplicates" or fault in UNREADABLE_FAULTS

    def _record(self, event: int, due_ns: int) -> tuple[str | None, str | None]:
        plan = self._made()
        if plan is None:
            return None, None
        ((value, key, _),) = plan.outgoing(first_event=event + self._first, count=1, due_ns=due_ns)
        return _text(value), _text(key)

    def _made(self) -> RecordPlan | None:
        if self._plan is None and not self._unmade:
            try:
                self._plan = self._compiled()
            except ProjectError:
                self._unmade = True  # JSON has no place for what the run sent
        return self._plan

    def _compiled(self) -> RecordPlan:
        settings, facts, record = self._context.spec.settings, self._facts, self._facts.record
        if record is not None and record.format.startswith("avro"):
            key = record.key
            if key is not None and key.format.startswith("avro"):
                key = replace(key, format="json")
            facts = replace(facts, record=replace(record, format="json", key=key))
        elif record is None:
            pipeline = settings.pipeline.model_copy(update={"value_format": "json"})
            settings = settings.model_copy(update={"pipeline": pipeline})
        return input_plan(facts, settings, ids=SchemaIds(), schedule=self._schedule)


def _text(content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.hex()
