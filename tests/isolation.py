"""Takes this machine's user out of the tests: no settings, stack, home or environment of theirs decides a result.

What stays is how things are fetched and where they are kept: proxies, the folder of downloaded services (checked by
their sums), and the folders of the Rust and Python toolchains.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipegen.stack.paths import default_cache_dir

KEPT = {"PIPEGEN_MAVEN_URL", "PIPEGEN_FUZZ_EXAMPLES"}
"""A repository to fetch from, and how long to fuzz: both change what a test costs, not what it finds."""

FOREIGN = ("PIPEGEN_", "XDG_", "OTEL_", "GITHUB_", "GITLAB_", "CI_", "LC_")
"""Beginnings of variables that programs heed and the tests have not set."""

FOREIGN_NAMES = (
    *("CI", "LANG", "LANGUAGE", "TZ", "TERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"),
    *("CARGO_TARGET_DIR", "NO_PROXY", "no_proxy"),
)

LOOPBACK = "127.0.0.1,localhost,::1"
JAVA = "-XX:TieredStopAtLevel=1"
"""Services of tests live for minutes: the second compiler would take a quarter of their CPU time."""


def isolated(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment that tests run in.

    Args:
        environ: That of the user.
        home: The tests' own home folder.
    """
    users_home = environ.get("HOME", str(Path.home()))
    clean = {
        name: value
        for name, value in environ.items()
        if name in KEPT or (name not in FOREIGN_NAMES and not name.startswith(FOREIGN))
    }
    toolchains = {
        "CARGO_HOME": f"{users_home}/.cargo",
        "RUSTUP_HOME": f"{users_home}/.rustup",
        "PYENV_ROOT": f"{users_home}/.pyenv",
    }
    return {
        **toolchains,
        **clean,
        "HOME": str(home),
        "JAVA_TOOL_OPTIONS": JAVA,
        "LANG": "C.UTF-8",
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
        "PIPEGEN_CACHE_DIR": str(default_cache_dir()),
        "PIPEGEN_STACK_DIR": str(home / "no-stack"),
    }


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Before the first test is collected."""
    home = Path(tempfile.mkdtemp(prefix="pipegen-tests-home-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    environment = isolated(os.environ, home)
    os.environ.clear()
    os.environ.update(environment)
