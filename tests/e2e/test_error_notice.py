"""An error is on the page soon after it happened, however long the period is, with what it means."""

from __future__ import annotations

import signal
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import until
from tests.e2e.test_dashboard_run import address, metrics

pytestmark = [pytest.mark.stack, pytest.mark.heavy]


def test_an_error_is_in_a_snapshot_within_two_seconds_though_the_period_is_a_minute(
    project: Path, start_run: StartRun, independent: Independent
) -> None:
    settings = project / ".pipegen.yaml"
    settings.write_text(settings.read_text().replace("  port: 3000\n", "  port: 3000\n  update_interval: 60s\n"))
    run = start_run(project, "--message-rate=50", "--duration=50s", "--dashboard-port=0")
    url = address(run)
    run.until_said("running: sending the planned load")
    independent.send(metrics(url)["output"]["topic"], b"not a Confluent-framed record")

    def noticed() -> tuple[dict[str, Any], dict[str, Any]] | None:
        snapshot = metrics(url)
        found = [error for error in snapshot.get("errors", []) if error["rule"] == "output.undecodable"]
        return (snapshot, found[0]) if found else None

    snapshot, error = until(noticed, "error in a snapshot", alive=run.process)
    delay = datetime.fromisoformat(snapshot["timestamp"]) - datetime.fromisoformat(error["first_at"])
    assert delay.total_seconds() <= 2
    assert (error["category"], error["component"], error["count"]) == ("serialisation", "consumer", 1)
    assert error["explained_by"] == "rule"
    assert "wrong_magic_byte" in error["evidence"]
    assert error["remedy"]
    assert snapshot["error_trends"]["serialisation"]["total"] == 1
    run.signal(signal.SIGINT)
    run.finish()
