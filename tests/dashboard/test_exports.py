"""What other tools read: OpenMetrics, errors, the diagram."""

from __future__ import annotations

import json
import re

from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.dashboard.invented import running
from tests.dashboard.serving import Serving
from tests.dashboard.states import HOSTILE, STATES, failed, unmeasurable


def scrape(served: Serving) -> dict[str, Metric]:
    status, headers, body = served.get("/metrics")
    assert status == 200
    assert headers["content-type"].startswith("application/openmetrics-text")
    return {family.name: family for family in text_string_to_metric_families(body.decode())}


def value(family: Metric, **labels: str) -> float:
    (found,) = (sample.value for sample in family.samples if labels.items() <= sample.labels.items())
    return float(found)


def test_the_metrics_are_what_the_snapshot_says_in_base_units(served: Serving) -> None:
    contents = running(426)
    served.publish(contents)
    families = scrape(served)
    assert families["pipegen_producer"].type == "counter"
    assert value(families["pipegen_producer"]) == contents["producer"]["total"]
    assert value(families["pipegen_producer"], pipeline="orders", run="7f3a", worker="0") > 0
    assert value(families["pipegen_producer_rate_per_second"]) == contents["producer"]["rate"]
    assert value(families["pipegen_flink_checkpoints_last_duration_seconds"]) == 0.084
    assert families["pipegen_flink_checkpoints_last_duration_seconds"].unit == "seconds"
    latency = families["pipegen_latency_seconds"]
    p99_ms = contents["latency"]["end_to_end"]["total"]["p99_ms"]
    assert latency.type == "summary"
    assert value(latency, stage="end_to_end", quantile="0.99") == p99_ms / 1e3
    assert value(families["pipegen_part_status"], part="flink", pipegen_part_status="running") == 1


def test_what_is_not_known_is_absent_and_never_zero(served: Serving) -> None:
    served.publish(unmeasurable())
    families = scrape(served)
    assert "pipegen_pipeline_lag_seconds" not in families
    stages = {sample.labels["stage"] for sample in families["pipegen_latency_seconds"].samples}
    assert stages == {"generator_delay", "ack"}


def test_names_of_others_cannot_break_the_exposition(served: Serving) -> None:
    contents = running(1, name='evil"} 1\nfake_metric 7\\')
    served.publish(contents)
    families = scrape(served)
    assert "fake_metric" not in families
    assert value(families["pipegen_producer"], pipeline='evil"} 1\nfake_metric 7\\') == contents["producer"]["total"]


def test_before_the_first_snapshot_the_exposition_is_empty(served: Serving) -> None:
    assert scrape(served) == {}


def test_errors_can_be_asked_for_by_what_they_are(served: Serving) -> None:
    assert served.get("/api/errors")[0] == 503
    served.publish(failed())
    answer = served.json("/api/errors")
    assert answer["run_id"] == "7f3a"
    assert [entry["component"] for entry in answer["errors"]] == ["flink", "producer"]
    critical = served.json("/api/errors?severity=critical")["errors"]
    assert [(entry["component"], entry["count"]) for entry in critical] == [("flink", 7)]
    assert served.json("/api/errors?component=kafka,registry")["errors"] == []


def test_the_diagram_is_text_for_terminals_and_a_drawing_for_browsers(served: Serving) -> None:
    served.publish(running(426))
    _, headers, text = served.get("/diagram", {"User-Agent": "curl/8.5.0"})
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert text.isascii()
    for word in (
        b"orders-input-7f3a",
        b"orders-output-7f3a-value v1",
        b"Calc[2] -> Sink: revenue[3] x4",
        b"29 994 msg/s",
    ):
        assert word in text
    assert served.get("/diagram?format=text")[2] == text
    _, headers, page = served.get("/diagram", {"User-Agent": "Mozilla/5.0"})
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert b"<svg" in page
    assert b"orders-input-7f3a" in page


def test_the_diagram_keeps_names_of_others_harmless(served: Serving) -> None:
    contents = STATES["hostile"]()
    contents["flink"]["job_name"] = "job\x1b[2J\x07\u202e"
    served.publish(contents)
    assert HOSTILE.encode() not in served.get("/diagram")[2]
    text = served.get("/diagram?format=text")[2]
    assert b"\x1b" not in text
    assert b"\x07" not in text


def test_the_report_of_the_run_as_it_is_now_is_one_file_with_a_policy_of_its_own(served: Serving) -> None:
    contents = running(426)
    served.publish(running(425), contents)
    status, headers, page = served.get("/report")
    assert status == 200
    assert b"Executive summary" in page
    assert b'"sequence":426' in page
    policy = headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "connect-src" not in policy


def test_exports_are_downloads_named_by_their_time(served: Serving) -> None:
    served.publish(running(426))
    for query, end in (("", "html"), ("?format=json", "json"), ("?format=csv", "csv"), ("?format=md", "md")):
        status, headers, body = served.get(f"/api/export{query}")
        assert status == 200
        name = headers["content-disposition"]
        assert re.fullmatch(rf'attachment; filename="execution-report-\d{{4}}(-\d\d){{5}}\.{end}"', name), name
        assert body
    assert json.loads(served.get("/api/export?format=json")[2])["snapshot"]["sequence"] == 426
    assert served.get("/api/export?format=pdf")[0] == 400


def test_a_report_before_the_first_snapshot_says_that_there_is_none(served: Serving) -> None:
    status, _, page = served.get("/report")
    assert status == 200
    assert b"before the first figures" in page
