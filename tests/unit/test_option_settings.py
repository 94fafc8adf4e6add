"""Every option of a command that is a setting reaches it, and is the same setting in every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.cli.catalogue import ENTRIES, load_command
from pipegen.cli.flags import FLAG_NAMES, flags_of
from pipegen.cli.option_groups import LoadOptions, ResultOptions, VerdictOptions
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


def names_of(command: str) -> list[str]:
    """The parameters of a command, those of its groups among them."""
    return [str(param.name) for param in load_command(command).params]


@pytest.mark.parametrize("command", ["run", "dashboard", "capacity"])
def test_every_option_is_a_setting_or_known_to_be_none(command: str) -> None:
    for name in names_of(command):
        if name in NO_SETTING:
            with pytest.raises(KeyError):
                flags_of(**{name: 1})
        else:
            assert set(flags_of(**{name: 1})) <= set(setting_keys())


def test_what_was_not_given_decides_nothing_and_a_folder_is_meant_from_here() -> None:
    groups = (VerdictOptions(threshold=[]), LoadOptions(speed=2.0), ResultOptions(reports_dir=Path("here"), keep=3))
    given = flags_of(*groups, port=3001)
    assert {setting: value for setting, value in given.items() if value is not None} == {
        "reports_dir": Path("here").absolute(),
        "feed.speed": 2.0,
        "dashboard.port": 3001,
    }
    assert {"thresholds", "pipeline.seed", "strict"} <= set(given)


def test_every_setting_of_the_list_is_an_option_of_a_command() -> None:
    spelled = {option for entry in ENTRIES for param in load_command(entry.name).params for option in param.opts}
    assert set(FLAG_NAMES.values()) <= spelled


def test_where_a_setting_came_from_is_told_by_the_option_that_exists() -> None:
    for setting, option in FLAG_NAMES.items():
        resolved = load_settings(
            project_dir=None, flags={setting: EXAMPLES.get(setting)}, flag_names=FLAG_NAMES, environ={}
        )
        assert resolved.sources.get(setting, f"flag {option}") == f"flag {option}"
        assert option.removeprefix("--").replace("-", "_") in names_of("run")
