"""What the dashboard answers over HTTP, and to whom."""

from __future__ import annotations

import gzip
import json

import pytest

from pipegen.bus import HistogramsTaken, RunEnded
from pipegen.snapshot import Snapshot
from tests.dashboard.invented import running
from tests.dashboard.invented_topology import one_by_one, three_by_two
from tests.dashboard.recorded import hdr_of
from tests.dashboard.serving import Serving, serving
from tests.dashboard.states import finished


def test_before_the_first_snapshot_the_api_says_why_it_has_nothing(served: Serving) -> None:
    status, headers, body = served.get("/api/metrics")
    assert status == 503
    assert headers["content-type"] == "application/json"
    assert "still starting" in json.loads(body)["error"]


def test_the_api_returns_the_newest_snapshot_with_the_promised_fields(served: Serving) -> None:
    served.publish(running(10), running(11))
    metrics = served.json("/api/metrics")
    assert Snapshot.model_validate(metrics).sequence == 11
    assert metrics["producer"]["total"] == 110_000
    assert metrics["kafka"]["brokers"] == 1


def test_the_last_snapshot_stays_after_the_run_has_ended(served: Serving) -> None:
    served.publish(finished())
    served.publish_event(RunEnded(exit_code=0))
    assert served.json("/api/metrics")["run"]["exit_code"] == 0


def test_a_late_joiner_reads_the_past_it_asks_for(served: Serving) -> None:
    served.publish(*(running(second) for second in range(6)))
    table = served.json("/api/history?since=3&fields=sequence,producer.rate")
    assert table["run_id"] == "7f3a"
    assert [row[0] for row in table["rows"]] == [4, 5]
    assert table["rows"][1][1] == pytest.approx(running(5)["producer"]["rate"])


