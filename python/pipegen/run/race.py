"""Waiting for one thing while another may go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from pipegen.tasks import end

T = TypeVar("T")


_GRACE_S: Final = 10.0


async def to_its_end(
    main: Coroutine[Any, Any, T], *, cancelled: threading.Event | None = None, grace_s: float | None = _GRACE_S
) -> T:
    """The result of ``main``; when the waiter is cancelled, ``main`` still comes to its end first.

    For what must not be left half done, because what it made has to be put away again.

    Args:
        main: What to wait for.
        cancelled: Set when the waiter is cancelled, for what goes on in a thread.
        grace_s: How long ``main`` has from then on before it is cancelled too; None for work that heeds ``cancelled``.
    """
    task = asyncio.create_task(main)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if cancelled is not None:
            cancelled.set()
        await asyncio.wait({task}, timeout=grace_s)
        with contextlib.suppress(Exception):
            await end(task)
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
