"""Everything a report is made of, from a recording or from a run that goes on. Collects; judges and words nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import ValidationError

from pipegen.hotpath import HistogramSnapshot
from pipegen.outputs.histograms import HistogramLog
from pipegen.outputs.history import HistorySlice
from pipegen.outputs.report.phases import PhaseFacts, phase_facts
from pipegen.outputs.report.series import Series, SeriesBuilder, series_of_table
from pipegen.replay import Manifest, RecordedInterval, Recording
from pipegen.snapshot import Snapshot
from pipegen.snapshot.events import RunEvents

EndingKind = Literal["finished", "incomplete", "failed", "interrupted", "running", "cut_off", "empty"]
_OVER: Final = {"finished": "finished", "failed": "failed", "interrupted": "interrupted"}


@dataclass(frozen=True, slots=True)
class Ending:
    """How the run ended, as far as it did."""

    kind: EndingKind
    failure: str | None = None
    detail: str | None = None
    remedy: str | None = None
    left_behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportData:
    """One run.

    Attributes:
        snapshot: The last snapshot; null when there is none.
        manifest: What was run; null where nothing was recorded.
        ending: How it ended.
        series: The figures over time.
        phases: Each phase of the plan.
        stages: Latencies of the whole run, by stage.
        notes: What a reader must know of the data itself.
        events: The first events that were lost, doubled, out of order or late.
    """

    snapshot: Snapshot | None
    manifest: Manifest | None
    ending: Ending
    series: Series = field(default_factory=Series)
    phases: tuple[PhaseFacts, ...] = ()
    stages: Mapping[str, HistogramSnapshot] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    events: RunEvents = field(default_factory=RunEvents)

    @property
    def pipeline(self) -> str:
        """Name of the pipeline."""
        if self.snapshot is not None:
            return self.snapshot.run.pipeline
        return self.manifest.pipeline if self.manifest is not None else "pipeline"


def data_of_recording(recording: Recording, *, last: Snapshot | None = None) -> ReportData:
    """What a recording holds, whole or cut off.

    Args:
        recording: The recording.
        last: The run's last snapshot, where a full disk may have kept it out of the recording.

    Raises:
        RecordingError: when it cannot be read.
    """
    builder = SeriesBuilder()
    newest: Mapping[str, Any] | None = None
    for raw in recording.raw_snapshots():
        builder.add(raw)
        newest = raw
    snapshot = last if last is not None else recording.read_snapshot(newest) if newest is not None else None
    notes = []
    if recording.damaged:
        notes.append("Parts of the recording are damaged and were passed over.")
    if last is not None and (newest is None or newest.get("sequence") != last.sequence):
        notes.append("The recording ended before the run; the charts end with it, the totals are those of the run.")
    ending = ending_of(snapshot, recording.summary)
    if ending.kind == "cut_off":
        notes.append("The run was cut off, or still goes on: the figures are as of its last second that was recorded.")
    series = builder.build()
    stages = {stage: _merge(recording.histograms(stage)) for stage in recording.stages()}
    return ReportData(
        snapshot=snapshot,
        manifest=recording.manifest,
        ending=ending,
        series=series,
        phases=_phases(snapshot, series, recording.histograms("end_to_end")),
        stages=stages,
        notes=tuple(notes),
        events=events_of(recording.summary),
    )


def events_of(summary: Mapping[str, Any] | None) -> RunEvents:
    """The events in the summary of a run; none where it has none, as one of an older version."""
    try:
        return RunEvents.model_validate((summary or {}).get("events", {}))
    except ValidationError:
        return RunEvents()


def data_of_feed(
    snapshot: Snapshot | None, history: HistorySlice, histograms: HistogramLog, manifest: Manifest | None = None
) -> ReportData:
    """What the dashboard of a run knows that is not recorded, such as of services that are only watched."""
    series = series_of_table(history.fields, history.rows)
    intervals: list[RecordedInterval] = []
    before_s: float | None = None
    for interval in histograms.since(-1):
        text = interval.stages.get("end_to_end")
        if text is not None:
            start_s = interval.end_s - 1.0 if before_s is None else before_s
            intervals.append(RecordedInterval(start_s, interval.end_s, HistogramSnapshot.from_hdr_base64(text)))
        before_s = interval.end_s
    ending = ending_of(snapshot, None)
    return ReportData(
        snapshot=snapshot,
        manifest=manifest,
        ending=replace(ending, kind="running") if ending.kind == "cut_off" else ending,
        series=series,
        phases=_phases(snapshot, series, intervals),
        stages={stage: HistogramSnapshot.from_hdr_base64(text) for stage, text in histograms.totals().items()},
    )


def as_running(data: ReportData) -> ReportData:
    """The same of a run that is known to go on: a recording alone cannot tell that from a crash."""
    if data.ending.kind not in {"cut_off", "empty"}:
        return data
    notes = tuple(note for note in data.notes if not note.startswith("The run was cut off"))
    return replace(data, ending=Ending("running"), notes=notes)


def _phases(snapshot: Snapshot | None, series: Series, intervals: Iterable[RecordedInterval]) -> tuple[PhaseFacts, ...]:
    if snapshot is None or snapshot.run.elapsed_s is None:
        return ()
    started_ms = datetime.fromisoformat(snapshot.run.started_at).timestamp() * 1000
    by_load = series.by_load(started_ms, snapshot.run.duration_s)
    return tuple(phase_facts(snapshot.traffic.phases, by_load, started_ms, intervals))


def ending_of(snapshot: Snapshot | None, summary: Mapping[str, Any] | None) -> Ending:
    """How a run ended, by its summary or, without one, by its last snapshot."""
    if summary is not None and summary.get("outcome") in {"finished", "incomplete", "failed", "interrupted"}:
        return Ending(
            summary["outcome"],
            _text(summary.get("failure")),
            _text(summary.get("failure_detail")),
            _text(summary.get("failure_remedy")),
            tuple(str(sentence) for sentence in summary.get("left_behind") or ()),
        )
    if snapshot is None:
        return Ending("empty")
    kind = _OVER.get(snapshot.run.phase)
    if kind == "finished":
        return Ending("finished")
    if kind == "failed":
        return Ending("failed", snapshot.headline.text)
    return Ending("interrupted") if kind == "interrupted" else Ending("cut_off")


def _merge(intervals: Iterable[RecordedInterval]) -> HistogramSnapshot:
    merged = HistogramSnapshot.empty()
    for interval in intervals:
        merged = merged.merge(interval.histogram)
    return merged


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
