"""The Grafana dashboard asks for nothing that /metrics does not have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from pipegen.outputs import openmetrics
from tests.dashboard.invented import running, snapshot
from tests.dashboard.states import failed

BOARD = Path(__file__).parents[2] / "deploy/grafana/pipegen.json"
NAME = re.compile(r"\bpipegen_\w+")
LABEL = re.compile(r"(\w+)=~?\"")


def board() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(BOARD.read_text(encoding="utf-8"))
    return content


def queries() -> list[str]:
    content = board()
    return [
        *(target["expr"] for panel in content["panels"] for target in panel["targets"]),
        *(str(variable["query"]) for variable in content["templating"]["list"] if variable["type"] == "query"),
    ]


def exposed() -> dict[str, set[str]]:
    """Name of each sample → its labels."""
    found: dict[str, set[str]] = {}
    contents = failed() | {"flink": running(426)["flink"], "pipeline": running(426)["pipeline"]}
    contents["data_quality"] = {**contents.get("data_quality", {}), "score": 99.0}
    for family in text_string_to_metric_families(openmetrics(snapshot(contents)).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_every_name_and_label_that_a_panel_asks_for_is_exposed() -> None:
    known = exposed()
    asked = {name for query in queries() for name in NAME.findall(query)}
    assert len(asked) > 15
    assert asked <= known.keys()
    for query in queries():
        labels = {label for name in NAME.findall(query) for label in known[name]}
        assert set(LABEL.findall(query)) <= labels, query


def test_each_panel_has_a_title_a_unit_and_a_place_of_its_own() -> None:
    panels = board()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({panel["title"] for panel in panels}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
    for panel in panels:
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert [target["refId"] for target in panel["targets"]] == ["A", "B", "C", "D"][: len(panel["targets"])]
