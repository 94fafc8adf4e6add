"""The shell blocks of the documentation that are marked as runnable run, in order, as a reader would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipegen.stack import LocalStack
from tests.tooling.checkout import ROOT

RUNNABLE = re.compile(r"<!-- runnable -->\n```(?:bash|sh)\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
TIMEOUT_S = 300.0


def documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def runnable_documents() -> list[Path]:
    return [path for path in documents() if RUNNABLE.search(path.read_text(encoding="utf-8"))]


@pytest.mark.stack
@pytest.mark.parametrize("document", runnable_documents(), ids=lambda path: path.name)
def test_the_runnable_blocks_of_a_document_run(document: Path, local_stack: LocalStack, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIPEGEN_")}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "PIPEGEN_STACK_DIR": str(local_stack.stack_dir),
        "PIPEGEN_CACHE_DIR": str(local_stack.cache_dir),
    }
    for block in RUNNABLE.findall(document.read_text(encoding="utf-8")):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, f"{block}\nended with {done.returncode}:\n{done.stdout}"


def test_the_readme_has_blocks_that_are_run() -> None:
    assert ROOT / "README.md" in runnable_documents()


def test_the_readme_starts_with_the_two_commands() -> None:
    first = re.search(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert first is not None
    assert [line.partition("#")[0].strip() for line in first.group(1).splitlines()] == ["make demo", "make test"]


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_every_make_verb_that_is_named_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets


def test_every_verb_of_the_makefile_is_listed_with_what_it_does() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    verbs = {line.split()[0] for line in listed.splitlines() if len(line.split()) > 1}
    assert {"setup", "demo", "test", "lint", "bench", "wheel", "clean", "ci"} <= verbs
