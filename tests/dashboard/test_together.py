"""Several dashboards as one: sums of counts, percentiles of merged histograms, and what is down is shown as down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import jsonschema
import pytest

from pipegen.bus import HistogramsTaken
from pipegen.dashboard.source import Source
from pipegen.errors import SettingsError
from pipegen.hotpath import HistogramSnapshot
from pipegen.snapshot.stages import STAGES
from pipegen.snapshot.together import Together
from tests.dashboard.invented import running
from tests.dashboard.merged import histogram, publish
from tests.dashboard.serving import Serving, aggregating, serving

WAIT_S = 20


def until(look: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + WAIT_S
    while not look():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


@contextmanager
def two_pipelines() -> Iterator[tuple[Serving, Serving, int]]:
    end_s = int(time.time())
    with serving() as first, serving() as second:
        publish(first, running(100, name="orders"), [10] * 98 + [200, 200], end_s)
        publish(second, running(60, name="payments"), [20] * 300, end_s)
        yield first, second, end_s


def test_counts_are_summed_and_percentiles_come_from_merged_histograms() -> None:
    with two_pipelines() as (first, second, _), aggregating(first.url, second.url) as both:
        until(lambda: both.get("/api/metrics")[0] == 200)
        together = Together.model_validate(both.json("/api/metrics"))
    jsonschema.Draft202012Validator(Together.model_json_schema(mode="serialization")).validate(
        together.model_dump(mode="json")
    )
    assert together.update_interval_ms == 100
    one, other = running(100), running(60)
    assert together.producer.total == one["producer"]["total"] + other["producer"]["total"]
    assert together.producer.rate == pytest.approx(one["producer"]["rate"] + other["producer"]["rate"])
    assert together.consumer.lag == one["consumer"]["lag"] + other["consumer"]["lag"]
    merged = together.latency.end_to_end.interval
    assert merged.count == 400
    # The mean of both p99s would be 110 ms; of all 400 records, 2 took 200 ms: the p99 is 20 ms.
    assert merged.p99_ms == pytest.approx(20, rel=0.01)
    assert merged.max_ms == pytest.approx(200, rel=0.01)
    assert [(view.name, view.status) for view in together.pipelines] == [("orders", "up"), ("payments", "up")]
    assert together.kafka.topics is None
    assert "counted twice" in together.reasons["kafka"]


def test_a_pipeline_that_goes_down_is_shown_as_down_with_its_last_figures() -> None:
    with serving() as first:
        publish(first, running(100, name="orders"), [10], int(time.time()))
        with serving() as second:
            publish(second, running(60, name="payments"), [20], int(time.time()))
            with aggregating(first.url, second.url) as both:
                until(lambda: both.get("/api/metrics")[0] == 200)
                second.stop()
                until(lambda: both.json("/api/metrics")["pipelines"][1]["status"] == "down")
                together = Together.model_validate(both.json("/api/metrics"))
    down = together.pipelines[1]
    assert together.headline.level == "error"
    assert together.headline.text.startswith("payments is down")
    assert down.producer_total == running(60)["producer"]["total"]
    assert "does not answer" in (down.reason or "")
    assert together.producer.rate == running(100)["producer"]["rate"]
    assert together.producer.total == running(100)["producer"]["total"] + running(60)["producer"]["total"]


def test_a_pipeline_with_a_token_is_followed_by_its_printed_address() -> None:
    with serving(token="c0ffee00c0ffee00") as first:
        publish(first, running(10), [5], int(time.time()))
        with aggregating(first.address) as alone:
            until(lambda: alone.get("/api/metrics")[0] == 200)
            metrics = alone.json("/api/metrics")
    assert metrics["pipelines"][0]["status"] == "up"
    assert metrics["kafka"]["topics"] == 3
    assert "c0ffee" not in str(metrics)


def test_something_else_on_the_port_is_no_pipeline() -> None:
    with serving() as ours, aggregating(ours.url) as first_level, aggregating(first_level.url) as second_level:
        until(lambda: second_level.get("/api/metrics")[0] == 200)
        until(lambda: second_level.json("/api/metrics")["pipelines"][0]["status"] == "down")
        assert "not a dashboard" in second_level.json("/api/metrics")["pipelines"][0]["reason"]


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(SettingsError):
        Source("ftp://elsewhere")


def test_intervals_and_any_percentile_can_be_read(served: Serving) -> None:
    end_s = int(time.time())
    publish(served, running(1), list(range(1, 101)), end_s)
    publish(served, running(2), [1000] * 100, end_s + 1)
    table = served.json(f"/api/histograms?since={end_s}")
    assert [interval["end_s"] for interval in table["intervals"]] == [end_s + 1]
    assert HistogramSnapshot.from_hdr_base64(table["total"]["end_to_end"]).count == 200
    answer = served.json("/api/percentiles?stage=end_to_end&percentiles=25,97.5")
    assert answer["rows"][0] == [end_s * 1000, pytest.approx(25, rel=0.01), pytest.approx(98, rel=0.01)]
    assert answer["rows"][1][1] == pytest.approx(1000, rel=0.01)
    assert answer["total"][0] == pytest.approx(50, rel=0.01)
    for wrong in ("percentiles=101", "percentiles=x", "stage=nothing", "since=x", "percentiles=nan"):
        assert served.get(f"/api/percentiles?{wrong}")[0] == 400


def test_percentiles_of_every_stage_that_is_recorded_can_be_read(served: Serving) -> None:
    end_s = int(time.time())
    served.publish(running(1))
    stages = {stage.name: histogram([10 * at] * 100).to_hdr_base64() for at, stage in enumerate(STAGES, 1)}
    served.publish_event(HistogramsTaken(running(1)["run"]["id"], end_s * 1000, stages))
    for at, stage in enumerate(STAGES, 1):
        answer = served.json(f"/api/percentiles?stage={stage.name}&percentiles=50")
        assert answer["rows"] == [[end_s * 1000, pytest.approx(10 * at, rel=0.01)]], stage.name
        assert answer["total"] == [pytest.approx(10 * at, rel=0.01)], stage.name


@pytest.mark.parametrize("stage", ["append", "output_wait"])
def test_the_parts_of_the_way_at_the_output_have_percentiles_too(served: Serving, stage: str) -> None:
    assert served.get(f"/api/percentiles?stage={stage}")[0] == 200
    assert stage in served.json("/api/percentiles?stage=nothing")["error"]


def test_intervals_that_end_in_one_second_are_one(served: Serving) -> None:
    served.publish(running(1))
    for end_ms, latency in ((5_250, 10), (5_500, 20), (6_000, 30)):
        stages = {"end_to_end": histogram([latency]).to_hdr_base64()}
        served.publish_event(HistogramsTaken("7f3a", end_ms, stages))
    intervals = served.json("/api/histograms")["intervals"]
    assert [interval["end_s"] for interval in intervals] == [5, 6]
    assert HistogramSnapshot.from_hdr_base64(intervals[0]["stages"]["end_to_end"]).count == 2
