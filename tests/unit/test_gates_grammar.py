"""Thresholds as text: what they mean, and where exactly one that cannot be read is wrong."""

from __future__ import annotations

import pytest

from pipegen.errors import SettingsError, ThresholdError
from pipegen.gates import metric_catalogue, parse_threshold, read_thresholds
from pipegen.gates.metric import find_metric
from pipegen.snapshot import Latency
from pipegen.snapshot.figures import figure_paths


@pytest.mark.parametrize(
    ("text", "metric", "aggregation", "operator", "limit"),
    [
        ("end_to_end.p99<250ms", "end_to_end", "percentile", "<", 250.0),
        ("end_to_end.p99.99 < 1m30s", "end_to_end", "percentile", "<", 90_000.0),
        ("latency.ack.max<=2 s", "ack", "max", "<=", 2000.0),
        ("append.p99<1s", "append", "percentile", "<", 1000.0),
        ("lost==0", "lost", "last", "==", 0.0),
        ("pipeline.lost==0", "lost", "last", "==", 0.0),
        ("error_rate<1%", "error_rate", "total", "<", 0.01),
        ("error_rate<0.01", "error_rate", "total", "<", 0.01),
        ("producer.rate>=1000/s", "producer.rate", "mean", ">=", 1000.0),
        ("producer.rate>=1000 msg/s", "producer.rate", "mean", ">=", 1000.0),
        ("producer.rate>=0.99*plan", "producer.rate", "mean", ">=", 0.99),
        ("consumer.total>=99%*plan", "consumer.total", "total", ">=", 0.99),
        ("producer.total==plan", "producer.total", "total", "==", 1.0),
        ("lag.slope<=0", "lag", "slope", "<=", 0.0),
        ("lag.slope<-5/s", "lag", "slope", "<", -5.0),
        ("consumer.lag_s.slope<=10ms/s", "consumer.lag_s", "slope", "<=", 0.01),
        ("producer.errors.rate<1/s", "producer.errors", "rate", "<", 1.0),
        ("system.rss_bytes<200MB", "system.rss_bytes", "worst", "<", 200e6),
        ("flink.backpressure_ratio.mean<=50%", "flink.backpressure_ratio", "mean", "<=", 0.5),
        ("registry.validation_success_ratio>=99%", "registry.validation_success_ratio", "last", ">=", 0.99),
        ("data_quality.score>=99%", "data_quality.score", "last", ">=", 99.0),
        ("lag!=1000", "lag", "worst", "!=", 1000.0),
    ],
)
def test_a_threshold_is_metric_aggregation_comparison_and_limit(
    text: str, metric: str, aggregation: str, operator: str, limit: float
) -> None:
    read = parse_threshold(text)
    assert (read.metric.name, read.aggregation, read.operator, read.limit) == (metric, aggregation, operator, limit)
    assert read.of_plan == ("plan" in text)


def test_clauses_may_stand_in_any_order_with_or_without_commas() -> None:
    for text in (
        "end_to_end.p99<1s over 30s during peak1 delay 5s abort_on_fail",
        "end_to_end.p99<1s abort_on_fail, delay 5s, during peak1, over 30s",
    ):
        read = parse_threshold(text)
        assert (read.window_s, read.phase, read.delay_s, read.abort_on_fail) == (30.0, "peak1", 5.0, True)
    assert parse_threshold("recovery<30s after peak1").phase == "peak1"


