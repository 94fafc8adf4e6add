"""The end of a load: waits until every output has brought out what can be expected of it, and says for what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.hotpath import now_ns
from pipegen.run.context import RunContext, expected_from
from pipegen.run.drain.decision import Drain, DrainSight, DrainState
from pipegen.run.drain.held import held_by_event_time
from pipegen.run.pipeline import Pipeline
from pipegen.run.race import guarded
from pipegen.run.read.header import comes_unknown
from pipegen.run.read.outputs import OutputReading
from pipegen.units import NS_PER_S, format_count, format_duration

_LOOK_S: Final = 0.05
_TELL_S: Final = 1.0
_FRESH_S: Final = 2.0
_INTERRUPTED_NS: Final = 10 * NS_PER_S
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Drained:
    """How the drain of all outputs ended.

    Attributes:
        known: Whether each is drained as far as can be known.
        lacking: What is missing from each, as a sentence; None when nothing is.
    """

    known: bool
    lacking: Mapping[str, str | None]

    @property
    def missing(self) -> str | None:
        """What is missing from all of them, as a sentence; None when nothing is."""
        if len(self.lacking) == 1:
            return next(iter(self.lacking.values()))
        told = [f"output {name}: {lack}" for name, lack in self.lacking.items() if lack]
        more = len(told) - _MOST_NAMED
        return "; ".join([*told[:_MOST_NAMED], *([f"and {more} more outputs"] if more > 0 else [])]) or None


async def drained(context: RunContext, pipeline: Pipeline, *, cut_short: bool, hurry: asyncio.Event) -> Drained:
    """Waits for what is still in flight, in all outputs at once.

    Args:
        context: What every stage uses.
        pipeline: What to wait for.
        cut_short: Whether the load was ended early: then only what was delivered is expected, for a while.
        hurry: Ends the wait at once.

    Raises:
        PipelineError: when the pipeline fails meanwhile.
    """
    timeout_ns = context.spec.settings.pipeline_timeout_ns
    if cut_short:
        timeout_ns = min(timeout_ns, _INTERRUPTED_NS)
    look = Look(context, pipeline)
    waits = [_Wait(context, output, _expected(context, pipeline, output, cut_short)) for output in context.outputs]
    expected = [each.expected for each in waits]
    context.tracker.update(expected_total=None if None in expected else sum(each or 0 for each in expected))
    teller = _Teller(context)
    deadline_s = time.monotonic() + timeout_ns / 1e9

    async def until_drained() -> None:
        while True:
            now_s = time.monotonic()
            for each in waits:
                each.see(look, now_s)
            teller.tell(waits)
            if all(each.ended for each in waits) or hurry.is_set() or time.monotonic() >= deadline_s:
                return
            await asyncio.sleep(_LOOK_S)

    delivered = context.senders.meters.totals().delivered
    await guarded(until_drained(), pipeline.guard.watch(to_read=delivered))
    known = True
    lacking: dict[str, str | None] = {}
    for each in waits:
        cut_off = hurry.is_set() and not each.ended
        lack = "the drain was cut short" if cut_off else each.missing(timeout_ns)
        each.output.drained = lack is None if cut_short else not cut_off
        if each.state.end == "held":
            each.output.drained, each.output.held = False, each.state.sentence
        known = known and not cut_off
        lacking[each.output.facts.name] = lack
    return Drained(known, lacking)


def _expected(context: RunContext, pipeline: Pipeline, output: OutputReading, cut_short: bool) -> int | None:
    """Records to wait for; None where nobody can know."""
    one_to_one = output.facts.shape == "one_to_one"
    if not cut_short:
        if output.told.expected_messages is not None:
            return output.told.expected_messages
        if one_to_one and pipeline.rows is not None:
            return pipeline.rows
    # What nobody can read is not expected: see `expected_from`.
    return expected_from(context, output.facts) if one_to_one else None


def _missing(expected: int | None, missing: int | None) -> str:
    if expected is None or missing is None:
        return "the pipeline was not drained"
    return f"{format_count(missing)} of {format_count(expected)} records did not come out"


def arrived(context: RunContext, output: OutputReading) -> int:
    """Records of this run in an output; one that came twice counts once where it is known how many there should be."""
    totals, source = output.meters.totals(), output.facts.latency_source
    if comes_unknown(source, totals):
        return max(0, totals.consumed - context.tracker.status.probes)  # nobody can tell which ones were probes
    if output.recognised:
        return totals.distinct
    if source == "header":
        return totals.distinct + totals.duplicated
    return totals.consumed - totals.excluded_consumed


class _Wait:
    """What one output waits for."""

    def __init__(self, context: RunContext, output: OutputReading, expected: int | None) -> None:
        self._context = context
        self.output = output
        self.expected = expected
        # Where nothing is to come out there is no last record to wait for: the output has to stay quiet.
        spec = context.spec
        what = "the Flink job that reads the file" if spec.read_by_flink else None
        what = "the batch job" if spec.project.sent_first else what
        self._drain = Drain(expected=expected or None, ends=what)
        self.state = DrainState(None, None, "not looked at yet")

    @property
    def ended(self) -> bool:
        """Whether it waits no longer."""
        return self.state.end is not None

    def see(self, look: Look, now_s: float) -> None:
        """Takes a look at the output."""
        self.state = self._drain.see(look.take(self.output), now_s=now_s)
        self.output.drain = self.state.sentence

    def missing(self, timeout_ns: int) -> str | None:
        """What did not come out, as a sentence; None when nothing is missing."""
        state, expected = self.state, self.expected
        missing = None if expected is None else expected - arrived(self._context, self.output)
        match state.end:
            case "complete" | "quiet" | "others":
                return None
            case "held":
                wanted = self.output.told.expected_messages is not None
                return f"{_missing(expected, missing)}: {state.sentence}" if wanted else None
            case "finished":
                lacking = missing is not None and missing > 0
                return f"{_missing(expected, missing)}: {state.sentence}" if lacking else None
        late = f"{_missing(expected, missing)} within {format_duration(timeout_ns)}"
        return f"{late}: {state.why}" if state.why else late


class _Teller:
    """Tells the page and the terminal what the drain waits for; a line only where it waits for something else."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._told: str | None = None
        self._told_at_s = float("-inf")

    def tell(self, waits: Sequence[_Wait]) -> None:
        """Tells of the first output that still waits."""
        waiting = next((each for each in waits if not each.ended), None)
        sentence = waits[0].state.sentence if waiting is None else waiting.state.sentence
        if len(waits) > 1:
            sentence = f"all {len(waits)} outputs are drained" if waiting is None else _of(waiting, sentence)
        self._context.tracker.update(drain=sentence)
        waits_for = None if waiting is None else f"{waiting.output.facts.name} {waiting.state.waits_for}"
        if waits_for in {None, self._told} or time.monotonic() - self._told_at_s < _TELL_S:
            return
        self._told, self._told_at_s = waits_for, time.monotonic()
        self._context.go("draining", sentence)


