"""Waiting for one thing while another may go wrong."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def to_its_end(main: Coroutine[Any, Any, T]) -> T:
    """The result of ``main``; when the waiter is cancelled, ``main`` still comes to its end first.

    For what must not be left half done, because what it made has to be put away again.
    """
    task = asyncio.create_task(main)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await task
        raise


async def guarded(main: Coroutine[Any, Any, T], guard: Coroutine[Any, Any, None]) -> T:
    """The result of ``main``; when ``guard`` raises first, ``main`` is cancelled and the guard's exception raised."""
    main_task = asyncio.create_task(main)
    guard_task = asyncio.create_task(guard)
    try:
        await asyncio.wait({main_task, guard_task}, return_when=asyncio.FIRST_COMPLETED)
        if guard_task.done() and not main_task.done():
            guard_task.result()
        return await main_task
    finally:
        for task in (main_task, guard_task):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
