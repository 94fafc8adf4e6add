"""What is compared, and which way is better. Reads runs; decides nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipegen.outputs.compare.noise import Interval, interval_of_draws, interval_of_repeats, redraw
from pipegen.outputs.compare.run import ComparedRun, merged
from pipegen.snapshot.figures import read_figure
from pipegen.snapshot.kinds import FigureUnit
from pipegen.snapshot.parts import PART_KINDS, parts_of, path_between, paths_of, read_part_figure
from pipegen.snapshot.percentiles import percentile_ms
from pipegen.snapshot.stages import WORDS, StageName

Better = Literal["higher", "lower", "neither"]
Group = Literal["throughput", "latency", "errors", "resources"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that is compared.

    Attributes:
        name: As it is shown.
        group: What kind it is.
        unit: Its unit.
        better: Which way is better; of ``neither`` a change is shown and never held against a run.
        of_run: The figure of one run.
        of_side: The figure of several runs together.
        interval: The confidence interval of the change; None where nothing is known of the noise.
        counted: Whether it is an exact count, of which any change is real.
    """

    name: str
    group: Group
    unit: FigureUnit
    better: Better
    of_run: Callable[[ComparedRun], float | None]
    of_side: Callable[[Sequence[ComparedRun]], float | None]
    interval: Callable[[Sequence[ComparedRun], Sequence[ComparedRun]], Interval | None]
    counted: bool = False


def _values(runs: Sequence[ComparedRun], of_run: Callable[[ComparedRun], float | None]) -> list[float]:
    found = [of_run(run) for run in runs]
    return [value for value in found if value is not None]


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _percentile(stage: StageName, percentile: float) -> Figure:
    field = {50.0: "p50_ms", 95.0: "p95_ms", 99.0: "p99_ms", 99.9: "p999_ms"}[percentile]

    def of_run(run: ComparedRun) -> float | None:
        whole = run.whole(stage)
        if whole is None:
            totals = run.totals(stage)
            value: float | None = None if totals is None else getattr(totals, field)
            return value
        return percentile_ms(whole, percentile)

    def of_side(runs: Sequence[ComparedRun]) -> float | None:
        blocks = [block for run in runs for block in run.latencies.get(stage, ())]
        if not blocks:
            return of_run(runs[0]) if len(runs) == 1 else None
        whole = merged(blocks)
        return None if whole is None else percentile_ms(whole, percentile)

    def interval(before: Sequence[ComparedRun], after: Sequence[ComparedRun]) -> Interval | None:
        if min(len(before), len(after)) > 1:
            return interval_of_repeats(_values(before, of_run), _values(after, of_run))
        return interval_of_draws(before[0].drawn(stage, percentile), after[0].drawn(stage, percentile))

    name = f"{WORDS[stage]} p{percentile:g}"
    better: Better = "neither" if stage == "generator_delay" else "lower"
    return Figure(name, "latency", "ms", better, of_run, of_side, interval)


def _sampled(path: str, label: str, group: Group, unit: FigureUnit, better: Better) -> Figure:
    def of_run(run: ComparedRun) -> float | None:
        return _mean(run.samples.get(path, ()))

    def of_side(runs: Sequence[ComparedRun]) -> float | None:
        return _mean(_values(runs, of_run))

    def interval(before: Sequence[ComparedRun], after: Sequence[ComparedRun]) -> Interval | None:
        if min(len(before), len(after)) > 1:
            return interval_of_repeats(_values(before, of_run), _values(after, of_run))
        return interval_of_draws(*(redraw(side[0].samples.get(path, ()), _mean) for side in (before, after)))

    return Figure(label, group, unit, better, of_run, of_side, interval)


def _throughput(path: str, total: str, label: str) -> Figure:
    sampled = _sampled(path, label, "throughput", "per_s", "higher")

    def of_run(run: ComparedRun) -> float | None:
        count, elapsed_s = read_figure(run.last, total), run.last.run.elapsed_s
        return count / elapsed_s if count is not None and elapsed_s else None

    def of_side(runs: Sequence[ComparedRun]) -> float | None:
        return _mean(_values(runs, of_run))

    def interval(before: Sequence[ComparedRun], after: Sequence[ComparedRun]) -> Interval | None:
        if min(len(before), len(after)) > 1:
            return interval_of_repeats(_values(before, of_run), _values(after, of_run))
        return sampled.interval(before, after)

    return Figure(label, "throughput", "per_s", "higher", of_run, of_side, interval)


def _count(path: str, label: str, unit: FigureUnit = "number") -> Figure:
    read = read_part_figure if path.partition(".")[0] in PART_KINDS else read_figure
    return _counted(label, unit, lambda run: read(run.last, path))


def _counted(label: str, unit: FigureUnit, read: Callable[[ComparedRun], float | None]) -> Figure:
    def of_run(run: ComparedRun) -> float | None:
        value = read(run)
        return None if value is None else float(value)

    def of_side(runs: Sequence[ComparedRun]) -> float | None:
        return _mean(_values(runs, of_run))

    def interval(_before: Sequence[ComparedRun], _after: Sequence[ComparedRun]) -> Interval | None:
        return None

    return Figure(label, "errors", unit, "lower", of_run, of_side, interval, counted=True)


