"""The scripts behind the Makefile say what they cannot do, and do nothing else then."""

from __future__ import annotations

import shutil
import subprocess
import sys
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


def everything_but(folder: Path, *names: str) -> str:
    """A PATH with all programs of this machine's except some."""
    folder.mkdir()
    for place in ("/usr/bin", "/bin"):
        for path in Path(place).iterdir():
            link = folder / path.name
            if path.name not in names and not link.exists():
                link.symlink_to(path)
    return str(folder)


def test_a_setup_without_a_compiler_and_without_rust_names_both_and_makes_nothing(tmp_path: Path) -> None:
    path = everything_but(tmp_path / "bin", "cc", "cargo")
    done = run("check_setup.sh", sys.executable, path=path)
    assert done.returncode == 1
    assert "Rust toolchain" in done.stderr
    assert "C linker, which Rust calls as cc (sudo apt-get install gcc" in done.stderr


def test_a_setup_without_the_venv_module_names_debians_package(programs: Path) -> None:
    # As Debian's python3 without python3-venv: there is no ensurepip.
    program(programs, "python3", "exit 1")
    done = run("check_setup.sh", str(programs / "python3"))
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv" in done.stderr


def test_make_stops_before_it_makes_anything_where_setup_cannot_work(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "rust").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", checkout)
    shutil.copytree(ROOT / "tools", checkout / "tools")
    for name in ("Cargo.toml", "Cargo.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, checkout)
    path = everything_but(tmp_path / "bin", "cc")
    done = subprocess.run(
        ["make", "setup", f"PYTHON={sys.executable}"],
        cwd=checkout,
        env={"PATH": path, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "a C linker" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_package_index_that_cannot_be_reached_is_named_after_pips_own_words(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--retries=0", "--no-deps", "--index-url=http://127.0.0.1:9", "pip"]
    done = run("or_say.sh", "set HTTPS_PROXY and run make again", *pip, f"--dest={tmp_path}")
    assert done.returncode == 1
    assert done.stderr.endswith("\nset HTTPS_PROXY and run make again\n")
    assert "No matching distribution" in done.stderr


def test_a_command_that_works_or_is_interrupted_gets_no_advice() -> None:
    assert run("or_say.sh", "try again", "true").stderr == ""
    interrupted = run("or_say.sh", "try again", "bash", "-c", "exit 130")
    assert (interrupted.returncode, interrupted.stderr) == (130, "")
