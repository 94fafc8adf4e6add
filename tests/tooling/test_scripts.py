"""The scripts behind the Makefile say what they cannot do, and do nothing else then."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.tooling.checkout import ROOT


def run(script: str, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path or "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"}
    command = [str(ROOT / "tools" / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)


def program(folder: Path, name: str, body: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def test_an_interpreter_that_does_not_exist_is_not_found() -> None:
    done = run("find_python.sh", "3.99")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_python_that_is_too_old_is_passed_over_for_a_newer_one(programs: Path) -> None:
    program(programs, "python3", "exit 1")
    program(programs, "python3.12", 'case "$1" in -c) echo new-enough;; esac')
    done = run("find_python.sh", path=f"{programs}:/usr/bin:/bin")
    assert done.stdout == "new-enough\n"


def test_a_program_that_is_there_needs_nothing(programs: Path) -> None:
    program(programs, "apt-get", "echo must not run; exit 1")
    done = run("need_program.sh", "bash", "bash", path=f"{programs}:/usr/bin:/bin")
    assert (done.returncode, done.stdout) == (0, "")


def test_whoever_may_not_install_is_told_what_to_install(programs: Path) -> None:
    program(programs, "id", "echo 1000")
    program(programs, "apt-get", "echo must not run; exit 1")
    done = run("need_program.sh", "no-such-program", "its-package", path=f"{programs}:/usr/bin:/bin")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "apt-get install its-package" in done.stderr


def test_root_gets_a_missing_program_installed(programs: Path) -> None:
    program(programs, "id", "echo 0")
    install = f'printf "#!/bin/sh\\n" > {programs}/wanted; chmod +x {programs}/wanted'
    program(programs, "apt-get", f'case "$*" in *install*wanted-package*) {install};; esac')
    done = run("need_program.sh", "wanted", "wanted-package", path=f"{programs}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert "installing Debian's package wanted-package" in done.stdout
