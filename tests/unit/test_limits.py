"""Amber and red: at the limit not yet, above it at once, and no colour for what is not known."""

from __future__ import annotations

import pytest

from pipegen.snapshot.flink import backpressure_level
from pipegen.snapshot.health import Health
from pipegen.snapshot.limits import ERROR_RATE, GENERATOR_DELAY_MS, MACHINE_BUSY, loss_health


@pytest.mark.parametrize(
    ("rate", "state"), [(None, "unknown"), (0.0, "ok"), (0.0001, "warning"), (0.01, "warning"), (0.0101, "error")]
)
def test_one_refused_record_is_amber_and_more_than_one_percent_is_red(rate: float | None, state: Health) -> None:
    assert ERROR_RATE.judge(rate) == state


@pytest.mark.parametrize(("delay_ms", "state"), [(10.0, "ok"), (10.1, "warning"), (100.0, "warning"), (100.1, "error")])
def test_a_late_generator_is_amber_above_10_ms_and_red_above_100_ms(delay_ms: float, state: Health) -> None:
    assert GENERATOR_DELAY_MS.judge(delay_ms) == state


def test_a_busy_machine_is_never_red() -> None:
    assert (MACHINE_BUSY.judge(0.9), MACHINE_BUSY.judge(1.0)) == ("ok", "warning")


@pytest.mark.parametrize(("ratio", "level"), [(0.1, "ok"), (0.11, "low"), (0.5, "low"), (0.51, "high")])
def test_backpressure_has_the_levels_of_flink(ratio: float, level: str) -> None:
    assert backpressure_level(ratio) == level


@pytest.mark.parametrize(
    ("lost", "duplicated", "over", "state"),
    [
        (1, 0, True, "error"),
        (None, 2, False, "warning"),
        (0, 0, True, "ok"),
        (0, None, True, "ok"),
        (None, None, False, "unknown"),
    ],
)
def test_a_lost_record_is_red_and_a_duplicate_amber(
    lost: int | None, duplicated: int | None, over: bool, state: Health
) -> None:
    assert loss_health(lost, duplicated, over=over) == state


def test_a_loss_not_known_yet_is_no_fault_but_one_not_known_at_the_end_is_unknown() -> None:
    assert loss_health(None, 0, over=False) == "ok"
    assert loss_health(None, 0, over=True) == "unknown"
