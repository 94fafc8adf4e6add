"""The sampler: one thread that takes a snapshot every period and publishes it. It measures nothing by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from pipegen.bus import EventBus, HistogramsTaken, SnapshotTaken
from pipegen.diagnose import ErrorLog, Observations, judged
from pipegen.errors import FaultCode
from pipegen.gates import Judge
from pipegen.hotpath import HistogramSnapshot, Schedule, Totals, now_ns
from pipegen.quality import Inspection
from pipegen.run.picture.assemble import assemble
from pipegen.run.picture.inputs import InputSight, input_states
from pipegen.run.picture.latency import LatencyReader
from pipegen.run.picture.moment import Moment, ProducerState, Rates, RunFacts, upper_bound
from pipegen.run.picture.output_intervals import OutputIntervals
from pipegen.run.picture.output_sight import OutputSight
from pipegen.run.picture.outputs import output_states, repeats_key
from pipegen.run.picture.paths import path_key
from pipegen.run.picture.skew import SkewWatch
from pipegen.run.progress import RunStatus, RunTracker
from pipegen.run.read.inspection import QualityErrors
from pipegen.run.readings import Readings
from pipegen.run.send.interfaces import MeterView, Pace
from pipegen.services.kafka import fault_text
from pipegen.snapshot import Explained, InputState, Latency, OutputState, Snapshot, ThresholdResult
from pipegen.units import NS_PER_S


class Sampler(threading.Thread):
    """Takes snapshots until stopped.

    Args:
        facts: What does not change.
        tracker: The status of the run.
        meters: Counters and histograms.
        pacer: What has been handed out.
        schedule: The plan, to say what is due.
        inspection: What is known of the records.
        readings: Newest readings of the services.
        errors: Errors so far.
        bus: Where snapshots go.
        period_ns: Time between two snapshots.
        inputs: The inputs as they stand, the first one first.
        outputs: The outputs as they stand, the first one first.
        judge: Says how the verdict stands.
        on_abort: Called, again and again, once a threshold asks for the end of the run.
        on_crash: Called with the exception when a snapshot cannot be taken.
    """

    def __init__(
        self,
        *,
        facts: RunFacts,
        tracker: RunTracker,
        meters: MeterView,
        pacer: Pace,
        schedule: Schedule,
        inspection: Inspection,
        readings: Readings,
        errors: ErrorLog,
        bus: EventBus,
        period_ns: int,
        inputs: Callable[[], Sequence[InputSight]],
        outputs: Callable[[], Sequence[OutputSight]],
        judge: Judge,
        on_abort: Callable[[ThresholdResult], None],
        on_crash: Callable[[BaseException], None],
    ) -> None:
        super().__init__(name="pipegen-sampler", daemon=True)
        self._facts = facts
        self._tracker = tracker
        self._meters = meters
        self._pacer = pacer
        self._schedule = schedule
        self._inspection = inspection
        self._quality_errors = QualityErrors(errors)
        self._readings = readings
        self._errors = errors
        self._bus = bus
        self._period_ns = period_ns
        self._inputs = inputs
        self._went: dict[str, int] = {}
        self._outputs = outputs
        self._came: dict[str, int] = {}
        self._judge = judge
        self._on_abort = on_abort
        self._on_crash = on_crash
        self._latency = LatencyReader(meters)
        self._of_outputs = OutputIntervals()
        self._before: tuple[int, Totals] | None = None
        self._failures: dict[str, int] = {}
        self._other_runs = 0
        self._skew = SkewWatch()
        self._past = Observations()
        self._sequence = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._woken = threading.Event()

    def run(self) -> None:
        """Thread body: ticks at whole multiples of the period on the wall clock; a slow tick does not shift the next.

        Every pipeline's intervals end at the same moments, so that their histograms can be merged.
        """
        try:
            grid_ns = time.monotonic_ns() - time.time_ns() % self._period_ns
            while not self._stopping.is_set():
                self.take()
                past_ns = (time.monotonic_ns() - grid_ns) % self._period_ns
                self._wait(self._period_ns - past_ns)
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the runner must hear of it
            self._on_crash(error)

    def learn(
        self,
        facts: RunFacts,
        inspection: Inspection,
        meters: MeterView,
        judge: Judge,
        *,
        pacer: Pace,
        schedule: Schedule,
    ) -> None:
        """Takes over what is known once Flink has read the SQL; nothing was measured before."""
        with self._lock:
            self._pacer, self._schedule = pacer, schedule
            self._facts, self._inspection, self._meters, self._judge = facts, inspection, meters, judge
            self._latency, self._of_outputs = LatencyReader(meters), OutputIntervals()

    def stop(self) -> None:
        """Takes no more snapshots by itself; :meth:`take` still works."""
        self._stopping.set()

    def wake(self) -> None:
        """Asks for a snapshot at the next whole second: an error must not wait for a long period. From any thread."""
        self._woken.set()

    def _wait(self, wait_ns: int) -> None:
        end_ns = time.monotonic_ns() + wait_ns
        if self._period_ns <= NS_PER_S:
            self._stopping.wait(wait_ns / 1e9)
            return
        while not self._stopping.is_set() and (rest_ns := end_ns - time.monotonic_ns()) > 0:
            if self._woken.is_set():
                self._woken.clear()
                self._stopping.wait(min(rest_ns, NS_PER_S - time.time_ns() % NS_PER_S) / 1e9)
                return
            self._stopping.wait(min(rest_ns, NS_PER_S // 4) / 1e9)

    def take(self) -> Snapshot:
        """Takes and publishes one snapshot now."""
        with self._lock:
            snapshot = self._take()
            stages = self._latency.intervals_hdr() | self._of_outputs.hdr()
            histograms = HistogramsTaken(snapshot.run.id, time.time_ns() // 1_000_000, stages)
            aborting = self._judge.abort
        self._bus.publish(SnapshotTaken(snapshot))
        if aborting is not None:
            self._on_abort(aborting)
        if histograms.stages:
            self._bus.publish(histograms)
        return snapshot

    def _take(self) -> Snapshot:
        taken_ns = now_ns()
        status = self._tracker.status
        totals = self._meters.totals()
        self._report_failures(totals)
        self._report_other_runs(totals)
        facts, inputs, outputs = self._facts, self._inputs(), self._of_outputs.take(self._outputs())
        latency = self._latency.read(
            facts.latency_gaps(status, outputs), upper_bound=upper_bound(outputs), exactly_once=facts.exactly_once
        )
        self._report_skew(latency.section)
        seconds = None if self._before is None else (taken_ns - self._before[0]) / 1e9
        moment = Moment(
            now_ns=taken_ns,
            status=status,
            totals=totals,
            producer=self._producer_state(status, taken_ns),
            latency=latency,
            rates=self._rates(totals, taken_ns),
            kafka=self._readings.kafka(),
            flink=self._readings.flink(),
            registry=self._readings.registry(),
            system=self._readings.system(),
            errors=self._errors.entries(),
            error_trends=self._errors.trends(),
            past=self._past.all(),
            inspection=self._inspection,
            inputs=self._input_states(inputs, seconds),
            outputs=self._output_states(outputs, seconds),
            sights=outputs,
        )
        picture = assemble(self._sequence, self._facts, moment)
        self._past.add(picture.observation)
        snapshot = picture.snapshot
        verdict = self._judge.observe(snapshot, {**self._latency.totals(), **_of_parts(inputs, outputs)})
        sentence = judged(snapshot.headline, verdict, status.failure)
        snapshot = snapshot.model_copy(update={"verdict": verdict, "headline": sentence})
        self._inspection.see(snapshot, at_s=taken_ns / 1e9)
        self._quality_errors.tell_rules(snapshot.data_quality)
        self._sequence += 1
        return snapshot

    def _report_failures(self, totals: Totals) -> None:
        """The meters only count what Kafka refused: here it becomes errors, by librdkafka's name."""
        for name, count in totals.failures.items():
            new = count - self._failures.get(name, 0)
            if new > 0:
                self._failures[name] = count
                self._errors.report(
                    key=name,
                    component="producer",
                    category="connection",
                    message=fault_text(name),
                    code=FaultCode(kafka=name),
                    count=new,
                )

    def _report_other_runs(self, totals: Totals) -> None:
        new, self._other_runs = totals.other_runs - self._other_runs, totals.other_runs
        if new > 0:
            self._errors.report(
                key="records_of_another_run",
                component="output",
                category="processing",
                severity="warning",
                message="records of another run came out of the pipeline; they are in no figure of this run",
                count=new,
            )

    def _report_skew(self, latency: Latency) -> None:
        for stage, count, sentence in self._skew.see(latency):
            self._errors.report(
                key=f"clock_skew_{stage}",
                component="system",
                category="processing",
                severity="warning",
                message=sentence,
                count=count,
            )

    def _producer_state(self, status: RunStatus, taken_ns: int) -> ProducerState:
        planned_total: int | None = None
        planned_rate: float | None = None
        if status.load_start_ns is not None:
            offset_ns = max(0, taken_ns - status.load_start_ns)
            planned_total = self._schedule.events_before(offset_ns)
            planned_rate = self._facts.plan.rate_at(offset_ns)
        return ProducerState(planned_total, planned_rate, self._pacer.late_total, self._pacer.skipped_total)

    def _input_states(self, sights: Sequence[InputSight], seconds: float | None) -> list[Explained[InputState]]:
        states = input_states(sights, before=self._went, seconds=seconds)
        self._went = {each.section.name: each.section.total for each in states}
        return states

    def _output_states(self, sights: Sequence[OutputSight], seconds: float | None) -> list[Explained[OutputState]]:
        states = output_states(sights, before=self._came, seconds=seconds)
        self._came = {each.section.name: each.section.total for each in states}
        for each in states:
            name = each.section.name
            self._came[repeats_key(name)] = each.section.repeated_total or 0
            self._came |= {path_key(name, path.input): path.total or 0 for path in each.section.paths}
        return states

    def _rates(self, totals: Totals, taken_ns: int) -> Rates:
        before, self._before = self._before, (taken_ns, totals)
        if before is None or taken_ns <= before[0]:
            return Rates(None, None, None, None)
        seconds = (taken_ns - before[0]) / 1e9
        old = before[1]
        return Rates(
            sent=round((totals.sent - old.sent) / seconds, 3),
            sent_bytes=round((totals.sent_bytes - old.sent_bytes) / seconds, 3),
            delivered=round((totals.delivered - old.delivered) / seconds, 3),
            consumed=round((totals.consumed - old.consumed) / seconds, 3),
        )


def _of_parts(inputs: Sequence[InputSight], outputs: Sequence[OutputSight]) -> dict[str, HistogramSnapshot]:
    """The latencies of each input and output since the start of the load, by their paths in the contract."""
    found: dict[str, HistogramSnapshot] = {}
    for source in inputs:
        path = f"inputs.{source.facts.name}"
        found |= {f"{path}.generator_delay": source.generator_delay, f"{path}.ack": source.ack}
    return found | {
        f"outputs.{each.facts.name}.end_to_end": each.end_to_end for each in outputs if each.traced_by is not None
    }
