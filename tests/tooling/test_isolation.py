"""The tests do not notice who runs them: a user's settings, environment and running stack change no result."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.isolation import isolated
from tests.tooling.checkout import ROOT

READ_THE_ENVIRONMENT = [
    "tests/unit/test_init_command.py",
    "tests/unit/test_validate_command.py",
    "tests/unit/test_traffic_dry_run.py",
    "tests/unit/test_generate_command.py",
    "tests/stack/test_java.py",
]


def test_tests_pass_for_a_user_whose_settings_and_environment_are_all_in_the_way(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".pipegen.yaml").write_text("message_rate: 7\nno_such_setting: 1\n", encoding="utf-8")
    hostile = {
        "HOME": str(home),
        "PIPEGEN_DURATION": "never",
        "PIPEGEN_STACK_DIR": "/dev/null",
        "PIPEGEN_DASHBOARD_PORT": "1",
        "XDG_STATE_HOME": "/dev/null",
        "GITHUB_STEP_SUMMARY": "/dev/null/step.md",
        "COLUMNS": "20",
        "FORCE_COLOR": "1",
        "LANG": "C",
        "LC_ALL": "C",
        "TZ": "Asia/Kathmandu",
        "JAVA_HOME": "/dev/null",
        "http_proxy": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *READ_THE_ENVIRONMENT],
        cwd=ROOT,
        env=os.environ | hostile,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("variable", ["PIPEGEN_DURATION", "XDG_STATE_HOME", "GITHUB_STEP_SUMMARY", "COLUMNS", "TZ"])
def test_a_variable_of_the_users_does_not_reach_the_tests(variable: str, tmp_path: Path) -> None:
    assert variable not in isolated({variable: "theirs"}, tmp_path)


def test_the_tests_of_this_run_are_isolated() -> None:
    assert os.environ["HOME"].startswith(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108 -- only compared
    assert not Path(os.environ["PIPEGEN_STACK_DIR"]).exists()