def test_a_long_past_is_compressed_for_those_who_can_read_it(served: Serving) -> None:
    served.publish(*(running(second) for second in range(60)))
    _, headers, body = served.get("/api/history", {"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(body))["rows"]) == 60


def test_any_percentile_can_be_asked_of_each_output(served: Serving) -> None:
    served.publish(three_by_two(5))
    names = [each["name"] for each in three_by_two(5)["outputs"]]
    stages = {"end_to_end": hdr_of(1_000), **{f"outputs.{name}.end_to_end": hdr_of(9_000) for name in names[:1]}}
    served.publish_event(HistogramsTaken(three_by_two(5)["run"]["id"], 1_000_000_000_000, stages))
    answer = served.json(f"/api/percentiles?stage=outputs.{names[0]}.end_to_end&percentiles=50")
    assert (answer["rows"][0][1], answer["total"]) == (pytest.approx(9.0, rel=0.001), [pytest.approx(9.0, rel=0.001)])
    assert served.json(f"/api/percentiles?stage=outputs.{names[1]}.end_to_end&percentiles=50")["total"] == [None]
    status, _, body = served.get("/api/percentiles?stage=outputs.none.end_to_end")
    assert (status, f"outputs.{names[0]}.end_to_end" in json.loads(body)["error"]) == (400, True)


def test_the_percentiles_of_the_only_output_are_those_of_the_run(served: Serving) -> None:
    served.publish(one_by_one(5))
    served.publish_event(HistogramsTaken(one_by_one(5)["run"]["id"], 10**12, {"end_to_end": hdr_of(4_000)}))
    name = one_by_one(5)["outputs"][0]["name"]
    answer = served.json(f"/api/percentiles?stage=outputs.{name}.end_to_end&percentiles=50")
    assert answer["total"] == [pytest.approx(4.0, rel=0.001)]


def test_a_late_joiner_reads_the_past_of_each_input_and_output(served: Serving) -> None:
    served.publish(*(three_by_two(second) for second in range(6)))
    table = served.json("/api/branches?since=3")
    assert [row[1] for row in table["rows"]] == [4, 5]
    rate = table["rows"][1][table["fields"].index("outputs.`revenue_per_minute`.rate")]
    assert rate == pytest.approx(three_by_two(5)["outputs"][1]["rate"])
    other = three_by_two(1)
    other["run"] |= {"id": "beef"}
    served.publish(other)
    assert [row[1] for row in served.json("/api/branches")["rows"]] == [1]


@pytest.mark.parametrize("query", ["history?since=x", "history?fields=producer.nonsense", "branches?since=x"])
def test_a_wrong_question_about_the_past_gets_a_sentence(served: Serving, query: str) -> None:
    status, _, body = served.get(f"/api/{query}")
    assert status == 400
    assert json.loads(body)["error"].endswith(".")


def test_the_page_carries_theme_and_accent_of_the_settings() -> None:
    with serving(theme="dark", brand_color="#aa3377") as dashboard:
        page = dashboard.get("/")[2].decode()
    assert 'data-theme="dark" data-brand-color="#aa3377"' in page


def test_every_file_the_page_names_is_served_with_its_type(served: Serving) -> None:
    for path, content_type in {
        "/web/live/main.js": "text/javascript; charset=utf-8",
        "/web/css/tokens.css": "text/css; charset=utf-8",
        "/web/vendor/inter.woff2": "font/woff2",
        "/web/icon.svg": "image/svg+xml",
    }.items():
        status, headers, body = served.get(path)
        assert (status, headers["content-type"]) == (200, content_type)
        assert body


@pytest.mark.parametrize(
    "path",
    [
        "/web/../pyproject.toml",
        "/web/%2e%2e/pyproject.toml",
        "/web/nothing.js",
        "/web//etc/passwd",
        "/web/a%00.js",
        f"/web/{'a' * 5_000}.js",
        "/nothing",
    ],
)
def test_nothing_but_the_page_is_served(served: Serving, path: str) -> None:
    assert served.get(path)[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "", "a b", "localhost:1:2"])
def test_a_foreign_host_name_is_refused_and_not_echoed(served: Serving, host: str) -> None:
    status, headers, body = served.get("/api/metrics", {"Host": host})
    assert status in {400, 403}
    assert b"Traceback" not in body
    if host:
        assert host not in headers.get("content-security-policy", "")


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:3000"])
def test_the_loopback_names_are_welcome_through_any_tunnel(served: Serving, host: str) -> None:
    assert served.get("/healthz", {"Host": host})[0] == 200


def test_a_page_of_another_site_may_not_read_the_api(served: Serving) -> None:
    assert served.get("/healthz", {"Origin": "https://evil.example"})[0] == 403
    assert served.get("/healthz", {"Origin": "null"})[0] == 403
    assert served.get("/healthz", {"Origin": served.url})[0] == 200


def test_every_answer_keeps_the_page_to_itself(served: Serving) -> None:
    for path in ("/", "/api/metrics", "/web/icon.svg", "/nothing"):
        headers = served.get(path)[1]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_the_dashboard_can_only_be_read(served: Serving) -> None:
    assert served.get("/healthz")[0] == 200
    request_headers = {"Content-Length": "0"}
    assert served.get("/api/metrics", request_headers)[0] in {200, 503}


def test_nothing_is_logged_to_the_terminal(served: Serving, capfd: pytest.CaptureFixture[str]) -> None:
    served.publish(running(1))
    for path in ("/", "/nothing", "/api/history?since=x"):
        served.get(path)
    assert capfd.readouterr() == ("", "")


def test_minimal_mode_leaves_out_the_lists_and_keeps_every_figure() -> None:
    with serving(minimal_mode=True) as dashboard:
        dashboard.publish(running(10))
        metrics = dashboard.json("/api/metrics")
        assert b"data-minimal" in dashboard.get("/")[2]
    assert metrics["flink"]["vertices"] == []
    assert metrics["sql"] == []
    assert metrics["producer"]["rate"] == running(10)["producer"]["rate"]
    assert metrics["latency"]["end_to_end"]["interval"]["p99_ms"] is not None
    Snapshot.model_validate(metrics)