@pytest.mark.parametrize(
    ("text", "caret", "reason", "remedy"),
    [
        ("eror_rate<1%", 0, "unknown metric “eror_rate”", "Did you mean “error_rate”?"),
        ("end_to_end.p9x<1s", 11, "end_to_end has no “p9x”", "Did you mean “p99”?"),
        ("end_to_end<250ms", 10, "say which figure of it", "end_to_end.p99"),
        ("end_to_end.p99<250", 18, "250 has no unit", "Write it like 250ms."),
        ("end_to_end.p99<250mss", 18, "has no unit “mss”", "Did you mean “ms”?"),
        ("end_to_end.p99<250MB", 18, "has no unit “MB”", "ms"),
        ("error_rate<1ms", 12, "has no unit “ms”", "Use %, like"),
        ("producer.rate>1xyz", 15, "has no unit “xyz”", "Use /s or msg/s, like"),
        ("system.rss_bytes<250kittens", 20, "has no unit “kittens”", "Use B, kB, MB, GB, KiB, MiB or GiB, like"),
        ("lag.slop<=0", 4, "lag has no “slop”", "Did you mean “slope”?"),
        ("lost=0", 4, "= compares nothing", "Did you mean ==?"),
        ("lost==0 durng peak1", 8, "found “durng”", "Did you mean “during”?"),
        ("lost==0 during", 14, "expected the name of a phase", None),
        ("lag<5 over 10", 11, "is not a duration", None),
        ("lag<5 over 10ms", 11, "a window lasts at least 1s", None),
        ("lag<5 over 1s over 2s", 14, "stands twice", "Keep one of the two."),
        ("lost==0 over 30s", 8, "known at the end alone", None),
        ("recovery<30s", 12, "say which phase", "after peak1"),
        ("lag<5 after peak1", 6, "goes with recovery alone", "Use during."),
        ("end_to_end.p99<0.5*plan", 15, "cannot be compared with the plan", "producer.rate"),
        ("lost", 4, "expected a comparison, found the end", "=="),
        ("", 0, "expected a metric", "lost==0"),
        ("lost==zero", 6, "expected a limit", "Write it like 0."),
    ],
)
def test_a_fault_is_shown_at_its_character_with_the_nearest_that_exists(
    text: str, caret: int, reason: str, remedy: str | None
) -> None:
    with pytest.raises(ThresholdError) as raised:
        parse_threshold(text)
    assert raised.value.position == caret
    assert reason in raised.value.message
    assert remedy is None or remedy in (raised.value.remedy or "")
    assert raised.value.detail == f"{text}\n{' ' * caret}^"
    assert raised.value.exit_code == 2


def read(*entries: object, **sources: str) -> list[float]:
    found = read_thresholds(entries, sources, phases=["steady", "peak1", "steady"], duration_s=30.0)
    return [threshold.delay_s for threshold in found]


def test_an_entry_of_the_list_is_a_text_or_a_mapping() -> None:
    assert read("lost==0", {"expression": "error_rate<1%", "abort_on_fail": True, "delay": "5s"}) == [0.0, 5.0]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"expresion": "lost==0"}, "unknown key “expresion”"),
        ({"abort_on_fail": True}, "“expression” is missing"),
        ({"expression": "lost==0", "abort_on_fail": "maybe"}, "abort_on_fail is true or false"),
        ({"expression": "lost==0", "delay": "soon"}, "is not a duration"),
        (7, "neither a text nor a mapping"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_with_its_line(entry: object, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as raised:
        read_thresholds([entry], {"thresholds": "x.yaml:3"}, phases=[], duration_s=30.0)
    assert raised.value.message.startswith("x.yaml:3: ")


def test_a_phase_that_the_plan_does_not_have_is_refused_with_the_nearest() -> None:
    with pytest.raises(ThresholdError, match="the plan has no phase “peak2”") as raised:
        read("lost==0", "end_to_end.p99<1s during peak2")
    assert (raised.value.position, raised.value.remedy) == (25, "Did you mean “peak1”?")


@pytest.mark.parametrize("text", ["end_to_end.p99<1s over 31s", "end_to_end.p99<1s delay 30s"])
def test_a_threshold_that_could_never_have_a_sample_is_refused(text: str) -> None:
    with pytest.raises(ThresholdError, match="the load lasts 30 s"):
        read(text)


def test_every_figure_of_the_contract_that_speaks_of_the_pipeline_is_a_metric() -> None:
    apart = ("sequence", "run.", "traffic.", "latency.")
    about = ("age_ms", "interval_ms", "call_ms", "interval_s")
    missing = [
        path
        for path in figure_paths()
        if not path.startswith(apart) and not path.endswith(about) and find_metric(path) is None
    ]
    assert missing == []
    assert {"end_to_end", "lost", "error_rate", "recovery", "producer.rate"} <= metric_catalogue().keys()
    assert [metric.name for metric in metric_catalogue().values() if not metric.about] == []


def test_every_latency_of_the_contract_is_a_metric() -> None:
    stages = [name for name, info in Latency.model_fields.items() if info.annotation is not bool]
    assert [name for name in stages if find_metric(name) is None or find_metric(f"{name}.negative_count") is None] == []


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        ("==", False, True, False),
        ("!=", True, False, True),
        (">=", False, True, True),
        (">", False, False, True),
    ],
)
def test_each_comparison_says_on_which_side_a_value_holds(operator: str, below: bool, at: bool, above: bool) -> None:
    threshold = parse_threshold(f"lost {operator} 5")
    assert (threshold.holds(4, 5), threshold.holds(5, 5), threshold.holds(6, 5)) == (below, at, above)
    assert threshold.wants_low is (operator in {"<", "<="})
