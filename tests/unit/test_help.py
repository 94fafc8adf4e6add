"""The help in a window of 80 columns: what people need first, nothing cut off, and the way to the rest."""

from __future__ import annotations

import re
import shlex

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.cli.catalogue import ENTRIES, Entry, load_command

LONGEST_HELP = 60
SHORTENED = ("run", "dashboard", "capacity")
MOST_USED_OF_RUN = [
    "--project-dir",
    "--sql",
    "--dashboard",
    "--message-rate",
    "--duration",
    "--traffic-pattern",
    "--threshold",
    "--stack",
    "--bootstrap-servers",
    "--dry-run",
]

ALL = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry.name))


def shown(*arguments: str, exit_code: int = 0) -> list[str]:
    """What a command prints at 80 columns."""
    environ = {"COLUMNS": "80", "TERMINAL_WIDTH": "80", "FORCE_COLOR": None, "GITHUB_ACTIONS": None, "TERM": "dumb"}
    result = CliRunner().invoke(app, list(arguments), env=environ, catch_exceptions=False, prog_name="pipegen")
    assert result.exit_code == exit_code, result.output
    return str(result.output).splitlines()


def spellings(name: str) -> list[str]:
    """Every way to write every option of a command."""
    return [spelling for param in load_command(name).params for spelling in (*param.opts, *param.secondary_opts)]


def panel(lines: list[str], title: str) -> str:
    """The inside of a panel."""
    first = next(at for at, line in enumerate(lines) if line.startswith(f"╭─ {title}"))
    last = next(at for at, line in enumerate(lines) if at > first and line.startswith("╰"))
    return "\n".join(line.strip("│ ") for line in lines[first + 1 : last])


def flags(text: str) -> list[str]:
    """The options that begin a line of a panel."""
    return re.findall(r"^(--[a-z-]+)", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "option"), [*((entry.name, "--help") for entry in ENTRIES), *((name, "--help-all") for name in SHORTENED)]
)
def test_no_option_is_cut_off_at_80_columns(name: str, option: str) -> None:
    lines = shown(name, option)
    words = set(re.split(r"[\s│/]+", "\n".join(lines)))
    assert [spelling for spelling in spellings(name) if spelling.startswith("-") and spelling not in words] == []
    assert [line for line in lines if "…" in line or len(line) > 80] == []


@ALL
def test_a_help_fits_two_screens_at_most(entry: Entry) -> None:
    assert len(shown(entry.name, "--help")) <= LONGEST_HELP


def test_the_help_of_a_run_begins_with_the_ten_options_that_people_need_first() -> None:
    lines = shown("run", "--help")
    titles = [line for line in lines if line.startswith("╭─")]
    assert titles[0].startswith("╭─ Most used ─")
    assert flags(panel(lines, "Most used")) == MOST_USED_OF_RUN
    assert [line.split()[0] for line in panel(lines, "More").splitlines() if not line.startswith("--")] == [
        "Load", "Dashboard", "Verdict", "Project", "Services", "Help",
    ]  # fmt: skip


@pytest.mark.parametrize("name", SHORTENED)
def test_a_help_that_hides_something_says_where_it_is_and_there_everything_is_explained(name: str) -> None:
    lines = shown(name, "--help")
    assert f"explained by pipegen {name} --help-all" in "\n".join(lines)
    assert len(flags(panel(lines, "Most used"))) == 10
    everything = shown(name, "--help-all")
    explained = " ".join(" ".join(everything).replace("│", " ").split())
    for param in load_command(name).params:
        assert str(param.help).split()[0] in explained
        assert [line for line in everything if re.search(rf"│ (-\w/)?{re.escape(param.opts[0])}[ /]", line)], param.name
    titles = [line.strip("╭─╮ ") for line in everything if line.startswith("╭─")]
    assert "Most used" not in titles
    assert {"Load", "Project", "Services"} <= set(titles)


@ALL
def test_help_all_is_there_exactly_where_a_help_hides_something(entry: Entry) -> None:
    hides = bool(load_command(entry.name).declaration.most_used)
    assert hides is ("--help-all" in spellings(entry.name)) is (entry.name in SHORTENED)


@ALL
def test_what_the_list_of_commands_says_of_a_command_begins_its_help(entry: Entry) -> None:
    assert str(load_command(entry.name).help).split("\n\n")[0] == entry.about


@ALL
def test_examples_are_whole_lines_that_the_command_takes(entry: Entry) -> None:
    lines = shown(entry.name, "--help")
    examples = load_command(entry.name).declaration.examples
    assert len(examples) in {0, 2}
    assert len(examples) == 2 or entry.name not in SHORTENED
    for example in examples:
        assert f"    {example.line}" in lines
        program, name, *rest = shlex.split(example.line)
        assert (program, name) == ("pipegen", entry.name)
        assert [word for word in rest if word.startswith("-") and word not in spellings(name)] == []


def test_pipegen_alone_says_what_to_type_first() -> None:
    lines = shown(exit_code=2)
    typed = [line for line in panel(lines, "Start here").splitlines() if line.startswith("pipegen")]
    assert [line.split()[1] for line in typed] == ["init", "validate", "run"]
    for line in typed:
        _, name, *rest = shlex.split(line)
        assert [word for word in rest if word.startswith("-") and word not in spellings(name)] == []
    assert "pipegen --help" in "\n".join(lines)
    assert len(lines) <= 24


def test_the_help_of_the_program_lists_every_command_under_its_group() -> None:
    lines = shown("--help")
    for title in {entry.group for entry in ENTRIES}:
        inside = panel(lines, title)
        assert all(re.search(rf"^{entry.name} ", inside, re.MULTILINE) for entry in ENTRIES if entry.group == title)
    assert flags(panel(lines, "Options")) == ["--version", "--install-completion", "--show-completion", "--help"]


def test_a_command_that_does_not_exist_is_answered_with_the_nearest_one() -> None:
    assert "Did you mean 'validate'" in "\n".join(shown("valdate", exit_code=2))


def test_without_a_command_three_steps_stand_each_above_what_it_does() -> None:
    lines = shown(exit_code=2)
    first = next(number for number, line in enumerate(lines) if "Start here" in line)
    steps = [line.strip("│").rstrip() for line in lines[first + 1 : first + 7]]
    assert [line.startswith(" pipegen ") for line in steps] == [True, False] * 3
    assert all(line.startswith("     ") for line in steps[1::2])
    assert lines[first + 7].startswith("╰")
    assert "Run       run, dashboard, capacity" in lines
