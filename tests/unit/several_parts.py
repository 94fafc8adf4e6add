"""A finished run with two inputs and two outputs, for tests of what is told of each."""

from __future__ import annotations

from typing import Any

from tests.dashboard.invented import percentiles
from tests.dashboard.states import STATES


def input_of(name: str, **figures: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"name": name, "topic": f"{name}-abc", "format": "json", "follows": None}
    known |= {"planned_total": 600, "due_total": 600, "loaded_total": None, "total": 600, "rate": 0.0, "errors": 0}
    return known | {"generator_delay": percentiles(600, 1.0), "ack": percentiles(600, 4.0)} | figures


def output_of(name: str, **figures: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"name": name, "topic": f"{name}-abc", "format": "json", "shape": "one_to_one"}
    known |= {"total": 600, "rate": 0.0, "lag": 0, "lost": 0, "duplicated": 0, "counts_reason": None}
    known |= {"traced_by": "header", "end_to_end": percentiles(600, 20.0), "traced_reason": "it is carried"}
    return known | {"drain": "all 600 expected records came out", "paths": []} | figures


def path_of(name: str, **figures: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"input": name, "shape": "one_to_one", "traced_by": "header", "lost": 0, "duplicated": 0}
    return known | {"end_to_end": percentiles(600, 20.0), "reason": None} | figures


def two_of_each(**of_kept: Any) -> dict[str, Any]:
    """Orders and payments in; copies out of both, and of ``kept`` what the test says."""
    contents = STATES["finished"]()
    contents["run"] |= {"elapsed_s": 60.0}
    unknown = {"lost": None, "duplicated": None, "counts_reason": "nobody can tell"}
    untimed = {"traced_by": None, "end_to_end": None, "traced_reason": "no header"}
    kept = output_of("a-b", **({"total": 120, "shape": "filter", **unknown, **untimed} | of_kept))
    copies = output_of("copies", paths=[path_of("orders"), path_of("payments", lost=None, reason="counted together")])
    contents["inputs"] = [input_of("orders"), input_of("payments", total=300, follows="orders")]
    contents["outputs"] = [copies, kept]
    return contents
