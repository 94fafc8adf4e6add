"""The sample: every record where there is time, evenly fewer where there is not; readers never wait."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence

import pytest

from pipegen.errors import RegistryError
from pipegen.quality import Rule, RuleThread
from pipegen.quality.expression import compile_expression
from pipegen.quality.tally import RuleBook
from pipegen.run.read.checking import JsonChecker, ValueChecker
from tests.unit.test_value_checker import SCHEMA, framed


def book_of(expression: str = "n >= 0") -> RuleBook:
    return RuleBook([Rule("r", compile_expression(expression), "output", 0.0, "project")])


def values(*numbers: int) -> list[bytes]:
    return [json.dumps({"n": number}).encode() for number in numbers]


def thread_of(book: RuleBook, crashes: list[BaseException] | None = None) -> RuleThread:
    return RuleThread(book, cpu_ratio=1.0, on_crash=(crashes if crashes is not None else []).append)


def test_everything_that_was_offered_in_time_is_judged_before_the_end() -> None:
    book = book_of()
    thread = thread_of(book)
    thread.start()
    for start in range(0, 1_000, 50):
        thread.offer("output", json.loads, values(*range(start - 500, start - 450)))
    thread.finish(30)
    assert not thread.is_alive()
    assert book.sampled["output"] == 1_000
    assert book.views()[0].violations_total == 500


def test_too_many_at_once_are_thinned_evenly_and_the_reader_is_not_held() -> None:
    book = book_of("n % 2 == 0")
    thread = thread_of(book)
    thread.offer("output", json.loads, values(*range(9_000)))
    thread.start()
    thread.finish(30)
    assert 1_000 <= book.sampled["output"] <= 2_000
    (result,) = book.views()
    assert result.violations_total == result.evaluated_total / 2


def test_without_a_rule_for_a_side_nothing_is_kept() -> None:
    book = book_of()
    thread = thread_of(book)
    thread.offer("input", json.loads, values(1, 2))
    thread.start()
    thread.finish(30)
    assert book.sampled == {"input": 0, "output": 0}


def test_a_record_that_python_cannot_hold_is_an_answer_that_is_missing() -> None:
    def too_far(_value: bytes) -> object:
        raise OverflowError("date value out of range")

    book = book_of()
    thread = thread_of(book)
    thread.offer("output", too_far, values(1))
    thread.start()
    thread.finish(30)
    (result,) = book.views()
    assert (result.errors_total, result.evaluated_total) == (1, 0)
    assert "date value out of range" in str(result.last_error)


def test_the_end_does_not_wait_for_a_thread_that_never_began() -> None:
    thread_of(book_of()).finish(30)


def test_a_crash_is_told() -> None:
    def broken(_value: bytes) -> object:
        raise ZeroDivisionError

    crashes: list[BaseException] = []
    thread = thread_of(book_of(), crashes)
    thread.offer("output", broken, values(1))
    thread.start()
    thread.finish(30)
    assert [type(crash) for crash in crashes] == [ZeroDivisionError]


class Taken:
    """What a checker offers."""

    def __init__(self) -> None:
        self.records: list[object] = []
        self.lock = threading.Lock()

    def __call__(self, decode: object, given: Sequence[bytes]) -> None:
        assert callable(decode)
        self.records.extend(decode(value) for value in given)


def test_only_valid_records_are_offered_for_a_closer_look() -> None:
    taken = Taken()
    checker = ValueChecker({7: SCHEMA}.get, offer=taken)
    outcome = checker.check([framed(), framed()[:-1], None, framed(schema_id=8), framed(tail=b"x"), framed()])
    assert (outcome.valid, outcome.invalid, outcome.tombstones) == (2, 3, 1)
    assert taken.records == [{"id": "a", "n": 5}] * 2


def test_json_values_are_offered_too() -> None:
    taken = Taken()
    outcome = JsonChecker(taken).check([b'{"n": 1}', b"{", None])
    assert (outcome.valid, outcome.invalid, outcome.tombstones) == (1, 1, 1)
    assert taken.records == [{"n": 1}]


def test_what_cannot_be_asked_for_is_not_offered() -> None:
    def unreachable(_schema_id: int) -> str | None:
        raise RegistryError("no answer")

    taken = Taken()
    outcome = ValueChecker(unreachable, offer=taken).check([framed()])
    assert (outcome.valid, outcome.unchecked, taken.records) == (0, 1, [])


@pytest.mark.parametrize("ratio", [0.0, 0.01])
def test_a_small_share_of_the_cpu_still_comes_to_an_end(ratio: float) -> None:
    book = book_of()
    thread = RuleThread(book, cpu_ratio=ratio, on_crash=lambda _error: None)
    thread.offer("output", json.loads, values(*range(1_500)))
    thread.start()
    thread.finish(30)
    assert book.sampled["output"] == 1_500
