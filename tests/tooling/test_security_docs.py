"""What docs/security.md names is there, and the list of what a wheel is made of is up to date."""

from __future__ import annotations

import re

from tools import write_sbom

from pipegen.avro.schema import _MOST_BYTES as SCHEMA_BYTES
from pipegen.config.yaml_source import _MOST_BYTES as YAML_BYTES
from pipegen.config.yaml_source import _MOST_VALUES as YAML_VALUES
from pipegen.dashboard.inbound import MOST_MESSAGE_BYTES, STUCK_S
from pipegen.project.plan.splitter import _MOST_BYTES as SQL_BYTES
from pipegen.project.plan.splitter import _MOST_STATEMENTS as SQL_STATEMENTS
from tests.tooling.checkout import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", TEXT)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_kind_of_trouble_names_tests_that_exist() -> None:
    text = (ROOT / "tests" / "cases" / "issues.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    assert len(rows) > 30
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named, row
        for file, name in named:
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"{YAML_BYTES // 1_000} kB, {YAML_VALUES // 1_000} 000 values" in TEXT
    assert f"| SQL file | {SQL_BYTES // 1_000_000} MB, {SQL_STATEMENTS // 1_000} 000 statements |" in TEXT
    assert f"| schema file | {SCHEMA_BYTES // 1_000_000} MB |" in TEXT
    assert f"| message of a viewer | {MOST_MESSAGE_BYTES // 1_024} kB" in TEXT
    assert f"cut after {STUCK_S:g} s" in TEXT


def test_the_list_of_parts_is_up_to_date() -> None:
    listed = (ROOT / "sbom.cdx.json").read_text(encoding="utf-8")
    assert listed == write_sbom.written(), "run: python tools/write_sbom.py"


def test_it_names_what_is_compiled_in_and_nothing_of_tests() -> None:
    crates = [name for name, _version in write_sbom.crates()]
    assert {"pyo3", "serde_json", "hdrhistogram"} <= set(crates)
    assert not {"criterion", "proptest", "pipegen-core"} & set(crates)
