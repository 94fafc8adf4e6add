"""What a record costs in the hot path, in instructions: the same on a busy machine and an idle one.

A bound is what was counted, and a quarter more. Work that goes beyond it has become dearer: find out why first.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "target"
RECORDS = 10_000

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def program() -> Path:
    """The counted program, built as it is shipped."""
    assert shutil.which("valgrind"), "valgrind is missing: install Debian's package valgrind"
    build = ["cargo", "build", "--release", "--locked", "--quiet", "--package", "pipegen-core"]
    build += ["--bin", "count_instructions", "--features", "count-instructions", "--target-dir", str(TARGET)]
    subprocess.run(build, cwd=ROOT, check=True)
    return TARGET / "release" / "count_instructions"


def instructions(program: Path, task: str, records: int) -> int:
    """Instructions of a whole process."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program), task, str(records)],
        capture_output=True,
        text=True,
        check=True,
    )
    counted = re.search(r"Collected : (\d+)", done.stderr)
    assert counted is not None, done.stderr
    return int(counted.group(1))


@pytest.mark.parametrize(
    ("task", "most"),
    [
        pytest.param("generate", 2_110, id="generating and encoding a six-field record"),
        pytest.param("validate", 1_210, id="validating a six-field record"),
        pytest.param("profile", 1_750, id="taking statistics of the fields of a six-field record"),
        pytest.param("pace", 305, id="pacing an event of a ramp"),
        pytest.param("send", 2_770, id="sending a six-field record, all of that but what the client does"),
        pytest.param("measure", 1_195, id="measuring a record from the send to the far end"),
    ],
)
def test_a_record_costs_no_more_instructions_than_it_did(program: Path, task: str, most: int) -> None:
    # The difference of two runs: start-up and what is done once fall out.
    work = instructions(program, task, 2 * RECORDS) - instructions(program, task, RECORDS)
    assert work / RECORDS <= most
