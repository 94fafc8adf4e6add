"""What ends a run before its time: an interruption, a threshold that failed, a thread that crashed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final, Protocol

from pipegen.run.judging import abort_sentence
from pipegen.run.progress import RunTracker
from pipegen.snapshot import ThresholdResult

_IN_FLIGHT_S: Final = 10.0


class Stoppable(Protocol):
    """A load that can be told to send nothing more."""

    def stop(self) -> None:
        """Sends nothing more."""


class Stop:
    """Hears of it and ends what is being done at that moment. Made on the loop of the run, which it belongs to.

    Args:
        tracker: Says in which phase the run is; told why a threshold ended it.
    """

    def __init__(self, tracker: RunTracker) -> None:
        self._tracker = tracker
        self._loop = asyncio.get_running_loop()
        self._end: Callable[[], object] = _nothing
        self._loading = False
        self._interrupted_with: int | None = None
        self._aborted = False
        self.crash: asyncio.Future[None] = self._loop.create_future()
        """Fails with the exception of a thread that ended unexpectedly."""
        self.hurry = asyncio.Event()
        """Set once even the drain is not to be waited for."""

    @property
    def exit_code(self) -> int | None:
        """The exit code that an interruption asked for; None without one."""
        return self._interrupted_with

    @property
    def asked(self) -> bool:
        """Whether the load was ended early, so that there is no telling how many records come out."""
        return self._aborted or self._interrupted_with is not None

    def ends_steps(self, steps: asyncio.Task[Any]) -> None:
        """From now on an interruption cancels the steps of the run; one that came before does it at once."""
        self._end = steps.cancel
        if self._interrupted_with is not None:
            steps.cancel()

    def ends_load(self, load: Stoppable) -> None:
        """From now on an interruption, or a threshold, ends the load instead, and what is in flight is waited for."""
        self._end = load.stop
        self._loading = True

    def interrupt(self, exit_code: int) -> None:
        """Ends the run in order: what is in flight has 10 s, and during the drain no time, to come out. Idempotent."""
        if self._interrupted_with is not None:
            return
        self._interrupted_with = exit_code
        if self._tracker.status.phase == "draining":
            self.hurry.set()
        else:
            self._loop.call_later(_IN_FLIGHT_S, self.hurry.set)
        self._end()

    def threshold_failed(self, result: ThresholdResult) -> None:
        """Hears, from any thread, that a threshold asks for the end of the run; once is enough."""

        def end() -> None:
            if self.asked or not self._loading:
                return
            self._aborted = True
            self._tracker.update(failure=abort_sentence(result))
            self._end()

        self._on_loop(end)

    def crashed(self, error: BaseException) -> None:
        """Hears, from that thread, of a thread that ended unexpectedly."""

        def end() -> None:
            if not self.crash.done():
                self.crash.set_exception(error)

        self._on_loop(end)

    def _on_loop(self, end: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the run is over
            self._loop.call_soon_threadsafe(end)


def _nothing() -> None:
    """Before the first step there is nothing to end."""
