"""Several dashboards as one: what is summed, what is not known, and which is the worst."""

from __future__ import annotations

from typing import Any

from pipegen.dashboard.source import Source
from pipegen.dashboard.together import put_together
from pipegen.snapshot.together import Together
from tests.dashboard.invented import running, snapshot


def source(second: float = 100.0, *, up: bool = True, port: int = 3001, **parts: dict[str, Any]) -> Source:
    """A dashboard that was heard of last with these figures."""
    found = Source(f"http://127.0.0.1:{port}")
    contents = running(second)
    for part, changes in parts.items():
        contents[part] |= changes
    found.snapshot = snapshot(contents)
    found.failure = None if up else "it does not answer"
    return found


def silent() -> Source:
    return Source("http://127.0.0.1:3009")


def together(*sources: Source) -> Together:
    return put_together(1, sources, 1000.0)


def test_rates_of_those_that_answer_and_totals_of_all_are_summed() -> None:
    one = source(producer={"rate": 10.0, "total": 100, "errors": 1}, consumer={"rate": 9.0, "lag": 3})
    other = source(up=False, producer={"rate": 20.0, "total": 200, "errors": 2}, consumer={"rate": 19.0, "lag": 4})
    both = together(one, other, silent())
    assert (both.producer.rate, both.producer.total, both.producer.errors) == (10.0, 300, 3)
    assert (both.consumer.rate, both.consumer.lag) == (9.0, 3)
    assert both.reasons.keys() == {"kafka"}


def test_a_sum_of_which_one_part_is_not_known_is_not_known() -> None:
    both = together(source(producer={"rate": None}), source(producer={"rate": 20.0}))
    assert both.producer.rate is None
    assert both.reasons["producer.rate"] == "a pipeline does not know its own yet"
    assert "consumer.rate" not in both.reasons


def test_where_no_pipeline_answers_no_rate_is_known() -> None:
    nobody = together(source(up=False), silent())
    assert (nobody.producer.rate, nobody.consumer.lag) == (None, None)
    wanted = {"producer.rate", "producer.planned_rate_per_s", "consumer.rate", "consumer.lag"}
    assert {path for path, why in nobody.reasons.items() if why == "no pipeline answers"} == wanted


def test_the_share_of_errors_needs_records_that_were_acknowledged_or_refused() -> None:
    none = together(source(producer={"total": 0, "errors": 0}))
    assert none.error_rate is None
    assert none.reasons["error_rate"] == "no record was acknowledged or refused yet"
    assert together(source(producer={"total": 3, "errors": 1})).error_rate == 0.25
    assert "error_rate" not in together(source(producer={"total": 0, "errors": 1})).reasons


def test_topics_of_a_single_pipeline_are_counted() -> None:
    assert together(source(kafka={"topics": 3})).kafka.topics == 3
    assert together(source(), silent()).kafka.topics is None
    assert together(source(up=False)).kafka.topics is None


def headline(*sources: Source) -> tuple[str, str]:
    found = together(*sources).headline
    return found.level, found.text


OK = {"level": "ok", "text": "Keeping up."}


def test_one_that_is_down_is_worse_than_anything_that_is_told() -> None:
    down = source(up=False, headline={"level": "error", "text": "Failed."}, run={"pipeline": "payments"})
    assert headline(source(headline=OK), down) == ("error", "payments is down; 1 of 2 pipelines answer.")
    assert headline(down, silent()) == ("error", "2 of 2 pipelines are down: payments, http://127.0.0.1:3009.")


def test_one_whose_run_is_still_starting_is_not_down() -> None:
    waiting = silent()
    waiting.waiting = True
    assert headline(waiting) == ("unknown", "Waiting for the first figures of the pipelines.")


def test_the_worst_of_what_is_told_is_told() -> None:
    warning = source(headline={"level": "warning", "text": "It falls behind."}, run={"pipeline": "payments"})
    error = source(headline={"level": "error", "text": "It failed."}, run={"pipeline": "bills"})
    assert headline(source(headline=OK), warning) == ("warning", "payments: It falls behind.")
    assert headline(error, warning) == ("error", "bills: It failed.")


def test_where_all_is_well_the_sentence_says_of_how_many() -> None:
    well = source(headline=OK, producer={"total": 1_500})
    assert headline(well) == ("ok", "The pipeline is well.")
    assert headline(well, well) == ("ok", "Both pipelines are well.")
    assert headline(well, well, well) == ("ok", "All 3 pipelines are well.")
    assert together(well, well).headline.detail == "3\u2009000 records delivered together."
    assert headline(source(headline={"level": "unknown"}), well) == ("unknown", "Pipelines are starting.")


def test_latencies_are_upper_bounds_as_soon_as_those_of_one_pipeline_are() -> None:
    assert together(source(), source(port=3002)).latency.end_to_end.bound is None
    bound = source(port=3002)
    assert bound.snapshot is not None
    stage = bound.snapshot.latency.end_to_end
    assert stage is not None
    changed = stage.model_copy(update={"bound": "upper", "bound_reason": "Flink sets the timestamps"})
    latency = bound.snapshot.latency.model_copy(update={"end_to_end": changed})
    bound.snapshot = bound.snapshot.model_copy(update={"latency": latency})
    merged = together(source(), bound).latency
    assert (merged.end_to_end.bound, merged.ack.bound) == ("upper", None)
