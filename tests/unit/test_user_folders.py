"""Where this user's processes meet, whoever else writes to the folder for temporary files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipegen.stack.ports import choose_ports, release
from pipegen.user_folders import home_folder, runtime_folder, state_folder


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that everybody writes to, in the place of /tmp; no session of the user's own."""
    folder = tmp_path / "t"
    folder.mkdir()
    folder.chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("pipegen.user_folders.SESSIONS", tmp_path / "none")
    return folder


def ours() -> str:
    return f"pipegen-{os.getuid()}"


def link(path: Path) -> None:
    path.symlink_to("/tmp")  # noqa: S108 -- a link that another user laid


def open_to_others(path: Path) -> None:
    path.mkdir()
    path.chmod(0o777)


@pytest.mark.parametrize("foreign", [link, os.mkfifo, Path.touch, open_to_others])
def test_what_others_made_first_is_not_used(shared: Path, foreign: Callable[[Path], object]) -> None:
    foreign(shared / ours())
    assert runtime_folder() == state_folder() / "runtime"
    release(choose_ports(auto=True, keep={}, last=None))  # a stack starts all the same


def test_otherwise_it_is_one_folder_for_all_of_them(shared: Path) -> None:
    assert runtime_folder() == runtime_folder() == shared / ours()
    assert (shared / ours()).stat().st_mode & 0o777 == 0o700


def test_the_session_of_the_user_comes_first(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = tmp_path / "session"
    session.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session))
    assert runtime_folder() == session / "pipegen"
    session.chmod(0o777)
    assert runtime_folder() == shared / ours()


def test_without_a_home_there_is_one_that_is_this_users(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    assert home_folder() == runtime_folder() / "home"