def part_figures(before: Sequence[ComparedRun], after: Sequence[ComparedRun]) -> list[Figure]:
    """Those of each input, output and path that all runs have, where there are several of them."""
    found: list[Figure] = []
    runs = [*before, *after]
    for kind in PART_KINDS:
        names = [each.name for each in parts_of(runs[0].last, kind)]
        if len(names) < 2:
            continue
        for name in names:
            if all(any(each.name == name for each in parts_of(run.last, kind)) for run in runs):
                found += _of_input(name) if kind == "inputs" else _of_output(name)
    for source, output in paths_of(runs[0].last):
        if all(path_between(run.last, source, output) is not None for run in runs):
            found += _of_path(source, output)
    return found


def _of_input(name: str) -> list[Figure]:
    path, label = f"inputs.{name}", f"input {name}"
    return [_part_rate(path, f"{label}: acknowledged"), _part_latency(path, label, "ack", "p99_ms")]


def _of_output(name: str) -> list[Figure]:
    path, label = f"outputs.{name}", f"output {name}"
    return [
        _part_rate(path, f"{label}: consumed"),
        _part_latency(path, label, "end_to_end", "p50_ms"),
        _part_latency(path, label, "end_to_end", "p99_ms"),
        _count(f"{path}.lost", f"{label}: lost"),
        _count(f"{path}.duplicated", f"{label}: duplicated"),
    ]


def _of_path(source: str, output: str) -> list[Figure]:
    label = f"path {source} → {output}"

    def read(leaf: str) -> Callable[[ComparedRun], float | None]:
        return lambda run: getattr(path_between(run.last, source, output), leaf)

    def p99_ms(run: ComparedRun) -> float | None:
        path = path_between(run.last, source, output)
        return None if path is None or path.end_to_end is None else path.end_to_end.p99_ms

    return [
        _of_totals(f"{label}: {WORDS['end_to_end']} p99", "latency", "ms", "lower", p99_ms),
        _counted(f"{label}: lost", "number", read("lost")),
        _counted(f"{label}: duplicated", "number", read("duplicated")),
    ]


def _part_rate(path: str, label: str) -> Figure:
    def of_run(run: ComparedRun) -> float | None:
        total, elapsed_s = read_part_figure(run.last, f"{path}.total"), run.last.run.elapsed_s
        return total / elapsed_s if total is not None and elapsed_s else None

    return _of_totals(label, "throughput", "per_s", "higher", of_run)


def _part_latency(path: str, label: str, stage: StageName, field: str) -> Figure:
    kind, _, name = path.partition(".")

    def of_run(run: ComparedRun) -> float | None:
        parts = parts_of(run.last, "inputs" if kind == "inputs" else "outputs")
        told = next((getattr(each, stage) for each in parts if each.name == name), None)
        value: float | None = None if told is None else getattr(told, field)
        return value

    shown = field.removesuffix("_ms")
    return _of_totals(f"{label}: {WORDS[stage]} {shown}", "latency", "ms", "lower", of_run)


def _of_totals(
    label: str, group: Group, unit: FigureUnit, better: Better, of_run: Callable[[ComparedRun], float | None]
) -> Figure:
    """A figure of which one run has nothing but its total: the noise is known from repeated runs alone."""

    def of_side(runs: Sequence[ComparedRun]) -> float | None:
        return _mean(_values(runs, of_run))

    def interval(before: Sequence[ComparedRun], after: Sequence[ComparedRun]) -> Interval | None:
        if min(len(before), len(after)) > 1:
            return interval_of_repeats(_values(before, of_run), _values(after, of_run))
        return None

    return Figure(label, group, unit, better, of_run, of_side, interval)


FIGURES: Final = (
    _throughput("producer.rate", "producer.total", "delivered"),
    _throughput("consumer.rate", "consumer.total", "consumed"),
    *(_percentile("end_to_end", percentile) for percentile in (50.0, 95.0, 99.0, 99.9)),
    *(_percentile("ack", percentile) for percentile in (50.0, 95.0, 99.0)),
    _percentile("generator_delay", 99.0),
    _count("pipeline.error_rate", "error rate", "ratio"),
    _count("pipeline.lost", "lost"),
    _count("pipeline.duplicated", "duplicated"),
    _sampled("flink.busy_ratio", "Flink busy", "resources", "ratio", "neither"),
    _sampled("flink.backpressure_ratio", "back-pressure", "resources", "ratio", "neither"),
    _sampled("system.cpu_ratio", "CPU of PipeGen", "resources", "ratio", "neither"),
    _sampled("system.rss_bytes", "memory of PipeGen", "resources", "bytes", "neither"),
    _sampled("system.machine_cpu_ratio", "CPU of the machine", "resources", "ratio", "neither"),
)
