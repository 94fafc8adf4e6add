"""The grammar of thresholds: text to a :class:`Threshold`, with the place of each fault.

    threshold := [part "."] metric ["." aggregation] operator limit {[","] clause}
    part      := ("inputs" | "outputs") "." (word | "`" name "`" | "*")      "*" is each of them
    operator  := "<" | "<=" | "==" | "!=" | ">=" | ">"
    limit     := [number ["%"] "*"] "plan" | number [unit] ["/s"]      "/s" for slope and rate
    clause    := "over" duration | "during" phase | "after" phase | "delay" duration | "abort_on_fail"

Knows metrics and units; whether a phase, an input or an output exists is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, cast

from pipegen.cursor import Cursor
from pipegen.errors import ThresholdError
from pipegen.gates.metric import RECOVERY, Aggregation, Metric, find_metric, metric_catalogue
from pipegen.gates.part_metric import Part, metric_of, part_catalogue
from pipegen.gates.quantity import EXAMPLES, UNITS, read_quantity
from pipegen.gates.threshold import Operator, Threshold
from pipegen.snapshot.kinds import FigureUnit
from pipegen.snapshot.parts import PartKind
from pipegen.suggestion import did_you_mean
from pipegen.units import parse_duration_ns

_NAME: Final = re.compile(r"[A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*)*(?:\.[0-9]+)?")
_PART: Final = re.compile(r"(inputs|outputs)\.")
_PART_NAME: Final = re.compile(r"\*|[^\W\d]\w*|`(?:[^`]|``)+`")
_DOT: Final = re.compile(r"\.")
_WORD: Final = re.compile(r"[^\W\d]\w*")
_OPERATOR: Final = re.compile(r"<=|>=|==|!=|<|>|=")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_UNIT: Final = re.compile(r"%|[A-Za-zµ]+(?:/s)?|/s")
_MORE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?[A-Za-zµ]+")
_DURATION: Final = re.compile(r"[0-9][0-9A-Za-zµ.]*")
_PERCENTILE: Final = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,3})?)")
_ALL_UNITS: Final = {unit for units in UNITS.values() for unit in units}
_CLAUSES: Final = ("over", "during", "after", "delay", "abort_on_fail")
_PART_EXAMPLES: Final = {"inputs.": "inputs.NAME.rate>=1000/s", "outputs.": "outputs.NAME.end_to_end.p99<250ms"}
_EXAMPLE: Final = "Write it like end_to_end.p99<250ms, lost==0 or error_rate<1% during peak1."


def parse_threshold(text: str, where: str = "threshold") -> Threshold:
    """The threshold of a text.

    Args:
        text: What the user wrote.
        where: Which text it is, for error messages.

    Raises:
        ThresholdError: at the first character that does not fit.
    """
    return _Reader(text, where).threshold()


@dataclass
class _Clauses:
    window_s: float | None = None
    phase: str | None = None
    after: str | None = None
    delay_s: float = 0.0
    abort_on_fail: bool = False
    places: dict[str, int] = field(default_factory=dict)


class _Reader:
    """Reads one threshold; each method reads one part and moves on."""

    def __init__(self, text: str, where: str) -> None:
        self._cursor = Cursor(text)
        self._where = where

    def threshold(self) -> Threshold:
        part = self._part()
        metric, aggregation, percentile = self._subject(part)
        operator = self._operator()
        limit, of_plan = self._limit(metric, aggregation, part)
        clauses = self._clauses()
        self._check_clauses(metric, aggregation, clauses)
        return Threshold(
            text=self._cursor.text.strip(),
            metric=metric,
            aggregation=aggregation,
            percentile=percentile,
            operator=operator,
            limit=limit,
            of_plan=of_plan,
            window_s=clauses.window_s,
            phase=clauses.after if metric.kind == "recovery" else clauses.phase,
            delay_s=clauses.delay_s,
            abort_on_fail=clauses.abort_on_fail,
            part=part,
        )

    def _part(self) -> Part | None:
        """The input or the output that the threshold is about; None for the whole run."""
        kind = self._next(_PART)
        if kind is None:
            return None
        name = self._cursor.take(_PART_NAME)
        if name is None:
            raise self._expected(
                f"the name of an {kind.removesuffix('s.')}", remedy=f"Write {kind}NAME, {kind}`any name` or {kind}*."
            )
        if self._cursor.take(_DOT) is None:
            raise self._expected(
                "a dot and a metric",
                remedy=f"Write it like {_PART_EXAMPLES[kind]}; a name with other signs stands in backquotes.",
            )
        return Part(
            cast("PartKind", kind.removesuffix(".")), name[1:-1].replace("``", "`") if name.startswith("`") else name
        )

    def _subject(self, part: Part | None) -> tuple[Metric, Aggregation, float | None]:
        start = self._cursor.here()
        name = self._next(_NAME)
        if name is None:
            raise self._expected("a metric", remedy=_EXAMPLE if part is None else _PART_EXAMPLES[f"{part.kind}."])
        metric = _find(name, part)
        if metric is not None:
            if metric.default is None:
                ways = ", ".join(f"{metric.name}.{each}" for each in ("p50", "p99", "p99.9", "mean", "max"))
                raise self._error(
                    f"{metric.name} is a distribution: say which figure of it", remedy=f"Write one of {ways}."
                )
            return metric, metric.default, None
        base, _, word = _split(name)
        metric = _find(base, part)
        if metric is None:
            whose = "" if part is None else f" of an {part.kind.removesuffix('s')}"
            raise self._error(
                f"unknown metric “{name}”{whose}",
                at=start,
                remedy=did_you_mean(name, _known(part)) or "`pipegen run --list-metrics` lists all.",
            )
        aggregation, percentile = self._aggregation(metric, word, start + len(base) + 1)
        return metric, aggregation, percentile

    def _aggregation(self, metric: Metric, word: str, at: int) -> tuple[Aggregation, float | None]:
        known = [each for each in metric.aggregations if each not in {"worst", "value"}]
        match = _PERCENTILE.fullmatch(word)
        if match is not None and "percentile" in known:
            percentile = float(match.group(1))
            if percentile <= 0:
                raise self._error("a percentile is above 0 and below 100", at=at, remedy="Write p50, p99 or p99.9.")
            return "percentile", percentile
        if word in known and word != "percentile":
            return cast("Aggregation", word), None
        written: list[str] = [each for each in known if each != "percentile"]
        written += ["p50", "p95", "p99", "p99.9", "p99.99"] if "percentile" in known else []
        remedy = did_you_mean(word, written) or f"{metric.name} has {', '.join(written) or 'none'}."
        raise self._error(f"{metric.name} has no “{word}”", at=at, remedy=remedy)

    def _operator(self) -> Operator:
        at = self._cursor.here()
        found = self._next(_OPERATOR)
        if found is None:
            raise self._error(
                f"expected a comparison, found {self._cursor.found()}", remedy="Use <, <=, ==, !=, >= or >."
            )
        if found == "=":
            raise self._error("= compares nothing", at=at, remedy="Did you mean ==?")
        return cast("Operator", found)

    def _limit(self, metric: Metric, aggregation: Aggregation, part: Part | None) -> tuple[float, bool]:
        start = self._cursor.here()
        kind: FigureUnit = "number" if aggregation == "count" else metric.unit
        if self._word_is("plan"):
            return self._of_plan(1.0, metric, aggregation, start, part)
        number_at = self._cursor.here()
        number = self._cursor.take(_NUMBER)
        if number is None:
            raise self._error(
                f"expected a limit, found {self._cursor.found()}", remedy=f"Write it like {EXAMPLES[kind]}."
            )
        unit_at, unit = self._unit()
        if unit in {"", "%"} and self._cursor.accept("*"):
            if not self._word_is("plan"):
                raise self._expected("plan", remedy="Write it like 0.99*plan.")
            return self._of_plan(float(number) / (100 if unit else 1), metric, aggregation, start, part)
        per_second = aggregation in {"slope", "rate"}
        if per_second and kind != "per_s" and unit.endswith("/s"):
            unit = unit.removesuffix("/s")
        if kind in {"ms", "us", "s", "bytes"} and not unit and float(number) != 0:
            raise self._error(
                f"{number} has no unit", at=unit_at, remedy=f"Write it like {EXAMPLES[kind]}{'/s' * per_second}."
            )
        try:
            whole = self._cursor.text[number_at:unit_at].strip()
            value = read_quantity(whole if unit else number, unit, kind) if float(number) or unit else 0.0
        except ValueError as error:
            raise self._error(str(error), at=number_at) from None
        if value is None:
            raise self._error(f"{metric.name} has no unit “{unit}”", at=unit_at, remedy=_unit_remedy(kind, unit))
        return value, False

    def _unit(self) -> tuple[int, str]:
        """Where the unit of the number just read begins, and the unit; in ``1m30s`` that is the last ``s``."""
        unit_at = self._cursor.position
        unit = self._cursor.take(_UNIT)
        if unit is None:
            # “250 ms” is a unit, “0 during peak1” a clause, and so is a word that is neither.
            if self._cursor.peek(_UNIT) not in _ALL_UNITS:
                return unit_at, ""
            unit_at = self._cursor.here()
            unit = self._cursor.take(_UNIT) or ""
        while (more := self._cursor.take(_MORE)) is not None:
            unit = re.sub(r"^[0-9.]+", "", more)
            unit_at = self._cursor.position - len(unit)
        return unit_at, unit

    def _of_plan(
        self, share: float, metric: Metric, aggregation: Aggregation, at: int, part: Part | None
    ) -> tuple[float, bool]:
        if metric.plan is None or aggregation not in {"mean", "total", "rate"}:
            known = metric_catalogue().values() if part is None else part_catalogue(part.kind).values()
            comparable = ", ".join(each.name for each in known if each.plan is not None)
            raise self._error(
                f"{metric.name} cannot be compared with the plan",
                at=at,
                remedy=f"The plan covers {comparable or 'what is sent'}.",
            )
        return share, True

    def _clauses(self) -> _Clauses:
        found = _Clauses()
        while True:
            self._cursor.accept(",")
            at = self._cursor.here()
            word = self._next(_WORD)
            if word is None:
                if not self._cursor.at_end:
                    raise self._expected(f"{_listed(_CLAUSES)} or the end")
                return found
            if word not in _CLAUSES:
                raise self._error(
                    f"expected {_listed(_CLAUSES)}, found “{word}”", at=at, remedy=did_you_mean(word, _CLAUSES)
                )
            if word in found.places:
                raise self._error(f"“{word}” stands twice", at=at, remedy="Keep one of the two.")
            found.places[word] = at
            self._clause(word, found)

    def _clause(self, word: str, found: _Clauses) -> None:
        if word == "abort_on_fail":
            found.abort_on_fail = True
        elif word in {"during", "after"}:
            found.places[f"{word} name"] = self._cursor.here()
            name = self._next(_WORD)
            if name is None:
                raise self._expected(f"the name of a phase after {word}")
            if word == "during":
                found.phase = name
            else:
                found.after = name
        else:
            at = self._cursor.here()
            text = self._next(_DURATION)
            if text is None:
                raise self._expected(f"a duration after {word}")
            try:
                seconds = parse_duration_ns(text) / 1e9
            except ValueError as error:
                raise self._error(str(error), at=at) from None
            if word == "over":
                if seconds < 1:
                    raise self._error("a window lasts at least 1s", at=at)
                found.window_s = seconds
            else:
                found.delay_s = seconds

    def _check_clauses(self, metric: Metric, aggregation: Aggregation, clauses: _Clauses) -> None:
        if metric.kind == "recovery":
            if clauses.after is None:
                raise self._error(
                    "say which phase the pipeline recovers from",
                    at=len(self._cursor.text),
                    remedy="Write it like recovery<30s after peak1.",
                )
            for word in ("over", "during"):
                if word in clauses.places:
                    raise self._error(f"a recovery has no “{word}”", at=clauses.places[word])
        elif "after" in clauses.places:
            raise self._error(f"“after” goes with {RECOVERY} alone", at=clauses.places["after"], remedy="Use during.")
        for word in ("over", "during"):
            if word in clauses.places and aggregation == "last":
                raise self._error(
                    f"{metric.name} is known at the end alone: “{word}” means nothing for it", at=clauses.places[word]
                )

    def _next(self, pattern: re.Pattern[str]) -> str | None:
        self._cursor.here()
        return self._cursor.take(pattern)

    def _word_is(self, word: str) -> bool:
        return self._cursor.peek(_WORD) == word and self._cursor.accept(word)

    def _expected(self, what: str, *, remedy: str | None = None) -> ThresholdError:
        return self._error(f"expected {what}, found {self._cursor.found()}", remedy=remedy)

    def _error(self, reason: str, *, at: int | None = None, remedy: str | None = None) -> ThresholdError:
        return ThresholdError(
            reason,
            pattern=self._cursor.text,
            position=self._cursor.here() if at is None else at,
            where=self._where,
            remedy=remedy,
        )


def _find(name: str, part: Part | None) -> Metric | None:
    if part is None:
        return find_metric(name)
    metric = part_catalogue(part.kind).get(name)
    return None if metric is None else metric_of(part, metric)


def _known(part: Part | None) -> list[str]:
    if part is not None:
        return list(part_catalogue(part.kind))
    return [*metric_catalogue(), *(f"pipeline.{each}" for each in metric_catalogue())]


def _split(name: str) -> tuple[str, str, str]:
    """Metric and aggregation: ``end_to_end`` and ``p99.9``."""
    match = re.fullmatch(r"(.+?)(\.)(p[0-9]+\.[0-9]+|[^.]+)", name)
    if match is None:
        return name, "", ""
    return match.group(1), match.group(2), match.group(3)


def _unit_remedy(kind: FigureUnit, unit: str) -> str:
    known = UNITS[kind]
    if not known:
        return f"Write a bare number, like {EXAMPLES[kind]}."
    return did_you_mean(unit, known) or f"Use {_listed(known)}, like {EXAMPLES[kind]}."


def _listed(words: Collection[str]) -> str:
    every = list(words)
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} or {every[-1]}"
