"""Two real runs under one dashboard, held still in a pause of their load: what every page shows must then be exact.

The same moment as Kafka's own client and Flink's raw REST tell it, one run by itself and both together.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from pipegen.hotpath import HistogramSnapshot
from pipegen.stack import Endpoints
from tests.dashboard.browser import Watched, chromium
from tests.e2e.conftest import make_project
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import DEADLINE_S, RunningPipegen, command, environment, until

pytestmark = [pytest.mark.stack, pytest.mark.browser]
CLIENT = httpx2.Client()
THIN = "\u2009"
RATE, LOAD_S = 200, 5
RECORDS = RATE * LOAD_S
# A last burst after the pause, or the load would be over as soon as the pause begins.
LOAD = [f"--message-rate={RATE}", "--duration=605s", f"--traffic-pattern={LOAD_S}s-600s:0%", "--dashboard-port=0"]


@dataclass(frozen=True)
class Scene:
    """Two runs in the pause of their load, and the dashboard over both."""

    first: RunningPipegen
    second: RunningPipegen
    first_url: str
    second_url: str
    both_url: str


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, endpoints: Endpoints) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    project = make_project(folder)
    runs: list[RunningPipegen] = []
    aggregator: subprocess.Popen[str] | None = None
    slow = {"PIPEGEN_DASHBOARD_UPDATE_INTERVAL": "5s", "PIPEGEN_DASHBOARD_MINIMAL_MODE": "true"}
    try:
        for name, variables in (("first", {}), ("second", slow)):
            (folder / name).mkdir()
            runs.append(RunningPipegen(project, endpoints, *LOAD, folder=folder / name, env=variables))
        urls = [_address(run) for run in runs]
        log = folder / "both.txt"
        with log.open("w") as written:
            aggregator = subprocess.Popen(
                command("dashboard", "--port=0", "--no-open", *(f"--aggregate={url}" for url in urls)),
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                text=True,
            )
        found = until(lambda: re.search(r"http://127\S+", log.read_text()), "address of the dashboard over both")
        for url in urls:
            until(lambda url=url: metrics(url) if _still(url) else None, "pause in which everything has come out")  # type: ignore[misc]  # url is bound
        yield Scene(runs[0], runs[1], urls[0], urls[1], found[0].rstrip("/"))
    finally:
        for run in runs:
            run.close()
        if aggregator is not None:
            aggregator.terminate()
            aggregator.wait(DEADLINE_S)


def _address(run: RunningPipegen) -> str:
    found = re.search(r"dashboard: (http://\S+)", run.until_said("dashboard: http"))
    assert found is not None
    return found[1]


def metrics(url: str) -> dict[str, Any]:
    found: dict[str, Any] = CLIENT.get(f"{url}/api/metrics").json()
    return found


def _still(url: str) -> bool:
    """Whether the load has paused and every service has told of all of it."""
    snapshot = metrics(url)
    if "producer" not in snapshot:
        return False
    totals = (
        snapshot["producer"]["total"],
        snapshot["kafka"]["input_total"],
        snapshot["output"]["total"],
        snapshot["consumer"]["total"],
        snapshot["consumer"]["lag"] == 0 and RECORDS,
        snapshot["flink"]["pending_records"] == 0 and RECORDS,
    )
    return totals == (RECORDS,) * 6


def opened(browser: Browser, url: str) -> tuple[Page, Watched]:
    page = browser.new_page(viewport={"width": 1440, "height": 1200})
    return page, Watched(page, url)


def rows(page: Page, table: str) -> list[list[str]]:
    """The texts of a table's cells."""
    found: list[list[str]] = page.evaluate(
        'label => [...document.querySelectorAll(`[aria-label="${label}"] tbody tr:not([hidden])`)]'
        ".map(row => [...row.cells].map(cell => cell.textContent.trim()))",
        table,
    )
    return found


def test_each_detail_of_kafka_is_what_an_independent_client_says(
    scene: Scene, browser: Browser, independent: Independent
) -> None:
    snapshot = metrics(scene.first_url)
    page, watched = opened(browser, scene.first_url)
    watched.wait_for_text(".state", "Running")
    page.click("#tab-kafka")
    for role in ("input", "output"):
        topic = next(each for each in snapshot["kafka"]["topic_list"] if each["role"] == role)
        assert topic["end_total"] == independent.end_offset_sum(topic["name"])
        ends = independent.end_offsets(topic["name"])
        assert {each["partition"]: each["end_offset"] for each in topic["partition_list"]} == ends
        shown = [row for row in rows(page, "Partitions of the pipeline's topics") if row[0] == topic["name"]]
        assert {int(row[1]): int(row[5].replace(THIN, "")) for row in shown} == ends
        line = next(row for row in rows(page, "Topics") if row[0] == topic["name"])
        assert int(line[2].replace(THIN, "")) == sum(ends.values())
        assert int(line[4]) == len(ends)
    group = next(each for each in snapshot["kafka"]["groups"] if each["kind"] == "pipegen")
    assert group["id"] in independent.groups(group["id"])
    page.close()
    assert watched.complaints == watched.foreign == []


