"""The tables of a report about what was around the run: parts, resources, the Flink job, services, settings."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.outputs.report import surroundings
from pipegen.outputs.report.data import Ending, ReportData
from pipegen.outputs.report.series import series_of_table
from pipegen.replay import ServiceFact, SettingRow
from tests.dashboard.invented import snapshot
from tests.dashboard.recorded import manifest
from tests.dashboard.states import STATES
from tests.unit.report_rows import rows, texts


def data(contents: dict[str, Any], **parts: Any) -> ReportData:
    return ReportData(snapshot(contents), manifest(), Ending("finished"), **parts)


def test_a_part_shows_how_many_records_it_saw_at_what_mean_rate() -> None:
    contents = STATES["finished"]()
    contents["producer"] |= {"total": 6_000, "errors": 2}
    contents["run"] |= {"elapsed_s": 60.0}
    producer, kafka, *_ = surroundings.parts(snapshot(contents))
    assert (producer.figure, producer.unit, producer.facts) == (
        *("6\u2009000", "records"),
        ("100 msg/s on average", "2 refused"),
    )
    assert kafka.facts[1] == "orders-input-7f3a"
    contents["run"] |= {"elapsed_s": 0.0}
    assert surroundings.parts(snapshot(contents))[0].facts[0] == "no rate known"


def test_a_part_without_a_count_says_why() -> None:
    contents = STATES["starting"]()
    contents["producer"] |= {"total": None, "errors": None}
    contents["kafka"] |= {"input_topic": None}
    producer, kafka, *_ = surroundings.parts(snapshot(contents))
    assert (producer.figure, producer.unit, producer.note) == ("–", "", "The load has not begun.")
    assert producer.facts == ("no rate known", "– refused")
    assert (kafka.facts[1], kafka.note) == ("no topic known", None)


def test_resources_are_told_by_mean_largest_and_last() -> None:
    series = series_of_table(
        ["timestamp_ms", "system.cpu_ratio", "system.rss_bytes"], [(0, 0.1, 50e6), (1, 0.5, 70e6), (2, 0.3, 60e6)]
    )
    found = rows(surroundings.resources(data(STATES["finished"](), series=series)))
    assert found["CPU of PipeGen (100 % is one core)"] == ["30 %", "50 %", "30 %"]
    assert found["Memory of PipeGen"] == ["60 MB", "70 MB", "60 MB"]
    assert found["Disk of the local stack"] == ["–", "–", "–"]
    assert surroundings.resources(data(STATES["finished"]())).rows == []


def test_the_flink_job_its_checkpoints_and_the_topics_are_told() -> None:
    contents = STATES["running"]()
    contents["flink"]["checkpoints"] |= {"failed": 2, "last_failure": "too slow"}
    table = surroundings.checkpoints(snapshot(contents))
    assert table is not None
    assert rows(table) == {"42 completed": ["2", "84 ms", "48.2 kB", "10 s", "too slow"]}
    contents["flink"] |= {"checkpoints": None, "metrics_interval_ms": 10_000.0}
    assert surroundings.checkpoints(snapshot(contents)) is None
    vertices = surroundings.vertices(snapshot(contents))
    assert vertices.title == "Flink job at the end, by counters up to 10 s old"
    assert rows(vertices)["Source: orders[1]"][0] == "4"
    topic = contents["kafka"]["topic_list"][0]
    contents["kafka"]["topic_list"] = [
        topic | {"name": "a", "role": "input", "begin_total": 10, "end_total": 30, "partitions": 4},
        topic | {"name": "b", "role": "output", "begin_total": None, "end_total": 30},
        topic | {"name": "c", "role": "input", "end_total": None},
        topic | {"name": "d", "role": "other"},
    ]
    found = rows(surroundings.topics(snapshot(contents)))
    assert {name: row[-1] for name, row in found.items()} == {"a": "20", "b": "30", "c": "–"}
    assert found["a"][:2] == ["input", "4"]


def test_pipegen_comes_first_among_the_versions() -> None:
    service = ServiceFact(name="Kafka", version="4.3.1", address="127.0.0.1:9092", reason=None)
    told = ReportData(None, manifest(services=[service]), Ending("empty"))
    assert [texts(row) for row in surroundings.services(told).rows] == [
        ["PipeGen", "0", "–"],
        ["Kafka", "4.3.1", "127.0.0.1:9092"],
    ]
    assert surroundings.services(ReportData(None, None, Ending("empty"))).rows == []


def test_settings_that_were_given_stand_apart_from_those_left_at_their_default() -> None:
    told = manifest(
        settings=[
            SettingRow(key="message_rate", value="10", source="flag --message-rate"),
            SettingRow(key="stack", value="auto", source="default"),
        ]
    )
    given, left = surroundings.settings(told, changed=True), surroundings.settings(told, changed=False)
    assert (given.title, list(rows(given))) == ("Settings that were given", ["message_rate"])
    assert (left.title, list(rows(left))) == ("Settings left at their default", ["stack"])
    assert not any(column.numeric for column in given.columns), "words stand at the left"


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ([], "pipegen run"),
        (["/usr/bin/pipegen", "run", "--message-rate", "1 000"], "pipegen run --message-rate '1 000'"),
        (["C:\\Python\\pipegen.exe", "run"], "pipegen run"),
        (["/x/pipegen/__main__.py", "replay"], "pipegen replay"),
    ],
)
def test_the_command_that_starts_the_same_run_again_has_no_path_of_this_machine(command: list[str], line: str) -> None:
    assert surroundings.command_line(manifest(command=command)) == line
