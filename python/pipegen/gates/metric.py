"""What a threshold can be set on: the figures of the contract by their names, and how each can be summed up.

Made from the models alone, so that a new figure of the contract is a metric at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel

from pipegen.snapshot import Latency, Snapshot
from pipegen.snapshot.figures import figure_paths
from pipegen.snapshot.kinds import FigureUnit, figure_kind, figure_unit
from pipegen.snapshot.stages import STAGES, Stage

MetricKind = Literal["latency", "counter", "share", "rate", "gauge", "recovery"]
Aggregation = Literal["percentile", "max", "min", "mean", "total", "rate", "slope", "last", "count", "worst", "value"]

SHORT_SECTIONS: Final = ("pipeline.", "latency.")
"""Sections whose figures may be named without them: ``lost`` is ``pipeline.lost``."""
RECOVERY: Final = "recovery"
LAG_PATH: Final = "pipeline.lag_s"
"""What a recovery is told by."""
PENDING_PATH: Final = "flink.pending_records"
"""What it is told by where records cannot be followed from end to end, as through an aggregation."""
PLAN_PATH: Final = "producer.planned_total"
"""The planned figures of the whole run."""
_APART: Final = ("sequence", "run.", "traffic.", "latency.")
_ABOUT_THE_QUESTION: Final = ("age_ms", "interval_ms", "call_ms", "interval_s")
# Growth of a part over growth of a whole, so that both hold for a phase and a window as well.
_SHARES: Final = {
    "pipeline.error_rate": (("producer.errors",), ("producer.total", "producer.errors")),
    "pipeline.success_rate": (("producer.total",), ("producer.total", "producer.errors")),
}
# The rate of a stretch is the growth of its total, exactly; a mean of rates would only be near it.
_TOTALS: Final = {
    "producer.rate": "producer.total",
    "producer.sent_rate_per_s": "producer.sent_total",
    "producer.bytes_per_s": "producer.bytes_total",
    "kafka.rate": "kafka.input_total",
    "flink.rate": "flink.records_in_total",
    "flink.out_rate_per_s": "flink.records_out_total",
    "output.rate": "output.total",
    "consumer.rate": "consumer.total",
}
_AGAINST_PLAN: Final = frozenset({*_TOTALS, *_TOTALS.values()} - {"producer.bytes_per_s", "producer.bytes_total"})
# Known at the end, or counted since the start: their last value is the one that counts.
_AT_THE_END: Final = frozenset(
    {
        "pipeline.lost",
        "pipeline.expected_total",
        "producer.planned_total",
        "registry.validation_success_ratio",
        "registry.serialisation_success_ratio",
    }
)
_AT_THE_END_SECTIONS: Final = ("data_quality.",)
_AGGREGATIONS: Final[dict[MetricKind, tuple[Aggregation, ...]]] = {
    "latency": ("percentile", "max", "min", "mean", "count"),
    "counter": ("total", "rate"),
    "share": ("total",),
    "rate": ("mean", "max", "min", "last", "percentile", "slope"),
    "gauge": ("worst", "max", "min", "mean", "last", "percentile", "slope"),
    "recovery": ("value",),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that can be judged.

    Attributes:
        name: As it is written in a threshold.
        path: The figure of the contract; the name of the histogram for a latency.
        kind: What it is.
        unit: The unit its values are in.
        about: One sentence.
        parts: For a share the figures whose growth it is made of: part and whole. For a rate or counter: its total.
        whole: See ``parts``.
        plan: The planned figure it is compared with; None if it cannot be compared with the plan.
        default: How it is summed up where nothing is said; None where that has to be said.
    """

    name: str
    path: str
    kind: MetricKind
    unit: FigureUnit
    about: str
    parts: tuple[str, ...]
    whole: tuple[str, ...] = ()
    plan: str | None = None
    default: Aggregation | None = None

    @property
    def aggregations(self) -> tuple[Aggregation, ...]:
        """The ways to sum it up, the default first."""
        known = _AGGREGATIONS[self.kind]
        return known if self.default is None else (self.default, *(each for each in known if each != self.default))


@cache
def metric_catalogue() -> dict[str, Metric]:
    """Every metric by its name, in the contract's order."""
    fields = list(Latency.model_fields)
    stages = sorted(STAGES, key=lambda stage: fields.index(stage.field))
    found = [_latency(stage) for stage in stages]
    found.append(
        Metric(
            name=RECOVERY,
            path=LAG_PATH,
            kind="recovery",
            unit="s",
            about="Time from the end of a phase until the lag is back at its level before the phase.",
            parts=(LAG_PATH, PENDING_PATH),
            default="value",
        )
    )
    abouts = dict(_abouts(Snapshot, ""))
    for path in figure_paths():
        leaf = path.rpartition(".")[2]
        if path.startswith(_APART) or leaf in _ABOUT_THE_QUESTION:
            continue
        found.append(_figure(path, abouts.get(path, "")))
    found += [_negative(stage.field) for stage in stages if not stage.is_uncorrected]
    return {metric.name: metric for metric in found}


def find_metric(name: str) -> Metric | None:
    """The metric of a name, with or without its section."""
    catalogue = metric_catalogue()
    found = catalogue.get(name)
    if found is None:
        section = next((each for each in SHORT_SECTIONS if name.startswith(each)), "")
        found = catalogue.get(name.removeprefix(section)) if section else None
    return found


def _latency(stage: Stage) -> Metric:
    return Metric(name=stage.name, path=stage.name, kind="latency", unit="ms", about=stage.about, parts=())


def _negative(stage: str) -> Metric:
    path = f"latency.{stage}.negative_count"
    about = "Samples below zero: clocks that disagree."
    return Metric(
        name=f"{stage}.negative_count",
        path=path,
        kind="gauge",
        unit="number",
        about=about,
        parts=(path,),
        default="last",
    )


def _figure(path: str, about: str) -> Metric:
    name = path.removeprefix("pipeline.")
    unit, plan = figure_unit(path), PLAN_PATH if path in _AGAINST_PLAN else None
    if path in _SHARES:
        parts, whole = _SHARES[path]
        return Metric(name, path, "share", unit, about, parts, whole, default="total")
    kind = figure_kind(path)
    if kind == "counter":
        return Metric(name, path, "counter", unit, about, (path,), plan=plan, default="total")
    if kind == "rate":
        total = _TOTALS.get(path)
        return Metric(
            name,
            path,
            "rate",
            unit,
            about,
            parts=(path,) if total is None else (total,),
            plan=plan,
            default="mean",
        )
    at_the_end = path in _AT_THE_END or path.startswith(_AT_THE_END_SECTIONS)
    return Metric(name, path, "gauge", unit, about, (path,), default="last" if at_the_end else "worst")


def has_total(metric: Metric) -> bool:
    """Whether the mean of a rate is the growth of a total."""
    return metric.kind == "rate" and metric.parts != (metric.path,)


def _abouts(model: type[BaseModel], prefix: str) -> list[tuple[str, str]]:
    found = []
    for name, info in model.model_fields.items():
        path = f"{prefix}{name}"
        for nested in _models(info.annotation):
            found += _abouts(nested, f"{path}.")
        found.append((path, info.description or ""))
    return found


def _models(annotation: Any) -> list[type[BaseModel]]:
    kinds = (annotation, *get_args(annotation))
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
