"""Why records of one schema cannot be read with another, in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipegen.observe.resolution import unreadable

RECORD = {"type": "record", "name": "R"}


def reason(writer: Any, reader: Any) -> str | None:
    wrapped = ({**RECORD, "fields": [{"name": "a", "type": each}]} for each in (writer, reader))
    old, new = (json.dumps(each) for each in wrapped)
    return unreadable(old, new)


def test_a_union_reads_what_one_of_its_branches_reads() -> None:
    assert reason("int", ["null", "long"]) is None
    assert reason(["null", "int"], ["null", "int"]) is None
    assert "no branch of the reader's union reads string" in (reason("string", ["null", "long"]) or "")


@pytest.mark.parametrize(("writer", "reader"), [("string", "int"), (["null", "int"], "int"), ("double", "float")])
def test_what_cannot_be_read_has_a_reason(writer: Any, reader: Any) -> None:
    assert reason(writer, reader)
    assert reason(writer, writer) is None
