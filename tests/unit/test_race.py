"""Waiting for one thing while another may go wrong."""

from __future__ import annotations

import asyncio
import threading

import pytest

from pipegen.run.race import guarded, to_its_end


async def never() -> None:
    """A guard that sees nothing."""
    await asyncio.Event().wait()


def test_the_result_comes_while_nothing_goes_wrong_and_the_guard_is_sent_home() -> None:
    async def body() -> None:
        async def answer() -> int:
            return 7

        before = asyncio.all_tasks()
        assert await guarded(answer(), never()) == 7
        assert asyncio.all_tasks() == before

    asyncio.run(body())


def test_what_the_guard_raises_ends_the_wait_and_cancels_what_was_waited_for() -> None:
    async def body() -> None:
        ended = []

        async def waiting() -> None:
            try:
                await never()
            finally:
                ended.append("cancelled")

        async def guard() -> None:
            raise ConnectionError("the job is gone")

        with pytest.raises(ConnectionError, match="the job is gone"):
            await guarded(waiting(), guard())
        assert ended in (["cancelled"], []), "it ends before it began, or in order"
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(body())


def test_a_guard_that_ends_in_peace_does_not_end_the_wait() -> None:
    async def body() -> None:
        go = asyncio.Event()

        async def waiting() -> str:
            await go.wait()
            return "done"

        async def guard() -> None:
            asyncio.get_running_loop().call_soon(go.set)

        assert await guarded(waiting(), guard()) == "done"

    asyncio.run(body())


def test_where_both_end_at_once_the_result_counts() -> None:
    async def body() -> None:
        async def answer() -> int:
            return 7

        async def guard() -> None:
            raise ConnectionError("too late")

        assert await guarded(answer(), guard()) == 7

    asyncio.run(body())


def test_what_was_waited_for_may_fail_on_its_own() -> None:
    async def body() -> None:
        async def waiting() -> None:
            raise ValueError("its own failure")

        with pytest.raises(ValueError, match="its own failure"):
            await guarded(waiting(), never())

    asyncio.run(body())


@pytest.mark.parametrize("fails", [False, True])
def test_a_waiter_that_is_cancelled_lets_the_thing_come_to_its_end_first(fails: bool) -> None:
    async def body() -> None:
        begun, go, ended = asyncio.Event(), asyncio.Event(), []

        async def putting_away() -> None:
            begun.set()
            await go.wait()
            ended.append("put away")
            if fails:
                raise ValueError("nobody is told of it any more")

        waiter = asyncio.create_task(to_its_end(putting_away()))
        await begun.wait()
        waiter.cancel()
        asyncio.get_running_loop().call_soon(go.set)
        with pytest.raises(asyncio.CancelledError):
            await waiter
        assert ended == ["put away"]

    asyncio.run(body())


def test_what_does_not_come_to_its_end_is_given_up_after_a_while() -> None:
    async def body() -> None:
        begun, ended, told = asyncio.Event(), [], threading.Event()

        async def hangs() -> None:
            begun.set()
            try:
                await never()
            finally:
                ended.append("given up")

        waiter = asyncio.create_task(to_its_end(hangs(), cancelled=told, grace_s=0.01))
        await begun.wait()
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        assert (ended, told.is_set()) == (["given up"], True)

    asyncio.run(body())


def test_to_its_end_gives_the_result() -> None:
    async def body() -> None:
        async def answer() -> int:
            return 7

        assert await to_its_end(answer()) == 7

    asyncio.run(body())
