"""Ctrl-C, SIGTERM and SIGHUP, and one rule for them: the only module that handles signals.

The first one ends the program in order, with 128 and the signal's number as its exit code, as a shell counts. A second
one ends it at once and says what is left. Under ``nohup``, where SIGHUP is ignored, the program goes on.

Loaded before everything else, so that the second that imports take is heard too: it imports only what is quick.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

_NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAME_S = 0.3
"""What comes this soon after the first is the same wish: ``timeout`` signals a process and then its group, and the end
of a terminal reaches a process from the shell and from the kernel."""

Hear = Callable[[int], None]
Left = Callable[[], Iterable[str]]


class Interrupted(SystemExit):
    """Unwinds the program, whose code nobody catches by accident; ``code`` is its exit code.

    Args:
        code: The exit code.
        note: What the end of the program did or left, for the user.
    """

    code: int

    def __init__(self, code: int, note: str | None = None) -> None:
        super().__init__(code)
        self.note = note


def _nothing_left() -> Iterable[str]:
    return ()


class _Signals:
    """What has arrived in this process, and who hears of it."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.at_s = 0.0
        self.hear: Hear | None = None
        self.left: Left = _nothing_left
        self.unwinds = False
        self.over = False
        self.ends_deaf = False

    def take(self, number: int, _frame: object) -> None:
        """The handler; Python calls it in the main thread."""
        if self.over:
            os._exit(128 + number)
        if self.code is not None:
            if time.monotonic() - self.at_s >= _SAME_S:
                self.end_at_once(self.code)
            return
        self.code, self.at_s = 128 + number, time.monotonic()
        if self.hear is None:
            self.unwinds = True
            raise Interrupted(self.code)
        self.hear(self.code)

    def tell_again(self) -> None:
        """Tells of a signal whose exception was lost: Python only prints those that a destructor or a callback raises.

        Raises:
            Interrupted: nobody listens.
        """
        if self.code is None or not self.unwinds or isinstance(sys.exc_info()[1], Interrupted):
            return
        if self.hear is None:
            raise Interrupted(self.code)
        self.unwinds = False
        self.hear(self.code)

    def end_at_once(self, code: int) -> None:
        """Ends the process whatever it does, and says what it leaves."""
        lines = ["interrupted again: ended at once"]
        with suppress(Exception):  # nothing may keep the process from ending
            lines += [f"left: {each}" for each in self.left()]
        with suppress(OSError):
            os.write(2, ("\n" + "\n".join(lines) + "\n").encode())
        os._exit(code)


_signals = _Signals()


def take_signals() -> None:
    """From now on the signals end this process in order. Idempotent."""
    if not _signals.ends_deaf:
        # Registered first, so called last: Python then drops its handlers, and a signal would replace the exit code.
        atexit.register(signal.pthread_sigmask, signal.SIG_BLOCK, _NUMBERS)
        _signals.ends_deaf = True
    for number in _NUMBERS:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _signals.take)


def arrived() -> int | None:
    """The exit code that the first signal asks for; None before there was one."""
    return _signals.code


def unwinding() -> int | None:
    """The exit code of a signal that unwinds the program, whatever exception is left of it; None without one.

    The handler may run within compiled code, for example while a module is imported, which takes its exception for an
    error of its own.
    """
    return _signals.code if _signals.unwinds else None


@contextmanager
def heard(hear: Hear | None = None, *, left: Left = _nothing_left) -> Iterator[None]:
    """Within the block a first signal is told instead of unwinding the program.

    Args:
        hear: Called in the main thread with the exit code; None has it unwind the program all the same.
        left: Says what a second signal leaves behind; called in the main thread, at any moment.
    """
    before = {number: signal.getsignal(number) for number in _NUMBERS}
    taken = before[signal.SIGINT] == _signals.take
    hear_before, left_before = _signals.hear, _signals.left
    _signals.hear, _signals.left = hear, left
    take_signals()
    try:
        _signals.tell_again()
        yield
    finally:
        _signals.hear, _signals.left = hear_before, left_before
        if not taken:  # a caller that is not the command line, such as a test
            for number, handler in before.items():
                signal.signal(number, handler)
            _signals.code, _signals.unwinds = None, False


@contextmanager
def unheard_by_children() -> Iterator[None]:
    """Processes that this thread starts within the block hear no signal but SIGKILL: they are told by other ways.

    Ctrl-C and the end of a terminal reach every process of it; only the one that was started by the user acts on them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave(code: int) -> None:
    """The end of the program, whose exit code is known; after a signal without waiting for threads that still wait."""
    _signals.over = True
    if _signals.code is not None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # the terminal, or whoever reads, is gone
                stream.flush()
        os._exit(code)
    sys.exit(code)
