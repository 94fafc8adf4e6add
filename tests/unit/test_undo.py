"""The steps of an end: each is tried whatever the ones before it did, and none of them changes how the run ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import product
from typing import Any

import pytest

from pipegen.errors import KafkaError
from pipegen.run.undo import Steps
from tests.unit.instant_loop import run_at_once

Step = Callable[[], object]


def ended(*steps: tuple[str, Step], within_s: float = 5.0) -> list[str]:
    """What is told of steps that were added in this order."""
    left: list[str] = []

    async def body() -> None:
        async with Steps(within_s, left) as end:
            for what, step in steps:
                end.push(what, step)

    asyncio.run(body())
    return left


async def _cancelled_from_within() -> None:
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()
    await task


async def _hangs() -> None:
    await asyncio.Event().wait()


def raising(error: Exception) -> Callable[[], Coroutine[Any, Any, None]]:
    async def step() -> None:
        raise error

    return step


def raises_at_once() -> None:
    raise TypeError("string indices must be integers")


FAILURES: dict[str, tuple[Step, str]] = {
    "a service that refuses": (raising(KafkaError("Kafka says no")), "Kafka says no"),
    "a timeout": (raising(TimeoutError()), "did not end within"),
    "a fault of ours": (raising(KeyError("jobs")), "KeyError: 'jobs'"),
    "a fault of ours, at once": (raises_at_once, "TypeError: string indices must be integers"),
    "a task that was cancelled": (_cancelled_from_within, "was cut off"),
    "a step that hangs": (_hangs, "did not end within"),
}


@pytest.mark.parametrize(("first", "second"), list(product(FAILURES, FAILURES)))
def test_each_step_is_tried_whatever_the_one_before_did(first: str, second: str) -> None:
    tried: list[str] = []
    left = ended(
        ("last", lambda: tried.append("last")),
        ("second", FAILURES[second][0]),
        ("between", lambda: tried.append("between")),
        ("first", FAILURES[first][0]),
        within_s=0.2,
    )
    assert tried == ["between", "last"]
    assert [sentence.partition(":")[0] for sentence in left] == ["first", "second"]
    assert FAILURES[first][1] in left[0]
    assert FAILURES[second][1] in left[1]


def test_steps_are_taken_from_the_newest_to_the_oldest() -> None:
    taken: list[int] = []
    assert ended(*((str(number), lambda number=number: taken.append(number)) for number in range(3))) == []
    assert taken == [2, 1, 0]


def test_what_ended_the_block_is_still_raised_after_its_steps_have_failed() -> None:
    async def body() -> None:
        async with Steps(1.0, []) as end:
            end.push("a step", raises_at_once)
            raise KafkaError("why the run ended")

    with pytest.raises(KafkaError, match="why the run ended"):
        asyncio.run(body())


def test_steps_that_hang_share_their_time() -> None:
    async def body() -> float:
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        async with Steps(1.0, []) as end:
            for number in range(3):
                end.push(str(number), _hangs)
        return loop.time() - begin_s

    # 1 s for the first and half a second for each of the others, not 3 s.
    assert run_at_once(body()) == pytest.approx(2.0)


def test_somebody_who_cancels_the_end_itself_is_obeyed() -> None:
    tried: list[str] = []

    async def body() -> None:
        async with Steps(60.0, []) as end:
            end.push("never reached", lambda: tried.append("never reached"))
            end.push("a step that hangs", _hangs)

    async def main() -> None:
        task = asyncio.create_task(body())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert tried == []