def _of(waiting: _Wait, sentence: str) -> str:
    return f"output {waiting.output.facts.name}: {sentence}"


class Look:
    """Takes looks at the pipeline."""

    def __init__(self, context: RunContext, pipeline: Pipeline) -> None:
        self._context = context
        self._guard = pipeline.guard
        self._finished_ns: int | None = None

    def take(self, output: OutputReading) -> DrainSight:
        """The pipeline at this moment, seen from one output."""
        flink, kafka = self._context.observers.flink(), self._context.observers.kafka().value
        reading, ends = flink.value, kafka.outputs.get(output.topic) if kafka else None
        if self._finished_ns is None and self._guard.finished:
            self._finished_ns = time.monotonic_ns()
        interval_ms = reading.checkpoints.interval_ms if reading and reading.checkpoints else None
        sources = reading.sources if reading else ()
        totals, source = output.meters.totals(), output.facts.latency_source
        return DrainSight(
            arrived=arrived(self._context, output),
            consumed=totals.consumed + totals.other_runs,
            written=ends.total if ends else None,
            pending=self._pending(flink.age_ms()),
            lag=ends.lag if ends else None,
            open=ends.open if ends else None,
            checkpoint_interval_s=interval_ms / 1000 if interval_ms else None,
            # Only an answer of Kafka's from after the end of the job tells whether its output is read.
            finished=self._finished_ns is not None and ends is not None and ends.measured_ns > self._finished_ns,
            by_header=(source == "header" or output.recognised) and not comes_unknown(source, totals),
            others=tuple(each.name for each in sources if each.of_pipeline is False and each.state == "RUNNING"),
            held=held_by_event_time(reading) if reading else None,
            failing=self._guard.in_trouble,
        )

    def _pending(self, age_ms: float | None) -> int | None:
        """Records of the input that Flink has not read; a figure from before the end of the load says nothing."""
        reading, end_ns = self._context.observers.flink().value, self._context.tracker.status.load_end_ns
        if reading is None or age_ms is None:
            return None
        if end_ns is not None:
            # Flink refreshes its figures once in a while.
            old_s = age_ms / 1e3 + max(_FRESH_S, (reading.metrics_interval_ms or 0.0) / 1e3)
            if (now_ns() - end_ns) / NS_PER_S < old_s:
                return None
        if self._context.spec.project.sent_first:
            return None  # a bounded job emits rows when it ends, long after it has read everything
        ours = [source for source in reading.sources if source.of_pipeline]
        if ours and all(source.state == "FINISHED" for source in ours):
            return 0
        return reading.pending_records
