"""A task that is ended has ended."""

from __future__ import annotations

import asyncio

import pytest

from pipegen.tasks import end


def test_a_task_has_put_its_things_in_order_when_its_end_returns() -> None:
    async def scene() -> list[str]:
        told: list[str] = []

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                told.append("in order")

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        await end(task)
        await end(None)
        return told

    assert asyncio.run(scene()) == ["in order"]


def test_what_a_task_had_failed_with_is_raised() -> None:
    async def scene() -> None:
        async def work() -> None:
            raise ValueError("broken before")

        task = asyncio.create_task(work())
        await asyncio.wait({task})
        await end(task)

    with pytest.raises(ValueError, match="broken before"):
        asyncio.run(scene())
