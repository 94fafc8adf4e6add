"""Every option of a command that is a setting reaches it, and is the same setting in every command."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from pipegen.cli.capacity import capacity
from pipegen.cli.dashboard import dashboard
from pipegen.cli.flags import flags_of
from pipegen.cli.run import run
from pipegen.config import setting_keys

# What a command does with its run, and no setting of one.
NO_SETTING = {
    "aggregate",
    "aggregate_ports",
    "at_least",
    "config",
    "dashboard",
    "dashboard_token",
    "dry_run",
    "group",
    "insecure",
    "json_file",
    "junit",
    "keep",
    "list_metrics",
    "markdown_file",
    "max_backpressure",
    "max_p99",
    "max_rate",
    "open_browser",
    "pipeline",
    "precision",
    "project_dir",
    "show_config",
    "standalone",
    "start_rate",
    "step_duration",
    "summary_json",
    "warm_up",
}


@pytest.mark.parametrize("command", [run, dashboard, capacity])
def test_every_option_is_a_setting_or_known_to_be_none(command: object) -> None:
    assert callable(command)
    for name in inspect.signature(command).parameters:
        found = flags_of({name: 1})
        assert set(found) <= set(setting_keys())
        assert bool(found) is (name not in NO_SETTING), name


def test_what_was_not_given_decides_nothing_and_a_folder_is_meant_from_here() -> None:
    given = flags_of({"threshold": [], "seed": None, "reports_dir": Path("here"), "speed": 2.0, "dry_run": True})
    assert given == {
        "thresholds": None,
        "pipeline.seed": None,
        "reports_dir": Path("here").absolute(),
        "replay.speed": 2.0,
    }
