"""Nothing sends a user to the package called pipegen on PyPI, which is somebody else's."""

from __future__ import annotations

import re
import tomllib

import pytest

import pipegen
from pipegen.package import NAME, install_command
from tests.tooling.checkout import ROOT, committed_files, text_of

# Put together here, so that this file does not itself hold what it looks for.
STRANGER = re.compile(
    r"\b(?:pip3? install|pip3? download|pipx (?:run|install)|uvx|uv (?:tool install|tool run|add|pip install))"
    r"(?! --from| --spec)"
    r"(?:[ '\"]+-[-\w]+(?:[= ][^\s'\"]+)?)*[ '\"]+" + "pipe" + r"gen(?![-\w/.])"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pip install {}", True),
        ("pip install '{}[local]'", True),
        ("pip install --upgrade {}", True),
        ("pipx run {} run", True),
        ("uvx {}", True),
        ("uv tool install {}", True),
        ("pip install '{}-flink[local]'", False),
        ("pip install dist/{}_flink-1.whl", False),
        ("uvx --from {}-flink {}", False),
    ],
)
def test_a_strangers_package_is_recognised(text: str, found: bool) -> None:
    assert bool(STRANGER.search(text.replace("{}", "pipe" + "gen"))) is found


def test_no_file_tells_anybody_to_install_a_strangers_package() -> None:
    found = []
    for path in committed_files():
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if STRANGER.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found, f"write {NAME}"


def test_the_distribution_is_the_one_that_is_built_and_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == NAME
    assert (
        pipegen.__version__
        == tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]
    )


@pytest.mark.parametrize("extra", ["local", "otel"])
def test_an_extra_that_a_remedy_names_exists(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert extra in project["optional-dependencies"]
    assert install_command(extra) == f"pip install '{NAME}[{extra}]'"  # type: ignore[arg-type]
