"""The dashboard over a real run, in a real browser: it shows what is measured, and never keeps a run from ending."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser

from pipegen.hotpath import HistogramSnapshot
from pipegen.stack import Endpoints
from tests.dashboard.browser import Watched, chromium
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import DEADLINE_S, RunningPipegen, command, environment, service_flags, until

pytestmark = [pytest.mark.stack, pytest.mark.browser]
THIN = "\u2009"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def address(run: RunningPipegen) -> str:
    """Where the run says its dashboard is."""
    found = re.search(r"dashboard: (http://\S+)", run.until_said("dashboard: http"))
    assert found is not None
    return found.group(1)


def metrics(url: str) -> dict[str, Any]:
    """The newest snapshot."""
    answer = httpx2.get(f"{url}/api/metrics")
    found: dict[str, Any] = answer.json()
    return found


def until_running(url: str) -> dict[str, Any]:
    """Waits for the load."""

    def look() -> dict[str, Any] | None:
        snapshot = metrics(url)
        return snapshot if snapshot.get("consumer", {}).get("total", 0) > 0 else None

    return until(look, "running load")


def test_the_page_shows_during_a_run_what_the_run_measures(
    project: Path, start_run: StartRun, browser: Browser, independent: Independent
) -> None:
    run = start_run(project, "--message-rate=300", "--duration=40s", "--dashboard-port=0")
    url = address(run)
    page = browser.new_page()
    watched = Watched(page, url)
    until_running(url)
    watched.wait_for_text(".state", "Running")

    def same_moment() -> dict[str, Any] | None:
        """The snapshot whose figures stand on the page right now."""
        snapshot = metrics(url)
        shown = {
            "Producer": snapshot["producer"]["total"],
            "Kafka": snapshot["kafka"]["input_total"],
            "Output": snapshot["output"]["total"],
            "Consumer": snapshot["consumer"]["total"],
        }
        for title, total in shown.items():
            if not total or f"{total:,}".replace(",", THIN) not in watched.text(
                f".part:has(.part-open:text-is('{title}'))"
            ):
                return None
        return snapshot

    snapshot = until(same_moment, "page that shows the newest snapshot")
    assert watched.text(".pipeline") == "orders"
    assert snapshot["run"]["id"] in watched.text("header")
    # The same moment as Kafka tells it: totals only grow, so the truth lies at or above the older figure.
    now = independent.end_offset_sum(snapshot["kafka"]["input_topic"])
    assert 0 < snapshot["kafka"]["input_total"] <= now
    assert snapshot["producer"]["total"] <= now
    # The histograms that another dashboard would merge hold the records that the snapshot counted.
    table = httpx2.get(f"{url}/api/histograms").json()
    ends = [interval["end_s"] for interval in table["intervals"]]
    assert ends == sorted(set(ends))
    measured = HistogramSnapshot.from_hdr_base64(table["total"]["end_to_end"]).count
    assert snapshot["latency"]["end_to_end"]["total"]["count"] <= measured
    # Histograms are read a moment after the counters: the next snapshot has counted what they hold.
    until(lambda: metrics(url)["consumer"]["total"] >= measured or None, "snapshot that counted what was measured")
    # The open tab keeps nothing from ending.
    done = run.finish()
    assert done.exit_code == 0
    page.close()
    assert watched.foreign == []


def test_the_process_ends_at_once_without_a_terminal_even_with_an_open_tab(
    project: Path, start_run: StartRun, browser: Browser
) -> None:
    run = start_run(project, "--duration=3s", "--dashboard-port=0")
    page = browser.new_page()
    page.goto(address(run))
    done = run.finish()
    assert done.exit_code == 0
    assert "stays at" not in done.err
    page.close()


def shows_data_quality(browser: Browser, url: str, snapshot: dict[str, Any]) -> None:
    """The panel of data quality says what the final snapshot says, field by field."""
    quality = snapshot["data_quality"]
    assert quality["output"]["valid_total"] == snapshot["consumer"]["total"] > 0
    watched = Watched(browser.new_page(viewport={"width": 1440, "height": 1200}), url)
    watched.page.click("#tab-quality")
    watched.wait_for_text("#panel-quality .score-formula", quality["score_formula"])
    rows = watched.page.locator("#panel-quality [aria-label='Fields of the output'] tbody tr").all()
    shown = [[(cell.text_content() or "").replace(THIN, "") for cell in row.locator("td").all()] for row in rows]
    assert [(cells[0], cells[1], *cells[3:]) for cells in shown] == [
        (each["path"], each["type"], str(each["null_total"]), f"≈ {each['distinct']}", each["min"], each["max"])
        for each in quality["fields"]
    ]
    watched.page.close()
    assert watched.complaints == []


def test_on_a_terminal_the_page_stays_until_ctrl_c_and_the_exit_code_is_the_runs(
    project: Path, endpoints: Endpoints, tmp_path: Path, browser: Browser
) -> None:
    summary = tmp_path / "summary.json"
    master, slave = pty.openpty()
    process = subprocess.Popen(
        command(
            "run",
            f"--project-dir={project}",
            *service_flags(endpoints),
            "--duration=2s",
            "--dashboard-port=0",
            "--no-open",
            f"--summary-json={summary}",
        ),
        env=environment(TERM="xterm-256color"),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        said = ""
        deadline_s = time.monotonic() + DEADLINE_S
        while "until Ctrl-C" not in said:
            assert time.monotonic() < deadline_s, said
            said += os.read(master, 65536).decode(errors="replace")
        found = re.search(r"dashboard: (http://[\d.:]+)", said)
        assert found is not None
        assert summary.exists()
        snapshot = metrics(found.group(1))
        assert snapshot["run"]["phase"] == "finished"
        shows_data_quality(browser, found.group(1), snapshot)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=DEADLINE_S) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(master)


def test_the_dashboard_command_runs_the_pipeline_too(project: Path, endpoints: Endpoints, tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    done = subprocess.run(
        command(
            "dashboard",
            f"--project-dir={project}",
            *service_flags(endpoints),
            "--duration=2s",
            "--port=0",
            f"--summary-json={summary}",
        ),
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "dashboard: http://127.0.0.1:" in done.stderr
    assert summary.exists()
