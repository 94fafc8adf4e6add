"""The tables of a report about what was measured: thresholds, phases, latency, data quality. Figures as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipegen.moment import iso_at
from pipegen.outputs.report.cells import (
    UNKNOWN,
    Cell,
    Column,
    Table,
    count,
    latency,
    percent,
    rate,
    ratio,
    reason,
    seconds,
    text,
)
from pipegen.outputs.report.data import ReportData
from pipegen.outputs.report.phases import PhaseFacts
from pipegen.snapshot import LatencyStage, Percentiles, PhasePlan, Snapshot
from pipegen.snapshot.health import OUTCOME_HEALTH
from pipegen.snapshot.percentiles import percentile_ms
from pipegen.snapshot.stages import STAGES, Stage
from pipegen.units import format_clock, format_rate

SPECTRUM: Final = (0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99, 99.999, 100.0)
_SUMMARY: Final = (50.0, 90.0, 95.0, 99.0, 99.9, 99.99)
_OUTCOMES: Final = {"pass": "passed", "fail": "failed", None: "not judged"}


def thresholds(snapshot: Snapshot | None) -> Table:
    """Each threshold with its result."""
    columns = [Column("Threshold", False), Column("Result", False), Column("Measured", False), Column("Why", False)]
    rows = [
        [
            Cell(result.expression),
            Cell(
                _OUTCOMES[result.outcome],
                health="unknown" if result.outcome is None else OUTCOME_HEALTH[result.outcome],
            ),
            text(result.observed_text),
            text(result.reason),
        ]
        for result in (snapshot.verdict.results if snapshot is not None else ())
    ]
    return Table(
        "Thresholds",
        columns,
        rows,
        "The run ended before its thresholds could be looked at."
        if snapshot is None
        else "No thresholds were set, so the run has no verdict. Give them as --threshold, or as thresholds: in YAML.",
    )


def inputs(snapshot: Snapshot | None) -> Table:
    """What was sent to each input."""
    columns = [Column("Input", False), Column("Topic", False), Column("Follows", False)]
    titles = ("Loaded before", "Planned", "Acknowledged", "Rate", "Errors", "Acknowledged p50", "p99")
    columns += [Column(title) for title in titles]
    rows = [
        [
            Cell(each.name),
            Cell(each.topic),
            text(each.follows),
            count(each.loaded_total, "not preloaded"),
            count(each.planned_total),
            count(each.total),
            _mean_rate(each.total, snapshot),
            count(each.errors),
            latency(None if each.ack is None else each.ack.p50_ms),
            latency(None if each.ack is None else each.ack.p99_ms),
        ]
        for each in (snapshot.inputs if snapshot is not None else ())
    ]
    return Table("Inputs", columns, rows, "Nothing was sent.")


def outputs(snapshot: Snapshot | None) -> Table:
    """What came out of each output."""
    columns = [Column("Output", False), Column("Topic", False)]
    columns += [
        Column(title) for title in ("Consumed", "Rate", "Lost", "Duplicated", "p50", "p95", "p99", "Written again")
    ]
    columns += [Column("Timed by", False), Column("Drain", False)]
    rows = [
        [
            Cell(each.name),
            Cell(each.topic),
            count(each.total),
            _mean_rate(each.total, snapshot),
            count(each.lost, each.counts_reason),
            count(each.duplicated, each.counts_reason),
            *(
                _bounded(latency(None if each.end_to_end is None else value, each.traced_reason), each.bound_reason)
                for value in _main_percentiles(each.end_to_end)
            ),
            count(each.repeated_total, "Known where a trace tells which rows are written again."),
            text(each.traced_by, each.traced_reason),
            text(each.drain),
        ]
        for each in (snapshot.outputs if snapshot is not None else ())
    ]
    return Table("Outputs", columns, rows, "Nothing was read back.")


def paths(snapshot: Snapshot | None) -> Table:
    """What became of the records on each path from an input to an output; empty where there is only one."""
    columns = [Column("Output", False), Column("Input", False), Column("Shape", False)]
    columns += [Column(title) for title in ("Consumed", "Lost", "Duplicated", "p50", "p95", "p99", "Due last")]
    columns += [Column("Timed by", False), Column("Why not known", False)]
    found = [(output, path) for output in (snapshot.outputs if snapshot is not None else ()) for path in output.paths]
    rows = [
        [
            Cell(output.name),
            Cell(path.input),
            Cell(path.shape.replace("_", " ")),
            count(path.total),
            count(path.lost),
            count(path.duplicated),
            *(latency(value) for value in _main_percentiles(path.end_to_end)),
            count(path.last_total),
            text(path.traced_by),
            text(path.reason),
        ]
        for output, path in found
    ]
    return Table("Paths", columns, rows if len(rows) > 1 else [], "There is one path from the input to the output.")


def events(data: ReportData) -> Table:
    """The first events that were lost, came out twice or in another order, or were sent late."""
    columns = [Column(title, False) for title in ("What", "Input", "Output")]
    columns += [Column(title) for title in ("Number", "Due", "Partition", "Offset")]
    columns += [Column(title, False) for title in ("Key", "Record")]
    rows = [
        [
            Cell(each.kind.replace("_", " ")),
            Cell(each.input),
            text(each.output),
            count(each.number),
            text(None if each.due_ms is None else iso_at(each.due_ms / 1000)),
            count(each.partition),
            count(each.offset),
            text(each.key),
            text(each.value),
        ]
        for each in data.events.events
    ]
    return Table("Events behind the counts", columns, rows, "No event was lost, duplicated, out of order or late.")


def _bounded(cell: Cell, bound_reason: str | None) -> Cell:
    """A latency, marked if it is an upper bound."""
    if bound_reason is None or cell.text == UNKNOWN:
        return cell
    return Cell(f"\u2264\u00a0{cell.text}", f"An upper bound: {bound_reason}.")


def _mean_rate(total: int, snapshot: Snapshot | None) -> Cell:
    """Over the load: the newest rate of a run that is over says nothing."""
    elapsed_s = snapshot.run.elapsed_s if snapshot is not None else None
    return rate(total / elapsed_s if elapsed_s else None, "The load did not begin.")


def _main_percentiles(told: Percentiles | None) -> Sequence[float | None]:
    return (None, None, None) if told is None else (told.p50_ms, told.p95_ms, told.p99_ms)


def phases(data: ReportData) -> Table:
    """How the pipeline took each phase of the plan."""
    titles = ["Planned", "Reached", "Of plan", "p50", "p95", "p99", "Most in flight", "Largest lag"]
    columns = [Column("Phase", False), Column("Time"), *(Column(title) for title in titles)]
    columns += [Column("Back-pressure"), Column("Recovered after")]
    return Table("Traffic phases", columns, [_phase_row(phase) for phase in data.phases], "The load did not begin.")


def _phase_row(facts: PhaseFacts) -> Sequence[Cell]:
    plan = facts.plan
    if not facts.reached:
        names = [Cell(plan.name), Cell(f"{format_clock(plan.start_s)}\u00a0–\u00a0{format_clock(plan.end_s)}")]
        return [*names, Cell(_planned(plan)), *(Cell(UNKNOWN, "The run did not get there.") for _ in range(9))]
    of_plan = facts.rate_per_s / facts.planned_per_s if facts.rate_per_s is not None and facts.planned_per_s else None
    no_latency = "No latency was measured in this phase."
    return [
        Cell(plan.name),
        Cell(f"{format_clock(plan.start_s)}\u00a0–\u00a0{format_clock(plan.end_s)}"),
        Cell(_planned(plan)),
        rate(facts.rate_per_s),
        percent(of_plan),
        *(latency(percentile_ms(facts.latency, at), no_latency) for at in (50, 95, 99)),
        count(facts.lag),
        seconds(facts.lag_s),
        ratio(facts.pressure),
        Cell(UNKNOWN, "There is nothing to recover from.") if not facts.recovers else _recovered(facts),
    ]


def _recovered(facts: PhaseFacts) -> Cell:
    if facts.recovery_s is None:
        return Cell("not seen", "The lag was not back before the recording ended, or was not measured.")
    return seconds(facts.recovery_s)


def _planned(plan: PhasePlan) -> str:
    if plan.shape == "hold":
        return format_rate(plan.start_rate_per_s)
    if plan.shape == "ramp":
        return f"{format_rate(plan.start_rate_per_s)} to {format_rate(plan.end_rate_per_s)}"
    return f"{format_rate(plan.min_rate_per_s)} to {format_rate(plan.max_rate_per_s)}, {plan.shape}"


def stages(data: ReportData) -> Table:
    """Latency by stage."""
    columns = [Column("Stage", False), *(Column(percentile_name(at)) for at in _SUMMARY)]
    columns += [Column("Largest"), Column("Mean"), Column("Samples")]
    rows = []
    for stage in STAGES:
        histogram = data.stages.get(stage.name)
        if histogram is None or histogram.count == 0:
            continue
        mean_us = histogram.mean_us
        rows.append(
            [
                _stage_title(stage, data.snapshot),
                *(latency(percentile_ms(histogram, at)) for at in _SUMMARY),
                latency(None if histogram.max_us is None else histogram.max_us / 1000),
                latency(None if mean_us is None else mean_us / 1000),
                count(histogram.count),
            ]
        )
    return Table("Latency by stage", columns, rows, _no_latency(data))


def _stage_title(stage: Stage, snapshot: Snapshot | None) -> Cell:
    found = getattr(snapshot.latency, stage.field) if snapshot is not None else None
    if not isinstance(found, LatencyStage) or found.bound != "upper":
        return Cell(stage.title)
    return Cell(f"{stage.title}, upper bound", found.bound_reason)


def spectrum(data: ReportData) -> Table:
    """The whole spectrum of percentiles, by stage."""
    found = [(stage, data.stages.get(stage.name)) for stage in STAGES]
    known = [(stage, histogram) for stage, histogram in found if histogram is not None and histogram.count]
    columns = [Column("Percentile", False), *(Column(stage.title) for stage, _ in known)]
    rows = [
        [Cell(percentile_name(at)), *(latency(percentile_ms(histogram, at)) for _, histogram in known)]
        for at in SPECTRUM
    ]
    return Table("Every percentile", columns, rows if known else [], _no_latency(data))


def percentile_name(percentile: float) -> str:
    """``p99.9``; the ends by their names."""
    if percentile == 0:
        return "smallest"
    return "largest" if percentile == 100 else f"p{percentile:g}"


def _no_latency(data: ReportData) -> str:
    why = reason(data.snapshot, "latency.end_to_end") if data.snapshot is not None else None
    return f"No latency was measured{f': {why}' if why else '.'}"


__all__ = [
    "SPECTRUM",
    "percentile_name",
    "phases",
    "spectrum",
    "stages",
    "thresholds",
]