def test_each_detail_of_flink_is_what_its_raw_rest_says(
    scene: Scene, browser: Browser, independent: Independent
) -> None:
    snapshot = metrics(scene.first_url)["flink"]
    raw = independent.flink(f"/jobs/{snapshot['job_id']}")
    assert [raw["state"], raw["name"]] == [snapshot["job_state"], snapshot["job_name"]]
    page, watched = opened(browser, scene.first_url)
    watched.wait_for_text(".state", "Running")
    page.click("#tab-flink")
    told = {each["id"]: each for each in raw["vertices"]}
    assert {each["id"] for each in snapshot["vertices"]} == set(told)
    for vertex, row in zip(snapshot["vertices"], rows(page, "Vertices of the job"), strict=True):
        of_flink = told[vertex["id"]]
        assert vertex["name"] == of_flink["name"] == row[0]
        assert vertex["state"].lower() == of_flink["status"].lower() == row[1]
        assert vertex["parallelism"] == of_flink["parallelism"] == int(row[-1])
        assert vertex["records_in_total"] == of_flink["metrics"]["read-records"]
        assert vertex["records_out_total"] == of_flink["metrics"]["write-records"]
    overview = independent.flink("/overview")
    assert [snapshot["task_managers"], snapshot["slots_total"]] == [overview["taskmanagers"], overview["slots-total"]]
    page.close()
    assert watched.complaints == watched.foreign == []


def test_recent_messages_are_the_records_that_lie_in_kafka(
    scene: Scene, browser: Browser, independent: Independent
) -> None:
    def both_ways() -> list[dict[str, Any]] | None:
        found = CLIENT.get(f"{scene.first_url}/api/messages").json()["messages"]
        return found if {each["direction"] for each in found} == {"in", "out"} else None

    messages = until(both_ways, "messages in and out")
    page, watched = opened(browser, scene.first_url)
    page.click("#tab-messages")
    for message in messages:
        record = json.loads(message["value"])
        raw = independent.record_at(message["topic"], message["partition"], message["offset"])
        assert len(raw) == message["value_bytes"]
        assert record["order_id"].encode() in raw
        watched.wait_for_text("#panel-messages", record["order_id"])
    page.close()
    assert watched.complaints == watched.foreign == []


def test_slow_viewers_get_an_update_in_5_s_without_the_lists_that_grow_and_with_every_figure(scene: Scene) -> None:
    full, minimal = metrics(scene.first_url), metrics(scene.second_url)
    assert minimal["run"]["update_interval_ms"] == 5000
    assert full["flink"]["vertices"]
    assert [minimal["flink"]["vertices"], minimal["kafka"]["topic_list"], minimal["sql"]] == [[], [], []]
    assert minimal["producer"]["total"] == RECORDS
    assert minimal["flink"]["busy_ratio"] is not None
    assert "minimal_mode" in CLIENT.get(f"{scene.second_url}/api/messages").json()["reason"]
    table = CLIENT.get(f"{scene.second_url}/api/history?fields=timestamp_ms,sequence").json()
    paced = [round(at_ms / 1000) for at_ms, _sequence in table["rows"][-2:]]
    assert paced[1] - paced[0] == 5


def test_two_runs_are_summed_their_percentiles_come_from_merged_histograms_and_one_that_ends_is_down(
    scene: Scene, browser: Browser
) -> None:
    def settled() -> dict[str, Any] | None:
        found = metrics(scene.both_url)
        return found if found.get("consumer", {}).get("total") == 2 * RECORDS else None

    both = until(settled, "both runs under one dashboard")
    assert both["producer"]["total"] == 2 * RECORDS
    totals = [
        HistogramSnapshot.from_hdr_base64(CLIENT.get(f"{url}/api/histograms").json()["total"]["end_to_end"])
        for url in (scene.first_url, scene.second_url)
    ]
    merged = totals[0].merge(totals[1])
    shown = both["latency"]["end_to_end"]["total"]
    assert shown["count"] == merged.count == 2 * RECORDS
    for percentile, name in ((50, "p50_ms"), (95, "p95_ms"), (99, "p99_ms")):
        assert shown[name] == pytest.approx((merged.percentile_us(percentile) or 0) / 1000)
    page, watched = opened(browser, scene.both_url)
    page.locator(".pipeline-card h2", has_text="orders").nth(1).wait_for()
    scene.first.signal(signal.SIGINT)
    assert scene.first.finish().exit_code == 130
    watched.wait_for_text(".pipeline-card[data-down] .state", "down")
    watched.wait_for_text(".sentence-text", "orders is down")
    after = metrics(scene.both_url)
    assert [each["status"] for each in after["pipelines"]] == ["down", "up"]
    assert after["producer"]["total"] == 2 * RECORDS
    scene.second.signal(signal.SIGINT)
    assert scene.second.finish().exit_code == 130
    page.close()
    assert watched.foreign == []
