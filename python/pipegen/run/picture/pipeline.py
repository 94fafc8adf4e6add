"""The accounts over the whole pipeline: what went in against what came out."""

from __future__ import annotations

from typing import Any

from pipegen.hotpath import Totals
from pipegen.run.picture.moment import Moment, RunFacts
from pipegen.run.read.header import WITHOUT_HEADER, comes_without_header
from pipegen.snapshot import Explained, PipelineMetrics
from pipegen.units import NS_PER_S


def pipeline(facts: RunFacts, moment: Moment) -> Explained[PipelineMetrics]:
    """The section."""
    totals, status = moment.totals, moment.status
    attempted = totals.delivered + totals.failed
    counts, why = _of_several(moment) or _uncounted(facts, totals) or _counted(moment)
    section = PipelineMetrics(
        expected_total=status.expected_total,
        **counts,
        error_rate=totals.failed / attempted if attempted else None,
        success_rate=totals.delivered / attempted if attempted else None,
    )
    no_expectation = (
        "known once everything is sent"
        if facts.shape == "one_to_one"
        else f"{_not_comparable(facts)}; set --expected-messages"
    )
    return Explained.known(
        section,
        why
        | {"expected_total": no_expectation}
        | dict.fromkeys(("error_rate", "success_rate"), "no record was acknowledged or refused yet"),
    )


_Counts = tuple[dict[str, Any], dict[str, str]]


def _of_several(moment: Moment) -> _Counts | None:
    """The counts of a run with several outputs: known where they are known of each; None for any other run."""
    outputs = moment.outputs
    if len(outputs) < 2:
        return None
    names = ("out_of_order", "lag", "lag_s")
    figures: dict[str, Any] = dict.fromkeys(names)
    why = dict.fromkeys(names, "each output has its own")
    for name in ("lost", "duplicated"):
        values = [getattr(each, name) for each in outputs]
        unknown = next((each for each, value in zip(outputs, values, strict=True) if value is None), None)
        figures[name] = None if unknown is not None else sum(values)
        if unknown is not None:
            why[name] = f"output {unknown.name}: {unknown.counts_reason}"
    return figures, why


def _uncounted(facts: RunFacts, totals: Totals) -> _Counts | None:
    """No counts and why, where one cannot tell which record came out; None where one can."""
    if facts.shape != "one_to_one":
        why = _not_comparable(facts)
    elif facts.latency_source != "header":
        no_header = "the SQL does not carry it" if facts.latency_source else facts.latency_reason
        why = f"records are only recognised by their header: {no_header}"
    elif comes_without_header(facts.latency_source, totals):
        why = f"records are only recognised by their header: {WITHOUT_HEADER}"
    else:
        return None
    names = ("lost", "duplicated", "out_of_order", "lag", "lag_s")
    return dict.fromkeys(names), dict.fromkeys(names, why)


def _counted(moment: Moment) -> _Counts:
    totals, status = moment.totals, moment.status
    lag = max(0, moment.expected - totals.distinct)
    figures = {
        "lost": lag if status.drained else None,
        "duplicated": totals.duplicated,
        "out_of_order": totals.out_of_order,
        "lag": lag,
        "lag_s": _lag_s(moment, lag),
    }
    not_drained = "the run ended before the pipeline was drained"
    if status.exit_code is None:
        not_drained = "known once the pipeline is drained"
    return figures, {"lost": not_drained, "lag_s": "no record has come out yet"}


def _lag_s(moment: Moment, lag: int) -> float | None:
    newest_ns = moment.totals.newest_due_ns
    if newest_ns is None:
        return None
    return 0.0 if lag == 0 else round(max(0, moment.now_ns - newest_ns) / NS_PER_S, 3)


def _not_comparable(facts: RunFacts) -> str:
    return f"a pipeline of shape {facts.shape} does not bring out one record for each that goes in"
