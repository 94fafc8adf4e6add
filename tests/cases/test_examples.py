"""The scripts of `examples` as their READMEs say to run them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cases.whole_scripts import counted
from tests.e2e.conftest import StartRun
from tests.e2e.independent import Independent
from tests.e2e.pipegen_process import LENIENT

pytestmark = pytest.mark.stack
EXAMPLES = Path(__file__).parents[2] / "examples"


def run_example(start_run: StartRun, folder: Path, name: str, independent: Independent) -> tuple[Any, Any]:
    """Inputs and outputs of a run that came to a good end, by name."""
    script = EXAMPLES / name / f"{name}.sql"
    assert f"pipegen run --sql {script.name} --dashboard" in (script.parent / "README.md").read_text()
    load = ("--duration=6s", "--message-rate=100", "--pipeline-timeout=60s", "--no-cleanup", "--dashboard-port=0")
    done = start_run(folder, f"--sql={script}", "--dashboard", *load, env=LENIENT).finish()
    assert done.exit_code == 0, done.out + done.err
    return counted(done, independent)


def test_shipments_meet_their_orders(tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    inputs, outputs = run_example(start_run, tmp_path, "shipments", independent)
    assert inputs["shipments"]["follows"] == "orders"
    assert outputs["shipped_orders"]["total"] > 0


def test_large_orders_and_turnover_come_out(tmp_path: Path, start_run: StartRun, independent: Independent) -> None:
    _, outputs = run_example(start_run, tmp_path, "checkout", independent)
    assert (outputs["large_orders"]["shape"], outputs["large_orders"]["traced_by"]) == ("filter", "header")
    assert (outputs["turnover"]["shape"], outputs["turnover"]["traced_by"]) == ("aggregate", "timestamp")
