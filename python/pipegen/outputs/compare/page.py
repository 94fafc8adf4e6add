"""A comparison as one HTML file without scripts and requests. Text of others reaches it escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

import pipegen
from pipegen.hotpath import HistogramSnapshot
from pipegen.outputs.compare.comparison import Comparison, Difference
from pipegen.outputs.compare.run import ComparedRun, merged
from pipegen.outputs.report.spectrum import Drawing, draw_spectrum
from pipegen.outputs.web_folder import find_web_folder
from pipegen.units import format_number, format_percent

_FONT_FACE: Final = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
_TIMES: Final = 9.0
"""From ten times as much on a change is told as a factor."""
# The drawing of a report has a colour for each stage: here they are those of the two sides.
_BEFORE, _AFTER = "end_to_end_uncorrected", "end_to_end"


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The percentiles of one stage on both sides."""

    title: str
    drawing: Drawing


def comparison_page(
    comparison: Comparison, before: Sequence[ComparedRun], after: Sequence[ComparedRun], *, theme: str = "auto"
) -> str:
    """The page."""
    stages = {"end_to_end": "End-to-end latency by percentile", "ack": "Acknowledgement by percentile"}
    spectra = [
        Spectrum(title, drawing)
        for stage, title in stages.items()
        if (drawing := _spectrum(stage, before, after)) is not None
    ]
    return _template().render(
        comparison=comparison,
        groups=[
            (group, [each for each in comparison.differences if each.group == group])
            for group in ("throughput", "latency", "errors", "resources")
        ],
        spectra=spectra,
        theme=theme,
        style=_FONT_FACE.sub("", (find_web_folder() / "css" / "tokens.css").read_text(encoding="utf-8")),
        version=pipegen.__version__,
        change=change_text,
        interval=interval_text,
        sentence=comparison_sentence(comparison),
    )


def comparison_sentence(comparison: Comparison) -> str:
    """What the comparison says, in one sentence."""
    worse = [each.name for each in comparison.differences if each.meaning == "worse"]
    better = [each.name for each in comparison.differences if each.meaning == "better"]
    if not worse and not better:
        known = any(each.meaning == "no difference" for each in comparison.differences)
        return "No difference beyond the noise." if known else "Nothing can be said: the noise is not known."
    parts = [f"worse: {', '.join(worse)}"] if worse else []
    parts += [f"better: {', '.join(better)}"] if better else []
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def change_text(difference: Difference) -> str:
    """The change in percent with its sign, or as a factor."""
    if difference.change_ratio is None:
        return "–" if difference.before == difference.after or difference.before is None else "from nothing"
    return _signed(difference.change_ratio)


def interval_text(difference: Difference) -> str:
    """The confidence interval of the change."""
    if difference.low_ratio is None or difference.high_ratio is None:
        return "–"
    return f"{_signed(difference.low_ratio)} to {_signed(difference.high_ratio)}"


def _signed(ratio: float) -> str:
    if ratio >= _TIMES:
        return f"×{format_number(float(f'{ratio + 1:.3g}'))}"
    sign = "+" if ratio > 0 else "−" if ratio < 0 else "±"
    return sign + format_percent(float(f"{abs(ratio):.3g}"))


def _spectrum(stage: str, before: Sequence[ComparedRun], after: Sequence[ComparedRun]) -> Drawing | None:
    sides: dict[str, HistogramSnapshot] = {}
    for key, runs in ((_BEFORE, before), (_AFTER, after)):
        whole = merged(block for run in runs for block in run.latencies.get(stage, ()))
        if whole is not None:
            sides[key] = whole
    return draw_spectrum(sides) if len(sides) == 2 else None


@cache
def _environment() -> Environment:
    loader = PackageLoader("pipegen.outputs.compare")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _template() -> Template:
    return _environment().get_template("compare.html")
