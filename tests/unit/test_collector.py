"""The life of a collector: it keeps its last answer while the service is gone, and says how long a call took."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from pipegen.errors import ServiceError
from pipegen.observe import Collector
from pipegen.observe.collector import next_interval_s, rate_per_s


class Counting(Collector[int]):
    """Answers 1, 2, 3…; raises what it is told to."""

    name = "counting"

    def __init__(self, *failures: Exception | None, timeout_s: float = 5.0, slow_s: float = 0.0) -> None:
        self.told: list[str] = []
        super().__init__(interval_s=1.0, timeout_s=timeout_s, on_failure=lambda error: self.told.append(error.message))
        self._failures = iter([*failures, *itertools.repeat(None, 9)])
        self._numbers = itertools.count(1)
        self._slow_s = slow_s

    async def measure(self) -> int:
        await asyncio.sleep(self._slow_s)
        failure = next(self._failures)
        if failure is not None:
            raise failure
        return next(self._numbers)


def collected(collector: Counting, times: int = 1) -> None:
    async def body() -> None:
        for _ in range(times):
            await collector.collect()

    asyncio.run(body())


def test_before_the_first_answer_nothing_is_known() -> None:
    reading = Counting().reading
    assert (reading.value, reading.failure, reading.attempts, reading.age_ms()) == (None, None, 0, None)


def test_an_answer_is_kept_with_its_time() -> None:
    collector = Counting()
    collected(collector, 2)
    reading = collector.reading
    assert (reading.value, reading.failure, reading.attempts) == (2, None, 2)
    assert reading.call_ms is not None
    assert 0 <= reading.call_ms < 20_000
    assert 0 <= (reading.age_ms() or 0) < 20_000
    assert reading.interval_ms == 1000.0


def test_while_a_service_is_gone_its_last_answer_stays_and_it_is_asked_less_often() -> None:
    collector = Counting(None, ServiceError("it is gone"), ServiceError("it is gone"))
    collected(collector)
    measured_ns = collector.reading.measured_ns
    collected(collector, 2)
    reading = collector.reading
    assert (reading.value, reading.failure, reading.measured_ns) == (1, "it is gone", measured_ns)
    assert (reading.interval_ms, reading.attempts) == (4000.0, 3)
    assert collector.told == ["it is gone"] * 2
    collected(collector)
    assert (collector.reading.value, collector.reading.failure, collector.reading.interval_ms) == (2, None, 1000.0)


def test_an_answer_that_is_not_understood_is_a_failure_and_no_crash() -> None:
    collector = Counting(KeyError("jobs"))
    collected(collector)
    assert collector.reading.failure == ("counting gave an answer that PipeGen does not understand: KeyError: 'jobs'")
    assert collector.told == [collector.reading.failure]


def test_an_answer_that_does_not_come_is_a_failure() -> None:
    collector = Counting(timeout_s=0.05, slow_s=60)
    collected(collector)
    assert collector.reading.failure == "counting did not answer within 0.05 s"


@pytest.mark.parametrize(
    ("planned_s", "call_s", "failed", "before_s", "next_s"),
    [
        (1.0, 0.25, False, 1.0, 1.0),
        (1.0, 0.5, False, 1.0, 2.0),
        (1.0, 9.0, False, 1.0, 10.0),
        (1.0, 0.0, True, 1.0, 2.0),
        (1.0, 0.0, True, 4.0, 5.0),
        (8.0, 0.0, True, 1.0, 8.0),
    ],
)
def test_asking_takes_a_quarter_of_the_time_at_most_and_failures_double_the_interval(
    planned_s: float, call_s: float, failed: bool, before_s: float, next_s: float
) -> None:
    assert next_interval_s(planned_s=planned_s, call_s=call_s, failed=failed, before_s=before_s) == next_s


def test_a_rate_is_the_growth_by_time() -> None:
    second_ns = 10**9
    assert rate_per_s(30, 2 * second_ns, 10, second_ns) == 20.0
    assert rate_per_s(10, 4 * second_ns, 9, second_ns) == 0.333
    assert rate_per_s(10, 2 * second_ns, 10, second_ns) == 0.0
    assert rate_per_s(9, 2 * second_ns, 10, second_ns) is None
    assert rate_per_s(30, second_ns, 10, second_ns) is None


def test_the_age_of_an_answer_is_told_in_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    collector = Counting()
    collected(collector)
    measured_ns = collector.reading.measured_ns
    assert measured_ns is not None
    monkeypatch.setattr("pipegen.observe.collector.time.monotonic_ns", lambda: measured_ns + 2_500_000)
    assert collector.reading.age_ms() == 2.5


def test_a_call_that_takes_long_is_told_in_milliseconds() -> None:
    collector = Counting(slow_s=0.05)
    collected(collector)
    assert (collector.reading.call_ms or 0) >= 50
