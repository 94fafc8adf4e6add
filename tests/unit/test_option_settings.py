"""Every option of a command that is a setting reaches it, and is the same setting in every command."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from pipegen.cli.commands.capacity import capacity
from pipegen.cli.commands.dashboard import dashboard
from pipegen.cli.commands.run import run
from pipegen.cli.flags import FLAG_NAMES, flags_of
from pipegen.config import load_settings, setting_keys

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
    "help_all",
    "insecure",
    "json_file",
    "junit",
    "keep",
    "list_metrics",
    "markdown_file",
    "max_backpressure",
    "max_p99",
    "max_rate",
    "messages",
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


EXAMPLES = {"thresholds": ["lost==0"], "pipeline.seed": 7, "feed.speed": 2.0, "duration": "5s"}


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
        "feed.speed": 2.0,
    }


def test_where_a_setting_came_from_is_told_by_the_option_that_exists() -> None:
    for setting, option in FLAG_NAMES.items():
        resolved = load_settings(
            project_dir=None, flags={setting: EXAMPLES.get(setting)}, flag_names=FLAG_NAMES, environ={}
        )
        assert resolved.sources.get(setting, f"flag {option}") == f"flag {option}"
        assert option.removeprefix("--").replace("-", "_") in inspect.signature(run).parameters
