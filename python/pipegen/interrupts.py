"""Signals on an asyncio loop: told to whoever listens, else the command is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from pipegen import signals
from pipegen.signals import Interrupted, Left

T = TypeVar("T")
_MOST_THREADS: Final = 32


def run_interruptible(main: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run`` for a command: a signal that nobody listens to cancels it.

    Raises:
        Interrupted: once the command has put away what it had to.
    """
    with asyncio.Runner() as runner:
        outcome = runner.run(_cancellable(main))
    if isinstance(outcome, Interrupted):
        raise outcome
    return outcome


@contextmanager
def on_interrupt(take: Callable[[int], object], *, left: Left = tuple) -> Iterator[None]:
    """Within the block a signal is a request to end in order.

    Args:
        take: Called on the running loop with the exit code that the signal asks for, once.
        left: Says what is left behind by a second signal, which ends the process at once.
    """
    loop = asyncio.get_running_loop()

    def hear(code: int) -> None:
        loop.call_soon_threadsafe(take, code)

    with signals.heard(hear, left=left):
        yield


async def _cancellable(main: Coroutine[Any, Any, T]) -> T | Interrupted:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 -- this is a coroutine of a task
    threads = _Threads(_MOST_THREADS, "pipegen-wait")
    asyncio.get_running_loop().set_default_executor(threads)
    with on_interrupt(lambda _code: task.cancel()):
        try:
            return await main
        except asyncio.CancelledError:
            code = signals.arrived()
            if code is None:
                raise
            return Interrupted(code)
        finally:
            threads.interrupted = signals.arrived() is not None


class _Threads(ThreadPoolExecutor):
    """Threads for calls that block. One that waits for a service that is gone holds up neither others nor the end."""

    interrupted = False

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Waits for what goes on, except after a signal."""
        super().shutdown(wait and not self.interrupted, cancel_futures=cancel_futures or self.interrupted)
