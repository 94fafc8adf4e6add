"""Ctrl-C and SIGTERM: the only module that knows signals.

For POSIX: on Windows asyncio takes no signal handlers, and a process gets no SIGTERM.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

from pipegen.errors import EXIT_INTERRUPTED, EXIT_TERMINATED

_EXIT_CODES: Final = {signal.SIGINT: EXIT_INTERRUPTED, signal.SIGTERM: EXIT_TERMINATED}


@contextmanager
def on_interrupt(take: Callable[[int], None]) -> Iterator[None]:
    """Within the block both signals are requests to end in order.

    Args:
        take: Called on the running loop, at each signal, with the exit code it asks for.
    """
    loop = asyncio.get_running_loop()
    for number, exit_code in _EXIT_CODES.items():
        loop.add_signal_handler(number, take, exit_code)
    try:
        yield
    finally:
        for number in _EXIT_CODES:
            loop.remove_signal_handler(number)


@contextmanager
def interruption() -> Iterator[asyncio.Event]:
    """An event that either signal sets, within the block."""
    arrived = asyncio.Event()
    with on_interrupt(lambda _exit_code: arrived.set()):
        yield arrived


def leave_ctrl_c_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; from now on this one leaves it to the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def exit_when_terminated() -> None:
    """From now on SIGTERM unwinds the program as Ctrl-C does, so that what has been started is stopped again."""
    signal.signal(signal.SIGTERM, _exit)


def _exit(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(EXIT_TERMINATED)
