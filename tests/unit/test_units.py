"""Durations, rates, sizes and shares are read and shown as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.units import (
    format_bytes,
    format_clock,
    format_count,
    format_duration,
    format_latency_ms,
    format_number,
    format_percent,
    format_rate,
    format_seconds,
    parse_duration_ns,
    parse_percent_ratio,
    parse_rate_per_s,
    parse_size_bytes,
)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        (" 7ns ", 7),
        ("5us", 5_000),
        ("5µs", 5_000),
        ("500ms", 500_000_000),
        ("1.5s", 1_500_000_000),
        ("1m30s", 90_000_000_000),
        ("2h", 7_200_000_000_000),
        ("1d", 86_400_000_000_000),
    ],
)
def test_a_duration_is_the_sum_of_its_parts(text: str, nanoseconds: int) -> None:
    assert parse_duration_ns(text) == nanoseconds


@pytest.mark.parametrize("text", ["", "5", "s", "1m30", "1m 30s", "-1s", "1 week"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration: write a number and a unit"):
        parse_duration_ns(text)


@given(st.integers(min_value=0, max_value=2**53))
def test_a_duration_that_is_shown_is_read_back_as_it_was(nanoseconds: int) -> None:
    assert parse_duration_ns(format_duration(nanoseconds)) == nanoseconds


@pytest.mark.parametrize(
    ("nanoseconds", "text"), [(0, "0s"), (90_000_000_000, "1m30s"), (500_000_000, "500ms"), (1_001, "1us1ns")]
)
def test_a_duration_is_shown_in_its_shortest_exact_form(nanoseconds: int, text: str) -> None:
    assert format_duration(nanoseconds) == text


@pytest.mark.parametrize(("text", "rate"), [("1500/s", 1500), ("1500 msg/s", 1500), (" 0.5 ", 0.5)])
def test_a_rate_is_read_with_its_unit_or_without(text: str, rate: float) -> None:
    assert parse_rate_per_s(text) == rate
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate_per_s(text + " a minute")


def test_a_percentage_is_read_as_a_ratio() -> None:
    assert (parse_percent_ratio("400%"), parse_percent_ratio(" 2.5 % ")) == (4.0, 0.025)
    with pytest.raises(ValueError, match="is not a percentage"):
        parse_percent_ratio("4")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512", 512),
        ("512B", 512),
        ("16kB", 16_000),
        ("16 KiB", 16_384),
        ("2mb", 2_000_000),
        ("2MiB", 2_097_152),
        ("1.5GB", 1_500_000_000),
        ("1GiB", 1_073_741_824),
    ],
)
def test_a_size_is_read_in_decimal_and_in_binary_units(text: str, size: int) -> None:
    assert parse_size_bytes(text) == size


@pytest.mark.parametrize("text", ["", "kB", "1 XB", "-1B"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size: write a number and a unit"):
        parse_size_bytes(text)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (format_count(9_841_204), "9\u2009841\u2009204"),
        (format_count(999), "999"),
        (format_rate(None), "–"),
        (format_rate(29_982.4), "29\u2009982 msg/s"),
        (format_rate(100), "100 msg/s"),
        (format_rate(100.6), "101 msg/s"),
        (format_rate(99.96), "100 msg/s"),
        (format_rate(0.5), "0.5 msg/s"),
        (format_latency_ms(None), "–"),
        (format_latency_ms(0.4211), "0.421 ms"),
        (format_latency_ms(148.2), "148 ms"),
        (format_latency_ms(999), "999 ms"),
        (format_latency_ms(1000), "1 s"),
        (format_latency_ms(4400), "4.4 s"),
        (format_latency_ms(-1500), "-1.5 s"),
        (format_bytes(512), "512 B"),
        (format_bytes(999), "999 B"),
        (format_bytes(1000), "1 kB"),
        (format_bytes(16_400), "16.4 kB"),
        (format_bytes(329_000_000), "329 MB"),
        (format_bytes(5e9), "5 GB"),
        (format_bytes(5e12), "5 TB"),
        (format_percent(0), "0 %"),
        (format_percent(0.9998), "99.98 %"),
        (format_percent(1), "100 %"),
        (format_percent(0.99999999), "99.999999 %"),
        (format_percent(0.99999), "99.999 %"),
        (format_number(12_000), "12\u2009000"),
        (format_number(0.0125), "0.0125"),
        (format_number(1.00004), "1"),
        (format_number(-20_000.4), "-20\u2009000"),
        (format_number(10_000.4), "10\u2009000"),
        (format_number(9_999.46), "9999"),
        (format_clock(7), "0:07"),
        (format_clock(750), "12:30"),
        (format_clock(3599), "59:59"),
        (format_clock(3600), "1:00:00"),
        (format_clock(3723), "1:02:03"),
        (format_seconds(0.4211), "0.421 s"),
        (format_seconds(59), "59 s"),
        (format_seconds(60), "1 min"),
        (format_seconds(61), "1 min 1 s"),
        (format_seconds(600), "10 min"),
        (format_seconds(3720), "1 h 2 min"),
    ],
)
def test_figures_are_shown_as_people_write_them(shown: str, text: str) -> None:
    assert shown == text
