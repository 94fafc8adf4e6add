"""A section with its reasons: only what is null is explained, by the reason nearest to it."""

from __future__ import annotations

from pipegen.snapshot import Checkpoints, Explained, FlinkMetrics, OutputMetrics, all_null

OUTPUT = OutputMetrics(status="running", source="Kafka", age_ms=1.0, topic="out", partitions=2, total=None, rate=None)


def test_reasons_of_figures_that_are_known_are_dropped() -> None:
    explained = Explained.known(OUTPUT, {"partitions": "no topic", "total": "no offsets", "rate": "one reading"})
    assert explained.reasons_under("output") == {"output.total": "no offsets", "output.rate": "one reading"}


def test_the_rest_is_explained_by_one_reason_where_one_is_given() -> None:
    explained = Explained.known(OUTPUT, {"rate": "one reading"}, rest="not told")
    assert explained.reasons == {"total": "not told", "rate": "one reading"}


def test_the_reason_nearest_to_a_figure_is_the_one_it_gets() -> None:
    points = all_null(Checkpoints, completed=0, failed=0, in_progress=0)
    section = all_null(FlinkMetrics, status="running", source="Flink", checkpoints=points)
    why = {"checkpoints": "none has completed", "checkpoints.interval_ms": "it is off"}
    reasons = Explained.known(section, why, rest="not told").reasons
    assert reasons["checkpoints.last_duration_ms"] == "none has completed"
    assert reasons["checkpoints.interval_ms"] == "it is off"
    assert reasons["pending_records"] == "not told"


def test_text_needs_no_reason_and_keeps_the_one_that_is_given() -> None:
    section = all_null(OutputMetrics, status="unknown", source="Kafka")
    assert "topic" not in Explained.known(section, rest="not told").reasons
    assert Explained.known(section, {"topic": "not named"}).reasons["topic"] == "not named"


def test_a_section_that_was_not_measured_is_null_for_one_reason_but_for_what_comes_from_elsewhere() -> None:
    own = {"total": "nobody counts", "rate": "nobody counts"}
    explained = Explained.unknown(OutputMetrics, "not asked yet", own, status="unknown", source="Kafka", rate=1.0)
    assert (explained.section.total, explained.section.rate) == (None, 1.0)
    assert explained.reasons_under("output") == {"output": "not asked yet", "output.total": "nobody counts"}


def test_another_reason_for_the_whole_replaces_every_one_before() -> None:
    explained = Explained.known(OUTPUT, rest="not told").replaced("not watched", status="unknown")
    assert (explained.section.status, explained.reasons_under("output")) == ("unknown", {"output": "not watched"})
