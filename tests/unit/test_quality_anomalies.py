"""Anomalies: found where a figure leaves its range for some time, never on a steady run or at a phase of the plan."""

from __future__ import annotations

import math
import random

import pytest

from pipegen.quality.anomalies import AnomalyDetector, Watched
from pipegen.quality.watched_figures import phase_of, watched_figures
from pipegen.snapshot import Snapshot
from tests.dashboard.invented import plan_rate, running, snapshot

STEADY = (0, "steady")


def feed(detector: AnomalyDetector, values: list[float], *, start_s: int = 0, floor: float = 0.01) -> None:
    for second, value in enumerate(values, start_s):
        detector.see([Watched("figure", value, floor)], phase=STEADY, at_s=second)


def noise(count: int, *, seed: int = 1, mean: float = 100.0, deviation: float = 5.0) -> list[float]:
    generator = random.Random(seed)  # noqa: S311 -- invented figures
    return [generator.gauss(mean, deviation) for _ in range(count)]


@pytest.mark.parametrize("seed", range(20))
def test_a_steady_figure_with_noise_is_no_anomaly(seed: int) -> None:
    detector = AnomalyDetector()
    feed(detector, noise(600, seed=seed))
    assert detector.total == 0


def test_a_figure_that_never_changes_and_one_that_only_grows_are_none() -> None:
    detector = AnomalyDetector()
    feed(detector, [1.0] * 200)
    growing = AnomalyDetector()
    feed(growing, [float(step) for step in range(400)])
    assert (detector.total, growing.total) == (0, 0)


def test_a_figure_that_leaves_its_range_is_found_with_the_worst_value_and_its_end() -> None:
    detector = AnomalyDetector()
    feed(detector, [*noise(30), 180.0, 220.0, 190.0, 185.0, *noise(10, seed=2)])
    (found,) = detector.found()
    assert (found.figure, found.phase, found.value) == ("figure", "steady", 220.0)
    assert found.usual == pytest.approx(100, abs=5)
    assert found.deviation > 6
    assert found.since == "1970-01-01T00:00:30.000Z"
    assert found.until is not None
    assert "above" in found.text


def test_how_far_a_figure_strayed_is_told_in_scales() -> None:
    detector = AnomalyDetector()
    feed(detector, [100.0] * 30 + [50.0] * 4 + [100.0] * 10, floor=5.0)
    (found,) = detector.found()
    assert (found.usual, found.deviation) == (100.0, -10.0)
    assert found.text == "figure was 50, usually 100 in phase steady: 10.0 scales below"


def test_one_value_outside_is_chance_and_a_short_history_is_not_judged() -> None:
    detector = AnomalyDetector()
    feed(detector, [*noise(30), 500.0, *noise(5), 500.0, 500.0, *noise(5)])
    young = AnomalyDetector()
    feed(young, [*noise(10), *[500.0] * 5])
    assert (detector.total, young.total) == (0, 0)


def test_what_lasts_becomes_usual() -> None:
    detector = AnomalyDetector()
    feed(detector, [*noise(30), *noise(200, seed=3, mean=300)])
    assert detector.total == 1
    assert detector.found()[0].until is not None


def test_a_phase_of_the_plan_is_no_anomaly_and_ends_one() -> None:
    detector = AnomalyDetector()
    for second in range(200):
        phase = (second // 50, "steady" if second % 100 < 50 else "peak1")
        value = 100.0 if second % 100 < 50 else 900.0
        detector.see([Watched("latency", value, 1.0)], phase=phase, at_s=second)
    assert detector.total == 0
    feed(detector, [100.0] * 20 + [900.0] * 5, start_s=200)
    assert detector.found()[0].until is None
    detector.see([], phase=None, at_s=300)
    assert detector.found()[0].until is not None


def test_only_the_newest_twenty_are_kept_and_all_are_counted() -> None:
    detector = AnomalyDetector()
    values: list[float] = [100.0] * 20
    for _ in range(30):
        values += [900.0] * 4 + [100.0] * 8
    feed(detector, values)
    assert detector.total == 30
    assert len(detector.found()) == 20
    assert all(each.until for each in detector.found()[:-1])


def see_run(detector: AnomalyDetector, moments: list[Snapshot]) -> None:
    for second, moment in enumerate(moments):
        detector.see(watched_figures(moment, {}, interval_s=1.0), phase=phase_of(moment), at_s=second)


def test_a_whole_run_that_keeps_up_with_peaks_of_four_times_the_rate_has_none() -> None:
    detector = AnomalyDetector()
    moments = []
    for second in range(1, 600):
        contents = running(second)
        rate = plan_rate(second)
        contents["producer"]["rate"] = rate * (1 + 0.004 * math.sin(second))
        contents["consumer"]["rate"] = rate * (1 + 0.01 * math.cos(second * 1.7))
        # More load, higher latency: four times the base rate takes five times as long.
        p99_ms = 40 * rate / 10_000 * (1.25 if rate > 10_000 else 1) * (1 + 0.1 * math.sin(second * 2.3))
        contents["latency"]["end_to_end"]["interval"]["p99_ms"] = p99_ms
        moments.append(snapshot(contents))
    see_run(detector, moments)
    assert detector.found() == []


def test_a_consumer_that_stalls_within_a_phase_is_found() -> None:
    detector = AnomalyDetector()
    moments = []
    for second in range(1, 100):
        contents = running(second)
        contents["consumer"]["rate"] = 0.0 if 60 <= second < 70 else plan_rate(second)
        moments.append(snapshot(contents))
    see_run(detector, moments)
    (found,) = detector.found()
    assert (found.figure, found.value) == ("consumer.rate / plan", 0.0)
