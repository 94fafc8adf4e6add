"""Comparisons: what is the same is called that, what is slower is found slower, and what cannot be told is not told."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipegen.hotpath import HistogramSnapshot, Meters
from pipegen.outputs.compare import (
    ComparedRun,
    Comparison,
    Difference,
    change_text,
    compare_sides,
    comparison_page,
)
from pipegen.outputs.compare.noise import interval_of_repeats
from pipegen.outputs.compare.run import run_of_recording
from pipegen.replay import open_recording
from tests.dashboard.invented import snapshot
from tests.dashboard.recorded import record
from tests.dashboard.states import HOSTILE, finished, invalid

NOW_NS = 1_800_000_000_000_000_000


def histogram(draw: random.Random, *, factor: float) -> HistogramSnapshot:
    """400 records of one stretch, their latencies drawn around 2 s."""
    meters = Meters()
    meters.start(0)
    stretch = draw.lognormvariate(0, 0.05)
    latencies = [round(2000 * factor * stretch * draw.lognormvariate(0, 0.4)) for _ in range(400)]
    meters.consumed(
        [None] * 400,
        value_bytes=[1] * 400,
        partitions=[0] * 400,
        consumed_ns=NOW_NS,
        timestamps_ms=[NOW_NS // 1_000_000 - latency for latency in latencies],
    )
    return meters.histogram("end_to_end")


def run(label: str, *, seed: int, factor: float = 1.0, rate: float = 100.0, contents: Any = None) -> ComparedRun:
    """A run with 12 stretches, slower by a factor."""
    draw = random.Random(seed)  # noqa: S311 -- the same runs each time
    last = snapshot(contents or finished())
    return ComparedRun(
        label=label,
        run_id=label,
        pipeline="orders",
        version="1",
        machine="one",
        last=last,
        complete=True,
        latencies={"end_to_end": [histogram(draw, factor=factor) for _ in range(12)]},
        samples={"producer.rate": [rate * draw.lognormvariate(0, 0.01) for _ in range(30)]},
    )


def named(comparison: Comparison, name: str) -> Difference:
    return next(each for each in comparison.differences if each.name == name)


@pytest.mark.parametrize("repeats", [1, 4])
def test_two_alike_sides_have_no_difference(repeats: int) -> None:
    before = [run(f"a{at}", seed=at) for at in range(repeats)]
    after = [run(f"b{at}", seed=100 + at) for at in range(repeats)]
    comparison = compare_sides(before, after)
    assert {each.meaning for each in comparison.differences} <= {"no difference", "not known"}
    assert named(comparison, "end to end p99").meaning == "no difference"
    assert comparison.regressions(0.0) == []
    assert comparison.warnings == []


@pytest.mark.parametrize("repeats", [1, 4])
def test_a_slower_side_is_found_slower_with_an_interval_that_holds_the_truth(repeats: int) -> None:
    before = [run(f"a{at}", seed=at) for at in range(repeats)]
    after = [run(f"b{at}", seed=100 + at, factor=1.5) for at in range(repeats)]
    comparison = compare_sides(before, after)
    p50 = named(comparison, "end to end p50")
    assert p50.meaning == "worse"
    assert p50.low_ratio is not None
    assert p50.high_ratio is not None
    assert p50.low_ratio - 0.05 < 0.5 < p50.high_ratio + 0.05
    assert {each.name for each in comparison.regressions(0.05)} >= {"end to end p50", "end to end p95"}
    assert comparison.regressions(2.0) == []
    back = compare_sides(after, before)
    assert (named(back, "end to end p50").meaning, back.regressions(0.05)) == ("better", [])


def test_a_percentile_of_several_runs_comes_from_their_merged_records_and_is_no_average() -> None:
    fast, slow = run("fast", seed=1), run("slow", seed=2, factor=10.0)
    together = named(compare_sides([fast, slow], [fast, slow]), "end to end p99").before
    whole = [side.whole("end_to_end") for side in (fast, slow)]
    assert whole[0] is not None
    assert whole[1] is not None
    assert together == (whole[0].merge(whole[1]).percentile_us(99) or 0) / 1000


def test_a_recorded_run_is_cut_into_at_most_twelve_stretches(tmp_path: Path) -> None:
    recording = open_recording(record(tmp_path / "run", [finished()] * 25))
    found = run_of_recording("a", recording)
    assert found is not None
    # Two records a second: nine stretches of three seconds, the last one shorter.
    assert [each.count for each in found.latencies["end_to_end"]] == [6] * 8 + [2]


def test_the_interval_of_repeats_is_that_of_welch() -> None:
    found = interval_of_repeats([100.0, 110.0, 105.0], [150.0, 160.0, 155.0])
    assert found is not None
    # Means of the logarithms 4.65320 and 5.04308, error 0.03323, 3 whole degrees of freedom: t is 3.182.
    assert (found.low, found.high) == (pytest.approx(0.3286, abs=0.001), pytest.approx(0.6415, abs=0.001))


def test_a_large_change_is_told_as_a_factor() -> None:
    shown = [
        change_text(named(compare_sides([run("a", seed=1)], [run("b", seed=2, factor=factor)]), "end to end p50"))
        for factor in (2.0, 30.0)
    ]
    assert shown[0].startswith("+")
    assert shown[0].endswith(" %")
    assert 25 < float(shown[1].removeprefix("×")) < 36


def test_of_a_count_any_change_is_real() -> None:
    lossy = finished()
    lossy["pipeline"] |= {"lost": 3}
    comparison = compare_sides([run("a", seed=1)], [run("b", seed=2, contents=lossy)])
    lost = named(comparison, "lost")
    assert (lost.before, lost.after, lost.meaning) == (0.0, 3.0, "worse")
    assert [each.name for each in comparison.regressions(0.05)] == ["lost"]


def test_runs_that_are_not_alike_or_not_valid_are_warned_of() -> None:
    other_load = finished()
    other_load["traffic"] = {**other_load["traffic"], "phases": other_load["traffic"]["phases"][:1]}
    comparison = compare_sides([run("a", seed=1, contents=other_load)], [run("b", seed=2, contents=invalid())])
    assert comparison.invalid
    assert "the planned loads differ: rates and latencies are not alike" in comparison.warnings
    assert any(warning.startswith("b is invalid: the generator fell behind") for warning in comparison.warnings)


def test_a_side_whose_latencies_are_only_bounds_is_named() -> None:
    bounds = finished()
    bounds["latency"]["end_to_end"] |= {"bound": "upper", "bound_reason": "Flink sets the timestamps"}
    comparison = compare_sides([run("a", seed=1)], [run("b", seed=2, contents=bounds)])
    assert comparison.warnings == ["b: end-to-end latencies are upper bounds: Flink sets the timestamps"]


def test_the_page_has_each_figure_needs_nothing_else_and_shows_names_as_text() -> None:
    before, after = [run(HOSTILE, seed=1)], [run("b", seed=2, factor=2.0)]
    page = comparison_page(compare_sides(before, after), before, after)
    assert page.count("<svg") == 1
    assert "worse: end to end p50" in page.lower()
    assert "<script" not in page
    assert "http:" not in page.replace("http-equiv", "")
    assert "https:" not in page
    assert "onerror=window" not in page.replace("&lt;img src=x onerror=window", "")


def command(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipegen", "compare", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def summary(path: Path, contents: dict[str, Any]) -> Path:
    content = {"pipegen_version": "1", "outcome": "finished", "snapshot": snapshot(contents).model_dump(mode="json")}
    path.write_text(json.dumps(content))
    return path


def test_summaries_can_be_compared_and_a_regression_of_a_count_ends_with_99(tmp_path: Path) -> None:
    lossy = finished()
    lossy["pipeline"] |= {"lost": 3}
    one, other = summary(tmp_path / "a.json", finished()), summary(tmp_path / "b.json", lossy)
    page, as_json = tmp_path / "c.html", tmp_path / "c.json"
    done = command(one, other, "--fail-on-regression=5%", f"--html={page}", f"--json={as_json}", cwd=tmp_path)
    assert done.returncode == 99, done.stderr
    assert "regression: lost from nothing" in done.stdout
    assert "a summary has no stretches" in done.stdout
    assert "Worse: lost." in page.read_text()
    assert json.loads(as_json.read_text())[0]["after"]["runs"] == ["7f3a"]
    assert command(one, one, "--fail-on-regression=5%", cwd=tmp_path).returncode == 0


def test_an_invalid_run_is_not_held_against_another(tmp_path: Path) -> None:
    one, other = summary(tmp_path / "a.json", finished()), summary(tmp_path / "b.json", invalid())
    assert command(one, other, cwd=tmp_path).returncode == 0
    assert command(one, other, "--fail-on-regression=5%", cwd=tmp_path).returncode == 100


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["last"], "there is nothing to compare with"),
        (["a", "b"], "there is no recording"),
        (["x.json", "x.json"], "is no summary of a run"),
        (["x.json", "x.json", "--floor=5"], "--floor: '5' is not a percentage"),
    ],
)
def test_what_cannot_be_compared_is_told_without_a_traceback(tmp_path: Path, arguments: list[str], told: str) -> None:
    (tmp_path / "x.json").write_text("[]")
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
