"""``pipegen run --dry-run`` prints the plan of whatever describes the load, with the exact number of messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.errors import SettingsError
from pipegen.hotpath import Schedule
from pipegen.traffic import parse_pattern
from pipegen.units import NS_PER_S
from tests.unit.project_folder import write_orders

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(write_orders(tmp_path / "p"))
    return Path()


def dry_run(*arguments: str) -> list[str]:
    result = CliRunner().invoke(app, ["run", "--dry-run", "--duration", "10m", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [" ".join(line.split()) for line in result.output.replace("\u2009", "").splitlines()]


def test_the_total_is_that_of_the_plan(folder: Path) -> None:
    pattern = "0s-2m:sine(100%..300%,period=1m),2m-4m:0.25/s"
    rows = dry_run("--message-rate", "0.5", "--traffic-pattern", pattern)
    assert rows[:4] == [
        "phase from to rate messages",
        "peak1 0s 2m sine 0.5–1.5 msg/s 120",
        "peak2 2m 4m 0.25 msg/s 30",
        "steady 4m 10m 0.5 msg/s 180",
    ]
    assert rows[4] == "total 0s 10m 330"


def test_with_random_arrivals_it_is_that_of_the_seed(folder: Path) -> None:
    plan = parse_pattern("1m-2m:400%", base_rate_per_s=100, duration_ns=600 * NS_PER_S)
    totals = {Schedule(plan.segments(), arrivals="poisson", seed=seed).total_events for seed in (42, 43)}
    rows = dry_run("--message-rate", "100", "--traffic-pattern", "1m-2m:400%", "--arrivals", "poisson")
    total = next(int(row.split()[-1]) for row in rows if row.startswith("total"))
    assert total == Schedule(plan.segments(), arrivals="poisson", seed=42).total_events
    assert len(totals | {78_000}) == 3
    pattern = ("--message-rate", "100", "--traffic-pattern", "1m-2m:400%", "--arrivals", "poisson", "--seed", "43")
    other = next(int(row.split()[-1]) for row in dry_run(*pattern) if row.startswith("total"))
    assert other == Schedule(plan.segments(), arrivals="poisson", seed=43).total_events
    assert sum(int(row.split()[-1]) for row in rows[1:4]) == total


def test_the_list_in_the_manual_can_be_used(folder: Path) -> None:
    block = re.search(r"```yaml\n(traffic:.*?)```", (DOCS / "traffic.md").read_text(), flags=re.DOTALL)
    assert block is not None
    settings = folder / ".pipegen.yaml"
    settings.write_text(settings.read_text() + block.group(1))
    assert [row.partition(" ")[0] for row in dry_run()[1:11]] == [
        "warmup", "steady", "rush", "steady", "rush", "steady", "rush", "steady", "tide", "total",
    ]  # fmt: skip
    assert yaml.safe_load(block.group(1))["traffic"][1]["repeat"] == {"every": "2m", "for": "20s"}


@pytest.mark.parametrize("arrivals", ["uniform", "poisson"])
def test_a_plan_that_cannot_be_numbered_is_refused_in_a_sentence(folder: Path, arrivals: str) -> None:
    with pytest.raises(SettingsError, match=r"the load is too long: .* plans") as caught:
        dry_run("--message-rate", "10000000", "--duration", "5000d", "--arrivals", arrivals)
    assert caught.value.remedy == "Lower --duration or the rates."
