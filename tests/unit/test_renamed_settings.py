"""Old names of settings, variables, options and values still work, and a warning says the new one."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.config import ResolvedSettings, load_settings, setting_keys
from pipegen.errors import SettingsError
from pipegen.renamed import renamed_keys
from tests.unit.project_folder import write_orders


def loaded(project: Path, text: str = "", **environ: str) -> ResolvedSettings:
    """The settings of a project with this file, in this environment."""
    (project / ".pipegen.yaml").write_text(text)
    return load_settings(project_dir=project, flags={}, environ=environ)


def test_an_old_section_of_a_file_is_read_and_each_of_its_keys_told(tmp_path: Path) -> None:
    resolved = loaded(tmp_path, "replay:\n  file: a.csv\n  null_values: [none, '-']\n")
    assert (resolved.settings.feed.file, resolved.settings.feed.null_values) == (Path("a.csv"), ["none", "-"])
    assert [warning.split("; ")[0].rpartition("/")[2] for warning in resolved.warnings] == [
        ".pipegen.yaml:2: replay.file is now called feed.file",
        ".pipegen.yaml:3: replay.null_values is now called feed.null_values",
    ]
    assert resolved.sources["feed.file"].endswith(".pipegen.yaml:2")
    assert resolved.sources["feed.null_values[1]"].endswith(".pipegen.yaml:3")


def test_every_setting_of_the_section_has_its_old_name() -> None:
    known = setting_keys()
    section = {key.removeprefix("feed.") for key in known if key.startswith("feed.")}
    assert renamed_keys(known) == {f"replay.{leaf}": f"feed.{leaf}" for leaf in section}


def test_the_new_names_are_read_without_a_warning(tmp_path: Path) -> None:
    resolved = loaded(tmp_path, "feed:\n  file: a.csv\n  mode: kafka\n", PIPEGEN_FEED_SPEED="2")
    assert resolved.warnings == ()
    assert (resolved.settings.feed.mode, resolved.settings.feed.speed) == ("kafka", 2.0)


def test_an_old_value_means_the_same_as_before(tmp_path: Path) -> None:
    resolved = loaded(tmp_path, "feed:\n  mode: replay\n")
    assert resolved.settings.feed.mode == "kafka"
    assert ".pipegen.yaml:2: feed.mode: replay is now called kafka" in resolved.warnings[0]


def test_the_same_setting_by_both_names_in_one_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"yaml:4: “feed\.loop” stands twice, once by its old name"):
        loaded(tmp_path, "feed:\n  loop: false\nreplay:\n  loop: true\n")


def test_an_unknown_key_of_the_old_section_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"yaml:2: unknown setting “replay\.speeed”"):
        loaded(tmp_path, "replay:\n  speeed: 2\n")


def test_an_old_variable_is_read_and_told_but_the_new_one_wins(tmp_path: Path) -> None:
    old = {"PIPEGEN_REPLAY_SPEED": "2", "PIPEGEN_REPLAY_LOOP": "false"}
    resolved = loaded(tmp_path, PIPEGEN_FEED_SPEED="3", **old)
    assert (resolved.settings.feed.speed, resolved.settings.feed.loop) == (3.0, False)
    assert resolved.sources["feed.loop"] == "environment variable PIPEGEN_REPLAY_LOOP"
    assert "environment variable PIPEGEN_REPLAY_LOOP is now called PIPEGEN_FEED_LOOP" in resolved.warnings[0]


@pytest.mark.parametrize(
    ("old", "now", "shown"),
    [
        ("--replay-speed=7", "--feed-speed", "feed.speed 7.0 flag --speed"),
        ("--replay-loop", "--feed-loop", "feed.loop true flag --feed-loop"),
        ("--no-replay-loop", "--no-feed-loop", "feed.loop false flag --feed-loop"),
    ],
)
def test_an_old_option_works_and_the_new_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, now: str, shown: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, ["run", f"--project-dir={tmp_path}", "--show-config", old])
    assert result.exit_code == 0, result.output
    assert f"warning: {old.partition('=')[0]} is now called {now};" in result.stderr
    assert shown in [" ".join(line.split()) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("command", ["validate", "generate --count=1", "runs", "clean --flink"])
def test_every_command_that_reads_settings_tells_of_an_old_name(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIPEGEN_STACK_DIR", str(tmp_path / "no stack"))
    folder = write_orders(tmp_path / "orders")
    settings = folder / ".pipegen.yaml"
    settings.write_text(settings.read_text() + "replay:\n  loop: false\n")
    result = CliRunner().invoke(app, [*command.split(), f"--project-dir={folder}"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "replay.loop is now called feed.loop" in result.stderr.replace("\n", "")
    assert "replay.loop" not in result.stdout


def test_the_new_options_are_the_ones_that_help_shows() -> None:
    shown = CliRunner().invoke(app, ["run", "--help"]).output
    assert "replay" not in shown


def test_an_old_choice_of_init_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("a,b\n1,x\n2,y\n")
    result = CliRunner().invoke(app, ["init", "old", "--input-csv=a.csv", "--csv-mode=replay"])
    assert result.exit_code == 0, result.output
    assert "warning: replay is now called kafka" in result.stderr
    assert loaded(Path("old"), Path("old/.pipegen.yaml").read_text()).settings.feed.mode == "kafka"
