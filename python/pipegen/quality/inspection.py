"""What one run knows of its records: tallies, field statistics, rules and anomalies, joined to one section."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipegen.hotpath import FieldProfile, FieldStats
from pipegen.quality.anomalies import METHOD, AnomalyDetector
from pipegen.quality.rule import Rule
from pipegen.quality.sample import RuleThread
from pipegen.quality.score import FORMULA, Share, score_of
from pipegen.quality.tally import RuleBook, TopicTally, together
from pipegen.quality.watched_figures import phase_of, watched_figures
from pipegen.snapshot import DataQualityMetrics, Explained, FieldQuality, PipelineMetrics, Snapshot, TopicQuality

_FIELDS_SHOWN: Final = 50
_FEWEST_SHOWN: Final = 3
_NOTHING: Final = "no record was checked yet"
NO_INPUT: Final = "the input topic is not read: give --inspect-input"


@dataclass(frozen=True, slots=True)
class InspectionSettings:
    """What does not change during a run.

    Attributes:
        outputs: The topic of each output; the name of the only one is None.
        input_topic: Name of the input topic; None where it is not read.
        optional_fields: Fields whose nulls take nothing from the score.
        rules: The project's rules.
        rule_cpu_ratio: Share of one core for them.
    """

    outputs: Mapping[str | None, str]
    input_topic: str | None
    optional_fields: frozenset[str]
    rules: Sequence[Rule]
    rule_cpu_ratio: float


@dataclass(frozen=True, slots=True)
class OutputQuality:
    """What is known of the records of one output.

    Attributes:
        invalid: Values that are no records.
        unchecked: Values that could not be checked.
        completeness_ratio: Share of its field values that are there.
        completeness_reason: Why that is not known.
        rules_failed: Rules about it that are broken beyond their tolerance.
    """

    invalid: int
    unchecked: int
    completeness_ratio: float | None
    completeness_reason: str
    rules_failed: int


class OutputInspection:
    """What is counted about the records of one output.

    Args:
        topic: Its topic.
    """

    def __init__(self, topic: str) -> None:
        self.profile = FieldProfile()
        self.tally = TopicTally(topic)
        self._stats: list[FieldStats] | None = None

    def stats(self) -> list[FieldStats]:
        """Its fields as they were when first asked for since :meth:`forget`: one snapshot asks several times."""
        if self._stats is None:
            self._stats = self.profile.fields()
        return self._stats

    def forget(self) -> None:
        """The snapshot is made."""
        self._stats = None


class Inspection:
    """Everything that is counted about records; readers write, the sampler reads.

    Args:
        settings: What does not change.
        on_crash: Called with the exception when the rules' thread ends unexpectedly.
    """

    def __init__(self, settings: InspectionSettings, *, on_crash: Callable[[BaseException], None]) -> None:
        self._settings = settings
        self.outputs = {name: OutputInspection(topic) for name, topic in settings.outputs.items()}
        self.input = None if settings.input_topic is None else TopicTally(settings.input_topic)
        self.book = RuleBook(settings.rules)
        self.rules = RuleThread(self.book, cpu_ratio=settings.rule_cpu_ratio, on_crash=on_crash)
        self.anomalies = AnomalyDetector()
        self._notes: list[str] = []
        self._seen_s: float | None = None

    def add_contract(self, rules: Sequence[Rule], notes: Sequence[str]) -> None:
        """Takes over what the registry's data contracts say."""
        self.book.add(rules)
        self._notes.extend(note for note in notes if note not in self._notes)

    def see(self, snapshot: Snapshot, *, at_s: float) -> None:
        """Looks for anomalies in a snapshot; what it finds is in the next one.

        Args:
            snapshot: The newest.
            at_s: Epoch seconds at which it was taken.
        """
        before_s, self._seen_s = self._seen_s, at_s
        fields = {name: each.profile.take_interval() for name, each in self.outputs.items()}
        if before_s is not None and at_s > before_s:
            figures = watched_figures(snapshot, fields, interval_s=at_s - before_s)
            self.anomalies.see(figures, phase=phase_of(snapshot), at_s=at_s)

    def section(self, pipeline: PipelineMetrics, delivered: int) -> Explained[DataQualityMetrics]:
        """The section of a snapshot.

        Args:
            pipeline: What was lost and what was duplicated.
            delivered: Acknowledged records.
        """
        optional = self._settings.optional_fields
        stats = {name: each.stats() for name, each in self.outputs.items()}
        views = [each.tally.view() for each in self.outputs.values()]
        output, source = together(views), None if self.input is None else self.input.view()
        completeness = _completeness([each for of_output in stats.values() for each in of_output], optional)
        sampled, kept = self.book.sampled_and_conforming()
        conforming = kept / sampled if sampled else None
        intact = _intact(pipeline, delivered)
        valid = [topic.valid_ratio for topic in (*views, source) if topic is not None and topic.valid_ratio is not None]
        score, formula = score_of(
            [
                Share("valid", min(valid) if valid else None),
                Share("complete", completeness),
                Share("within rules", conforming),
                Share("intact", intact),
            ]
        )
        rules, every = self.book.views(), list(self.outputs.values())
        offered = sum(each.tally.valid for name, each in self.outputs.items() if self.book.wants("output", name))
        offered += self.input.valid if self.input is not None and self.book.wants("input") else 0
        shown = max(_FEWEST_SHOWN, _FIELDS_SHOWN // max(1, len(stats)))
        section = DataQualityMetrics(
            score=score,
            score_formula=formula,
            output=output,
            input=source,
            completeness_ratio=completeness,
            fields=[_field(each, optional, name) for name, of_output in stats.items() for each in of_output[:shown]],
            field_count=sum(map(len, stats.values())) + sum(each.profile.skipped_fields for each in every),
            distinct_error_ratio=every[0].profile.distinct_error_ratio,
            sampled_total=sampled,
            sample_ratio=min(1.0, sampled / offered) if offered else None,
            conforming_ratio=conforming,
            intact_ratio=intact,
            rules=rules,
            rules_failed=sum(rule.result == "fail" for rule in rules),
            rule_notes=list(self._notes),
            anomalies=self.anomalies.found(),
            anomalies_total=self.anomalies.total,
            anomaly_method=METHOD,
        )
        for each in every:
            each.forget()
        return Explained.known(section, _reasons(section))

    def of_output(self, name: str | None) -> OutputQuality:
        """What is known of the records of one output; the name of the only one is None."""
        inspected = self.outputs[name]
        view = inspected.tally.view()
        return OutputQuality(
            invalid=view.invalid_total,
            unchecked=view.unchecked_total,
            completeness_ratio=_completeness(inspected.stats(), self._settings.optional_fields),
            completeness_reason=_no_fields(view),
            rules_failed=self.book.failed(name),
        )


def unmeasured(why: str) -> Explained[DataQualityMetrics]:
    """The section where nobody reads records."""
    return Explained.unknown(
        DataQualityMetrics,
        why,
        score_formula=f"{FORMULA}; {why}",
        fields=[],
        field_count=0,
        distinct_error_ratio=FieldProfile().distinct_error_ratio,
        sampled_total=0,
        rules=[],
        rules_failed=0,
        rule_notes=[],
        anomalies=[],
        anomalies_total=0,
        anomaly_method=METHOD,
    )


def _completeness(stats: Sequence[FieldStats], optional: frozenset[str]) -> float | None:
    counted = [each for each in stats if each.path not in optional]
    present, nulls = sum(each.present for each in counted), sum(each.nulls for each in counted)
    return present / (present + nulls) if present + nulls else None


def _intact(pipeline: PipelineMetrics, delivered: int) -> float | None:
    """What is lost is known once the pipeline is drained; until then duplicates alone count."""
    if pipeline.duplicated is None or delivered == 0:
        return None
    return max(0.0, 1 - ((pipeline.lost or 0) + pipeline.duplicated) / delivered)


def _field(each: FieldStats, optional: frozenset[str], output: str | None) -> FieldQuality:
    seen = each.present + each.nulls
    least, most = each.range or (None, None)
    return FieldQuality(
        output=output,
        path=each.path,
        type=each.type_word,
        present_total=each.present,
        null_total=each.nulls,
        completeness_ratio=each.present / seen if seen else None,
        distinct=each.distinct,
        min=least,
        max=most,
        optional=each.path in optional,
    )


def _reasons(section: DataQualityMetrics) -> dict[str, str]:
    """Why figures are null, if they are."""
    no_rules = "no rules are set" if not section.rules else "no record was sampled yet"
    return {
        "score": _NOTHING,
        "output.valid_ratio": _no_valid_ratio(section.output),
        "input": NO_INPUT,
        "input.valid_ratio": _no_valid_ratio(section.input),
        "completeness_ratio": _no_fields(section.output),
        "sample_ratio": no_rules,
        "conforming_ratio": no_rules,
        "intact_ratio": "records are not recognised one by one, or none was delivered yet",
    }


def _no_valid_ratio(topic: TopicQuality | None) -> str:
    return "values of this format are not checked" if topic is not None and topic.unchecked_total else _NOTHING


def _no_fields(output: TopicQuality | None) -> str:
    if output is not None and output.valid_total + output.unchecked_total:
        return "fields are looked at in Avro records only"
    return _NOTHING
