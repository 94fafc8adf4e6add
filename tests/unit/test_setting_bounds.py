"""The smallest and the largest value that each setting takes, and what holds where it is left out."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pipegen.config import Settings

LARGE = 10**12


def settings(key: str, value: object) -> Settings:
    """Settings with one of them given, by its dotted key."""
    nested: Any = value
    for name in reversed(key.split(".")):
        nested = {name: nested}
    return Settings.model_validate(nested)


@pytest.mark.parametrize(
    ("key", "taken", "refused"),
    [
        ("dashboard.port", [0, 65535], [-1, 65536]),
        ("dashboard.update_interval", ["100ms", "1h"], ["99ms", "0s"]),
        ("dashboard.brand_color", ["#000000", "#FFffFF"], ["#12345", "#1234567", "red"]),
        ("pipeline.partitions", [1, 10_000], [0, 10_001]),
        ("pipeline.replication_factor", [-1, 1, 32767], [-2, 0, 32768]),
        ("pipeline.seed", [0, LARGE], [-1]),
        ("feed.speed", [0.001, 1e9], [0, -1, 1.1e9]),
        ("feed.delimiter", [";"], ["", ";;"]),
        ("validity.generator_delay", ["1ns", "1h"], ["0s"]),
        ("validity.achieved_ratio", [0, 1], [-0.01, 1.01]),
        ("validity.send_cpu_ratio", [0.01, 2], [0, -1]),
        ("otel.interval", ["100ms"], ["99ms"]),
        ("bootstrap_servers", ["a"], [""]),
        ("message_rate", [0.001, 10_000_000], [0, -1, 10_000_001]),
        ("duration", ["1ns"], ["0s"]),
        ("pipeline_timeout", ["1ns"], ["0s"]),
        ("expected_messages", [0, LARGE], [-1]),
        ("producers", [1, 64], [0, 65]),
        ("faults.late", ["0%", "100%", 1], ["100.1%", 1.1, -0.1]),
        ("faults.late_by", ["1ns"], ["0s"]),
        ("faults.out_of_order_by", ["1ns"], ["0s"]),
        ("faults.oversized_size", [1, 16 * 2**20], [0, 16 * 2**20 + 1]),
    ],
)
def test_a_setting_takes_its_bounds_and_nothing_beyond(key: str, taken: list[object], refused: list[object]) -> None:
    for value in taken:
        settings(key, value)
    for value in refused:
        with pytest.raises(ValidationError):
            settings(key, value)


def test_what_is_left_out_is_as_the_manual_says() -> None:
    default = Settings()
    assert (default.message_rate, default.duration_ns, default.pipeline_timeout_ns) == (100.0, 30 * 10**9, 300 * 10**9)
    assert (default.producers, default.arrivals, default.sender, default.stack) == (1, "uniform", "auto", "auto")
    assert (default.catch_up, default.generate_report, default.cleanup) == (True, True, True)
    assert (default.strict, default.inspect_input, default.expected_messages) == (False, False, None)
    pipeline, dashboard, feed = default.pipeline, default.dashboard, default.feed
    assert (pipeline.partitions, pipeline.replication_factor, pipeline.seed) == (4, -1, 42)
    assert (pipeline.unique_names, pipeline.value_format) == (True, "avro")
    assert (dashboard.port, dashboard.host, dashboard.update_interval_ns) == (3000, "127.0.0.1", 10**9)
    assert (dashboard.minimal_mode, dashboard.theme) == (False, "auto")
    assert (feed.loop, feed.header, feed.mode, feed.speed) == (True, None, "kafka", None)
    assert (default.otel.interval_ns, default.otel.endpoint) == (5 * 10**9, None)
    faults = default.faults
    assert (faults.late_by_ns, faults.out_of_order_by_ns) == (60 * 10**9, 2 * 10**9)
    assert set(faults.shares().values()) <= {0}
    assert default.data_quality.rule_cpu == 0.05
    assert default.kafka.security.verify_hostname is True
    addresses = (default.bootstrap_servers, default.flink_url, default.sql_gateway_url, default.schema_registry_url)
    assert addresses == (
        "127.0.0.1:9092",
        "http://127.0.0.1:8081",
        "http://127.0.0.1:8083",
        "http://127.0.0.1:8082/apis/ccompat/v7",
    )
