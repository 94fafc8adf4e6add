"""What Flink says of the kinds of SQL in `projects`, through `pipegen validate --flink`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from pipegen.cli import app
from pipegen.stack import Endpoints
from tests.cases.conftest import PROJECTS, CaseProject

pytestmark = pytest.mark.stack

ALL = sorted(f"{folder.parent.name}/{folder.name}" for folder in PROJECTS.glob("*/*") if (folder / "sql").is_dir())
ONE_TO_ONE_BY_HEADER = [("orders", "out_orders", "one_to_one", "header")]
PATHS = {
    "addresses-in-sql/both-tables": ONE_TO_ONE_BY_HEADER,
    "alias-loses-latency/cte-alias": ONE_TO_ONE_BY_HEADER,
    "alias-loses-latency/explicit-table": ONE_TO_ONE_BY_HEADER,
    "alias-loses-latency/subquery-alias": ONE_TO_ONE_BY_HEADER,
    "alias-loses-latency/view-column-list": ONE_TO_ONE_BY_HEADER,
    "batch-mode-unknown-state/batch": ONE_TO_ONE_BY_HEADER,
    "chained-inserts/two-jobs": [("orders", "out_orders", "filter", "header")],
    "cte-names/column-list": ONE_TO_ONE_BY_HEADER,
    "cte-names/in-view-and-subquery": [("orders", "out_orders", "filter", "header")],
    "ddl-that-changes-tables/alter-add": ONE_TO_ONE_BY_HEADER,
    "ddl-that-changes-tables/alter-set": ONE_TO_ONE_BY_HEADER,
    "ddl-that-changes-tables/drop-and-create": ONE_TO_ONE_BY_HEADER,
    "ddl-that-changes-tables/same-name-in-two-databases": [("a.orders", "b.orders", "one_to_one", "header")],
    "debezium-source/debezium-json": [("products", "stock", "filter", "timestamp")],
    "dml-sync/dml-sync": ONE_TO_ONE_BY_HEADER,
    "dollar-brace-in-strings/regex-group": ONE_TO_ONE_BY_HEADER,
    "from-in-brackets/join-in-brackets": [
        ("orders", "out_orders", "join", "header"),
        ("rates", "out_orders", "join", None),
    ],
    "group-in-sql/group-literal": ONE_TO_ONE_BY_HEADER,
    "json-time-format/bigint": ONE_TO_ONE_BY_HEADER,
    "json-time-format/no-standard": ONE_TO_ONE_BY_HEADER,
    "key-columns/json-key": ONE_TO_ONE_BY_HEADER,
    "key-columns/prefix-not-null": ONE_TO_ONE_BY_HEADER,
    "key-columns/raw-bigint": ONE_TO_ONE_BY_HEADER,
    "one-to-one-by-mistake/comma-join-values": [("orders", "out_orders", "join", "header")],
    "one-to-one-by-mistake/not-null-drop": [("orders", "out_orders", "filter", "header")],
    "record-present-by-kind/events": [("events", "res", "filter", "header")],
    "second-sink-not-seen/two-sinks": [
        ("orders", "all_orders", "one_to_one", "header"),
        ("orders", "big_orders", "filter", "header"),
    ],
    "stale-due-time/changelog-sink": [("orders", "totals", "aggregate", "timestamp")],
    "stale-due-time/top-n": [("orders", "top3", "aggregate", "timestamp")],
    "stale-due-time/window-start-as-due": [("orders", "per_cust", "aggregate", None)],
    "table-hints/at-the-end": ONE_TO_ONE_BY_HEADER,
    "table-hints/in-the-middle": [("orders", "out_orders", "filter", "header")],
    "table-hints/topic-in-hint": [("orders", "out_orders", "filter", "header")],
    "topic-nobody-creates/second-sink": [
        ("orders", "all_orders", "one_to_one", "header"),
        ("orders", "big_orders", "filter", "header"),
    ],
    "topic-nobody-creates/topic-list": ONE_TO_ONE_BY_HEADER,
    "type-spellings/charset": ONE_TO_ONE_BY_HEADER,
    "upsert-source-start/raw-key": [("customers", "latest", "filter", "timestamp")],
    "wrong-output-table/dlq-first": [
        ("orders", "rejected", "one_to_one", "header"),
        ("orders", "out_orders", "filter", "header"),
    ],
    "wrong-output-table/payments-first": [
        ("orders", "joined", "join", "timestamp"),
        ("payments", "joined", "join", None),
    ],
}
REFUSED = {
    "cause-without-message/column-nobody-has": "Column 'placed_att' not found in any table",
    "like-excluding/excluding-options": "table out_orders: Could not find required sink format 'value.format'.",
}


def validate(project: str, endpoints: Endpoints) -> dict[str, Any]:
    gateway = f"--sql-gateway-url={endpoints.sql_gateway_url}"
    arguments = ["validate", "--flink", "--format=json", f"--project-dir={project}", gateway]
    answer: dict[str, Any] = json.loads(CliRunner().invoke(app, arguments, catch_exceptions=False).output)
    return answer


@pytest.mark.parametrize("name", ALL)
def test_flink_is_believed_about_every_kind_of_sql(name: str, case_project: CaseProject, endpoints: Endpoints) -> None:
    answer = validate(str(case_project(name)), endpoints)
    in_sql = [each for each in answer["findings"] if each["severity"] == "error" and each["file"].endswith(".sql")]
    assert [each["message"] for each in in_sql] == ([REFUSED[name]] if name in REFUSED else [])
    if name in PATHS:
        found = [
            (path["input"], output["name"], path["shape"], path["latency"]["by"])
            for output in answer["topology"]["outputs"]
            for path in output["paths"]
        ]
        assert found == PATHS[name]
