"""The accounts over the whole pipeline: what went in against what came out of all outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pipegen.run.picture.moment import Moment
from pipegen.run.picture.output_sight import OutputSight
from pipegen.snapshot import Explained, PipelineMetrics
from pipegen.units import NS_PER_S

_COUNTS: Final = ("lost", "duplicated", "out_of_order", "lag", "lag_s")


def pipeline(moment: Moment) -> Explained[PipelineMetrics]:
    """The section."""
    totals, status = moment.totals, moment.status
    attempted = totals.delivered + totals.failed
    counts, why = _counts(moment)
    section = PipelineMetrics(
        expected_total=status.expected_total,
        **counts,
        error_rate=totals.failed / attempted if attempted else None,
        success_rate=totals.delivered / attempted if attempted else None,
    )
    return Explained.known(
        section,
        why
        | {"expected_total": _no_expectation(_led(moment.sights))}
        | dict.fromkeys(("error_rate", "success_rate"), "no record was acknowledged or refused yet"),
    )


def _counts(moment: Moment) -> tuple[dict[str, Any], dict[str, str]]:
    """The counts of all outputs, summed, and why those are null that are: they are known where each output's are."""
    outputs, status = _led(moment.sights), moment.status
    for each in outputs:
        if each.uncounted is not None:
            return dict.fromkeys(_COUNTS), dict.fromkeys(_COUNTS, _of(each, outputs, each.uncounted))
    lag = sum(each.missing for each in outputs)
    waiting = next((each for each in outputs if not each.drained), None)
    figures = {
        "lost": lag if waiting is None else None,
        "duplicated": sum(each.totals.duplicated for each in outputs),
        "out_of_order": sum(each.totals.out_of_order for each in outputs),
        "lag": lag,
        "lag_s": _lag_s(moment),
    }
    not_drained = "the run ended before the pipeline was drained"
    if waiting is not None and waiting.held is not None:
        not_drained = _of(waiting, outputs, waiting.held)
    elif status.exit_code is None:
        not_drained = "known once the pipeline is drained"
    return figures, {"lost": not_drained, "lag_s": "no record has come out yet"}


def _led(outputs: Sequence[OutputSight]) -> Sequence[OutputSight]:
    """The outputs that a way leads to from an input: what comes out of others is none of the records sent."""
    return [each for each in outputs if each.facts.paths] or outputs


def _lag_s(moment: Moment) -> float | None:
    """The longest of the outputs; null before the first record of each."""
    lags = []
    for each in _led(moment.sights):
        newest_ns = each.totals.newest_due_ns
        if newest_ns is None:
            return None
        lags.append(0.0 if each.missing == 0 else max(0, moment.now_ns - newest_ns) / NS_PER_S)
    return round(max(lags), 3)


def _no_expectation(outputs: Sequence[OutputSight]) -> str:
    unknown = next((each for each in outputs if each.facts.shape != "one_to_one"), None)
    if unknown is None:
        return "known once everything is sent"
    setting = "outputs.NAME.expected_messages" if len(outputs) > 1 else "--expected-messages"
    return f"{_of(unknown, outputs, str(unknown.uncounted))}; set {setting}"


def _of(output: OutputSight, outputs: Sequence[OutputSight], why: str) -> str:
    return f"output {output.facts.name}: {why}" if len(outputs) > 1 else why
