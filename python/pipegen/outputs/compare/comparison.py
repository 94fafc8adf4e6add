"""Two sides compared: each figure with its change, how sure it is, and what that means. Prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipegen.gates import show_quantity
from pipegen.outputs.compare.figures import FIGURES, Figure, Group, part_figures
from pipegen.outputs.compare.noise import Interval
from pipegen.outputs.compare.run import ComparedRun
from pipegen.snapshot.kinds import FigureUnit

Meaning = Literal["better", "worse", "changed", "no difference", "not known"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Difference(_Model):
    """One figure on both sides."""

    name: str = Field(description="What is compared.")
    group: Group = Field(description="throughput, latency, errors or resources.")
    unit: FigureUnit = Field(description="Its unit.")
    before: float | None = Field(description="On the first side; null where it is not known.")
    after: float | None = Field(description="On the other side.")
    change_ratio: float | None = Field(description="0.1 is 10 % more; null from or to nothing.")
    low_ratio: float | None = Field(description="Lower end of the change's 95 % confidence interval.")
    high_ratio: float | None = Field(description="Upper end of it.")
    meaning: Meaning = Field(description="no difference: within noise; changed: neither way is better.")

    def shown(self, side: Literal["before", "after"]) -> str:
        """A side's figure for people."""
        value = self.before if side == "before" else self.after
        return "–" if value is None else show_quantity(value, self.unit)


class Side(_Model):
    """The runs of one side."""

    label: str = Field(description="How the user named it.")
    runs: list[str] = Field(description="Ids of its runs.")


class Comparison(_Model):
    """A side against the first one."""

    before: Side
    after: Side
    differences: list[Difference] = Field(description="Each figure.")
    warnings: list[str] = Field(description="Why the runs may not be comparable.")
    noise: str = Field(description="What the confidence intervals are made from.")
    invalid: bool = Field(description="Whether a run on either side is invalid.")

    def regressions(self, limit_ratio: float) -> list[Difference]:
        """What is worse by more than a share, and surely worse."""
        return [each for each in self.differences if each.meaning == "worse" and _beyond(each, limit_ratio)]


def compare_sides(
    before: Sequence[ComparedRun], after: Sequence[ComparedRun], *, floor_ratio: float = 0.05
) -> Comparison:
    """One side against another.

    Args:
        before: Runs of the first side, at least one.
        after: Runs of the other.
        floor_ratio: A smaller change counts as none, however sure it is.
    """
    repeats = min(len(before), len(after)) > 1
    intervals = repeats or all(run.latencies for run in (*before, *after))
    noise = (
        f"repeated runs ({len(before)} and {len(after)})"
        if repeats
        else "the stretches of single runs: the noise between runs is not known, repeat them to know it"
        if intervals
        else "nothing: a summary has no stretches; give recordings, or several runs a side"
    )
    return Comparison(
        before=_side(before),
        after=_side(after),
        differences=[
            _difference(figure, before, after, floor_ratio) for figure in (*FIGURES, *part_figures(before, after))
        ],
        warnings=_warnings([*before, *after]),
        noise=noise,
        invalid=any(run.last.verdict.valid is False for run in (*before, *after)),
    )


def _difference(
    figure: Figure, before: Sequence[ComparedRun], after: Sequence[ComparedRun], floor_ratio: float
) -> Difference:
    one, other = figure.of_side(before), figure.of_side(after)
    interval = None if figure.counted else figure.interval(before, after)
    change = other / one - 1 if one and other is not None else None
    return Difference(
        name=figure.name,
        group=figure.group,
        unit=figure.unit,
        before=_figures(one),
        after=_figures(other),
        change_ratio=_figures(change),
        low_ratio=_figures(interval.low) if interval else None,
        high_ratio=_figures(interval.high) if interval else None,
        meaning=_meaning(figure, one, other, change, interval, floor_ratio),
    )


def _meaning(
    figure: Figure,
    one: float | None,
    other: float | None,
    change: float | None,
    interval: Interval | None,
    floor_ratio: float,
) -> Meaning:
    if one is None or other is None:
        return "not known"
    if one == other:
        return "no difference"
    if not figure.counted:
        if interval is None or change is None:
            return "not known"
        if interval.holds_zero or abs(change) < floor_ratio:
            return "no difference"
    if figure.better == "neither":
        return "changed"
    return "better" if (other > one) == (figure.better == "higher") else "worse"


def _beyond(difference: Difference, limit_ratio: float) -> bool:
    return difference.change_ratio is None or abs(difference.change_ratio) > limit_ratio


def _side(runs: Sequence[ComparedRun]) -> Side:
    return Side(label=", ".join(run.label for run in runs), runs=[run.run_id for run in runs])


def _warnings(runs: Sequence[ComparedRun]) -> list[str]:
    found = []
    for run in runs:
        stage = run.last.latency.end_to_end
        if stage is not None and stage.bound_reason is not None:
            found.append(f"{run.label}: end-to-end latencies are upper bounds: {stage.bound_reason}")
    if len({run.pipeline for run in runs}) > 1:
        found.append(f"the pipelines differ: {', '.join(sorted({run.pipeline for run in runs}))}")
    if len({run.load for run in runs}) > 1:
        found.append("the planned loads differ: rates and latencies are not alike")
    if len({run.version for run in runs}) > 1:
        found.append(f"the versions of PipeGen differ: {', '.join(sorted({run.version for run in runs}))}")
    if len({run.machine for run in runs if run.machine is not None}) > 1:
        found.append("the machines differ")
    for run in runs:
        if run.last.verdict.valid is False:
            found.append(f"{run.label} is invalid: {'; '.join(run.last.verdict.reasons)}")
        if not run.complete:
            found.append(f"{run.label} did not come to its end")
        if run.damaged:
            found.append(f"parts of the recording {run.label} are damaged and were passed over")
    return found


def _figures(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")
