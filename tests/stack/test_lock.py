"""A lock file has one holder at a time, and none after its holder has died."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipegen.lock import hold

HOLD = "import sys; from pathlib import Path; from pipegen.lock import hold\n"
HOLD += "with hold(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def holder_of(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its input ends or it dies."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_holder_says_that_it_waits_and_comes_after_the_first(tmp_path: Path) -> None:
    waits, held = threading.Event(), threading.Event()

    def second() -> None:
        with hold(tmp_path / "lock", on_wait=waits.set):
            held.set()

    with holder_of(tmp_path / "lock") as first:
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(20)
        assert not held.is_set()
        first.communicate("")
        assert held.wait(20)
        thread.join()


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    with holder_of(tmp_path / "lock") as first:
        first.kill()
        first.communicate()
    with hold(tmp_path / "lock", on_wait=lambda: pytest.fail("nobody holds it")):
        pass


def test_a_lock_that_nobody_holds_is_taken_without_a_word_and_again_after_that(tmp_path: Path) -> None:
    for _ in range(2):
        with hold(tmp_path / "new" / "lock", on_wait=lambda: pytest.fail("nobody holds it")):
            pass


def test_a_link_that_was_laid_for_us_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        hold(tmp_path / "lock")
    assert not (tmp_path / "elsewhere").exists()
