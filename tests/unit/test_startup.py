"""A command loads what it needs and no more: judged by what was imported, never by the clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.project_folder import write_orders

# Runs the command line as the installed script does, and writes down what was imported at its end.
PROGRAM = """
import atexit, json, pathlib, sys
sys.argv[0] = "pipegen"
told = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: told.write_text(json.dumps(sorted(sys.modules))))
from pipegen.cli import main
main()
"""
CLIENTS = {"quart", "hypercorn", "flask", "confluent_kafka", "httpx2", "prometheus_client", "psutil", "jinja2", "cel"}
READERS = {"duckdb", "fastavro", "yaml", "pipegen.config", "pipegen.run", "pipegen._native"}
COMMANDS = {"init", "validate", "generate", "check", "deploy", "run", "dashboard", "report", "replay", "runs"}
COMMANDS |= {"capacity", "capture", "compare", "clean", "events"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_orders(tmp_path / "orders")


def imported(tmp_path: Path, *arguments: str, exit_code: int = 0, **environ: str) -> tuple[set[str], str]:
    """What a command imports, and what it prints."""
    told = tmp_path / "imported.json"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(told), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), **environ},
    )
    assert done.returncode == exit_code, done.stderr
    return set(json.loads(told.read_text())), done.stdout


def declared(modules: set[str]) -> set[str]:
    """The commands whose options were loaded."""
    prefix = "pipegen.cli.commands."
    return {name.removeprefix(prefix) for name in modules if name.startswith(prefix)}


def bash(line: str) -> dict[str, str]:
    return {"_PIPEGEN_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}


@pytest.mark.parametrize(("arguments", "exit_code"), [(["--help"], 0), (["--version"], 0), ([], 2)])
def test_what_says_how_to_start_loads_no_command_and_no_client(
    tmp_path: Path, arguments: list[str], exit_code: int
) -> None:
    modules, shown = imported(tmp_path, *arguments, exit_code=exit_code)
    assert shown
    assert modules & (CLIENTS | READERS) == set()
    assert declared(modules) == set()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_help_of_a_command_loads_its_options_alone(tmp_path: Path, command: str) -> None:
    modules, shown = imported(tmp_path, command, "--help")
    assert f"pipegen {command}" in shown
    assert modules & (CLIENTS | READERS) == set()
    assert declared(modules) == {command}


def test_a_tab_after_the_start_of_a_name_offers_commands_without_loading_any(tmp_path: Path) -> None:
    modules, offered = imported(tmp_path, **bash("pipegen re"))
    assert offered.split() == ["report", "replay"]
    assert modules & (CLIENTS | READERS) == set()
    assert declared(modules) == set()
    _, every = imported(tmp_path, **bash("pipegen "))
    assert set(every.split()) == COMMANDS


def test_a_tab_after_a_command_offers_its_options_without_loading_what_it_works_with(tmp_path: Path) -> None:
    modules, offered = imported(tmp_path, **bash("pipegen run --in"))
    assert offered.split() == ["--inspect-input", "--insecure"]
    assert modules & (CLIENTS | READERS) == set()
    assert declared(modules) == {"run"}


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_descriptions_beside_options_need_no_rich(tmp_path: Path, shell: str) -> None:
    asked = {"_PIPEGEN_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    modules, offered = imported(tmp_path, **asked, _TYPER_COMPLETE_ARGS="pipegen run --in")
    assert "--inspect-input" in offered
    assert "every value in it. Default" in offered.replace("\\", "")
    assert modules & (CLIENTS | READERS | {"rich.text", "markdown_it"}) == set()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("pipegen run --stack ", ["auto", "local", "docker", "none"]),
        ("pipegen report --format ", ["html", "json", "csv", "md"]),
        ("pipegen init --value-format ", ["avro", "json"]),
    ],
)
def test_a_tab_after_an_option_offers_its_choices(tmp_path: Path, line: str, words: list[str]) -> None:
    modules, offered = imported(tmp_path, **bash(line))
    assert offered.split() == words
    assert modules & (CLIENTS | READERS) == set()


def test_validate_loads_no_client_and_no_dashboard(tmp_path: Path, folder: Path) -> None:
    modules, shown = imported(tmp_path, "validate", "--project-dir", str(folder))
    assert "nothing is wrong" in shown
    assert modules & (CLIENTS | {"duckdb"}) == set()


def test_validate_loads_cel_for_a_project_with_rules_and_still_no_client(tmp_path: Path, folder: Path) -> None:
    settings = folder / ".pipegen.yaml"
    rule = "data_quality:\n  rules: [{name: an id, expression: size(order_id) > 0}]\n"
    settings.write_text(settings.read_text() + rule)
    modules, shown = imported(tmp_path, "validate", "--project-dir", str(folder))
    assert "nothing is wrong" in shown
    assert "cel" in modules
    assert modules & (CLIENTS - {"cel"}) == set()


def test_generate_loads_no_client_and_no_dashboard(tmp_path: Path, folder: Path) -> None:
    modules, shown = imported(tmp_path, "generate", "--count", "10", "--project-dir", str(folder))
    assert len(shown.splitlines()) == 10
    assert modules & (CLIENTS | {"duckdb"}) == set()


def test_the_version_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    _, shown = imported(tmp_path, "--version")
    program = "import sys, pipegen; print('importlib.metadata' in sys.modules, 'pipegen', pipegen.__version__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"False {shown}"
