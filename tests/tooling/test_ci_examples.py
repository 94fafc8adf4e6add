"""The workflows to copy are what their systems take, and what they ask of PipeGen exists."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
import sys
from typing import Any

import pytest
import yaml

from pipegen.cli.catalogue import load_command
from pipegen.gates import read_thresholds
from pipegen.traffic import parse_pattern
from pipegen.units import NS_PER_S, parse_duration_ns
from tests.tooling.checkout import ROOT

EXAMPLES = {"github-actions.yml": "vendor.github-workflows", "gitlab-ci.yml": "vendor.gitlab-ci"}


def commands(content: Any) -> list[list[str]]:
    """Every command line of PipeGen in a workflow."""
    if isinstance(content, dict):
        return [found for value in content.values() for found in commands(value)]
    if isinstance(content, list):
        return [found for value in content for found in commands(value)]
    return [shlex.split(line) for line in str(content).splitlines() if line.startswith("pipegen ")]


@pytest.mark.parametrize(("name", "schema"), EXAMPLES.items())
def test_a_workflow_keeps_the_schema_of_its_system(name: str, schema: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / "examples/ci" / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_a_workflow_asks_of_pipegen_exists_and_its_thresholds_can_be_judged(name: str) -> None:
    found = commands(yaml.safe_load((ROOT / "examples/ci" / name).read_text(encoding="utf-8")))
    assert [command[1] for command in found] == ["validate", "run"]
    for command in found:
        known = {spelling for param in load_command(command[1]).params for spelling in (*param.opts,)}
        assert [word for word in command[2:] if word.startswith("--") and word not in known] == []
    run = found[1]
    values = dict(itertools.pairwise(run))
    plan = parse_pattern(
        values["--traffic-pattern"],
        base_rate_per_s=float(values["--message-rate"]),
        duration_ns=parse_duration_ns(values["--duration"]),
    )
    texts = [value for word, value in itertools.pairwise(run) if word == "--threshold"]
    thresholds = read_thresholds(
        texts, {}, phases=[phase.name for phase in plan.phases], duration_s=plan.duration_ns / NS_PER_S
    )
    assert len(thresholds) == 4


def test_the_thresholds_of_the_documentation_can_be_read() -> None:
    text = (ROOT / "docs/verdicts.md").read_text(encoding="utf-8")
    quoted = re.findall(r'(?:--threshold |- |expression: )"([^"]+)"', text)
    assert len(quoted) >= 6
    assert len(read_thresholds(quoted, {}, phases=["steady", "peak1"], duration_s=60.0)) == len(quoted)
