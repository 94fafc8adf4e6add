"""The end of an asyncio task that somebody else started."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any


async def end(task: asyncio.Task[Any] | None) -> None:
    """Cancels a task and returns when it has ended; no task is none to wait for.

    Raises:
        Exception: what the task itself had failed with.
    """
    if task is None:
        return
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
