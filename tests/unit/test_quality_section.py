"""The section of the snapshot: what was counted joins to figures, and every figure that is null says why."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.quality import Inspection, InspectionSettings, Rule, unmeasured
from pipegen.quality.expression import compile_expression
from pipegen.run.read.checking import ValueChecker
from pipegen.snapshot import DataQualityMetrics, PipelineMetrics, null_figures
from tests.unit.test_value_checker import SCHEMA, framed


def inspection(
    *,
    reads_input: bool = False,
    rules: tuple[Rule, ...] = (),
    optional: frozenset[str] = frozenset(),
    outputs: dict[str | None, str] | None = None,
) -> Inspection:
    settings = InspectionSettings(
        outputs=outputs or {None: "out"},
        input_topic="in" if reads_input else None,
        optional_fields=optional,
        rules=rules,
        rule_cpu_ratio=1.0,
    )
    return Inspection(settings, on_crash=lambda _error: None)


def pipeline(**known: int) -> PipelineMetrics:
    names = ("expected_total", "lost", "duplicated", "out_of_order", "lag", "lag_s", "error_rate", "success_rate")
    return PipelineMetrics(**(dict.fromkeys(names) | known))


def section(of: Inspection, delivered: int = 10, **known: int) -> tuple[DataQualityMetrics, dict[str, str]]:
    explained = of.section(pipeline(**known), delivered)
    return explained.section, explained.reasons_under("data_quality")


def checked(of: Inspection, *values: bytes | None, output: str | None = None) -> None:
    inspected = of.outputs[output]
    inspected.tally.add(**ValueChecker({7: SCHEMA}.get, profile=inspected.profile).check(values).counts())


def unexplained(quality: DataQualityMetrics, reasons: dict[str, str]) -> list[str]:
    paths = [f"data_quality.{path}" for path in null_figures(quality, "")]
    return [path for path in paths if not any(path.startswith(known) for known in reasons)]


def test_before_the_first_record_everything_is_null_with_its_reason() -> None:
    quality, reasons = section(inspection(reads_input=True), delivered=0)
    assert quality.score is None
    assert reasons["data_quality.score"] == "no record was checked yet"
    assert unexplained(quality, reasons) == []


def test_where_nobody_reads_records_one_reason_explains_it_all() -> None:
    explained = unmeasured("PipeGen only watches")
    assert (explained.section.score, explained.section.output) == (None, None)
    assert explained.reasons_under("data_quality") == {"data_quality": "PipeGen only watches"}


def test_good_records_make_a_hundred_and_the_input_is_not_known_without_being_asked_for() -> None:
    good = inspection()
    checked(good, framed(), framed())
    quality, reasons = section(good, duplicated=0, lost=0)
    assert (quality.score, quality.completeness_ratio, quality.intact_ratio) == (100, 1, 1)
    assert reasons["data_quality.input"] == "the input topic is not read: give --inspect-input"
    assert reasons["data_quality.conforming_ratio"] == "no rules are set"
    assert unexplained(quality, reasons) == []


@pytest.mark.parametrize(
    ("known", "intact"), [({"duplicated": 1}, 0.9), ({"duplicated": 1, "lost": 2}, 0.7), ({"lost": 2}, None)]
)
def test_what_was_lost_or_came_twice_takes_from_the_score(known: dict[str, Any], intact: float | None) -> None:
    one = inspection()
    checked(one, framed())
    quality, _ = section(one, **known)
    assert quality.intact_ratio == (None if intact is None else pytest.approx(intact))
    assert quality.score == pytest.approx(100 * (1 if intact is None else intact))


def test_the_worse_of_input_and_output_decides_what_is_valid() -> None:
    both = inspection(reads_input=True)
    checked(both, framed(), framed(), framed(), framed(tail=b"x"))
    assert both.input is not None
    both.input.add(valid=1, invalid=1, unchecked=0, tombstones=0, faults={"truncated": (1, "cut off")})
    quality, _ = section(both, duplicated=0)
    assert quality.score == 50
    assert quality.output is not None
    assert [(each.reason, each.count) for each in quality.output.reasons] == [("trailing_bytes", 1)]


def test_values_of_another_format_leave_no_score_and_say_so() -> None:
    other = inspection()
    other.outputs[None].tally.add(valid=0, invalid=0, unchecked=5, tombstones=0, faults={})
    quality, reasons = section(other, duplicated=0)
    assert quality.score is None
    assert reasons["data_quality.output.valid_ratio"] == "values of this format are not checked"
    assert reasons["data_quality.completeness_ratio"] == "fields are looked at in Avro records only"
    assert unexplained(quality, reasons) == []


def test_rules_and_their_sample_are_told() -> None:
    ruled = inspection(rules=(Rule("n", compile_expression("n > 5"), "output", 0.0, "project"),))
    checked(ruled, framed(), framed())
    ruled.book.judge("output", {"n": 5})
    quality, reasons = section(ruled, duplicated=0)
    assert (quality.sampled_total, quality.sample_ratio, quality.conforming_ratio) == (1, 0.5, 0)
    assert (quality.rules_failed, quality.score) == (1, 0)
    assert unexplained(quality, reasons) == []


def two(*rules: Rule) -> Inspection:
    """What is known of the records of two outputs, of which one has a bad value."""
    both = inspection(outputs={"copies": "copies-abc", "kept": "kept-abc"}, rules=rules)
    checked(both, framed(), framed(), output="copies")
    checked(both, framed(), framed(tail=b"x"), output="kept")
    return both


def test_each_output_is_profiled_and_checked_on_its_own() -> None:
    both = two()
    copies, kept = both.of_output("copies"), both.of_output("kept")
    assert (copies.invalid, kept.invalid) == (0, 1)
    assert (copies.completeness_ratio, kept.completeness_ratio) == (1, 1)
    quality, reasons = section(both, duplicated=0)
    assert {(each.output, each.path, each.present_total) for each in quality.fields if each.path == "n"} == {
        ("copies", "n", 2),
        ("kept", "n", 1),
    }
    assert unexplained(quality, reasons) == []


def test_the_outputs_together_are_as_good_as_the_worst_of_them() -> None:
    quality, _ = section(two(), duplicated=0)
    assert quality.output is not None
    assert (quality.output.topic, quality.output.valid_total) == ("copies-abc, kept-abc", 3)
    assert quality.output.valid_ratio == 0.75
    assert [(each.reason, each.count) for each in quality.output.reasons] == [("trailing_bytes", 1)]
    assert quality.score == 50


def test_as_many_bad_values_as_good_ones_are_half() -> None:
    both = inspection(outputs={"copies": "copies-abc", "kept": "kept-abc"})
    checked(both, framed(), output="copies")
    checked(both, framed(tail=b"x"), output="kept")
    quality, _ = section(both, duplicated=0)
    assert quality.output is not None
    assert quality.output.valid_ratio == 0.5


def test_a_rule_is_asked_about_the_records_of_its_output_alone() -> None:
    rule = Rule("n", compile_expression("n > 5"), "output", 0.0, "project", output="kept")
    both = two(rule)
    assert (both.book.wants("output", "kept"), both.book.wants("output", "copies")) == (True, False)
    for output in ("copies", "kept"):
        both.book.judge("output", {"n": 5}, output)
    quality, _ = section(both, duplicated=0)
    assert [(each.output, each.violations_total) for each in quality.rules] == [("kept", 1)]
    assert (both.of_output("kept").rules_failed, both.of_output("copies").rules_failed) == (1, 0)
