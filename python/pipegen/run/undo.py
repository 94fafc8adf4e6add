"""What has to be put away when a run ends, whatever ended it: each step adds its own as soon as there is any."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from pipegen.errors import PipeGenError

_ACTIVITY_S: Final = 8.0
_SERVICES_S: Final = 18.0
_LEAST_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Step:
    what: str
    take_away: Callable[[], object]


class Steps:
    """Steps of an end, taken from the newest to the oldest: each is tried, whatever the one before it did.

    Leaving an ``async with`` block takes them all. None of them can end the run in another way than it has ended.

    Args:
        within_s: How long all of them may take; one that has no time left is begun all the same.
        left: Takes a sentence for each that did not come to its end.
    """

    def __init__(self, within_s: float, left: list[str]) -> None:
        self._within_s = within_s
        self._left = left
        self._steps: list[_Step] = []

    def push(self, what: str, take_away: Callable[..., object], *arguments: object) -> None:
        """Adds a step.

        Args:
            what: What it puts away, for the sentence that says that it could not.
            take_away: Puts it away; what it returns is waited for, where that can be.
            arguments: Its arguments.
        """
        self._steps.append(_Step(what, lambda: take_away(*arguments)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        now_s = asyncio.get_running_loop().time
        deadline_s = now_s() + self._within_s
        while self._steps:
            await self._take(self._steps.pop(), max(_LEAST_S, deadline_s - now_s()))

    async def _take(self, step: _Step, within_s: float) -> None:
        try:
            ending = step.take_away()
            if inspect.isawaitable(ending):
                await asyncio.wait_for(ending, within_s)
        except asyncio.CancelledError:
            if _is_cancelled():
                raise
            self._left.append(f"{step.what}: its end was cut off")
        except TimeoutError:
            self._left.append(f"{step.what}: it did not end within {within_s:.0f} s")
        except Exception as error:  # noqa: BLE001 -- whatever it is, the steps after it are taken
            told = error.message if isinstance(error, PipeGenError) else f"{type(error).__name__}: {error}"
            self._left.append(f"{step.what}: {told}")


def _is_cancelled() -> bool:
    """Whether it is the run itself that somebody cancels, and not a task that a step has waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Undo:
    """The steps of a run's end: its own activity first, then what it made elsewhere."""

    def __init__(self) -> None:
        self.left: list[str] = []
        """A sentence for each thing that could not be taken away."""
        self.expiring: list[str] = []
        """A sentence for each thing that nobody can take away, and that ends by itself."""
        self.cut_off: list[str] = []
        """A sentence for each part of the run that did not end in order; the end of the process ends it."""
        self.activity = Steps(_ACTIVITY_S, self.cut_off)
        """Threads, tasks, processes and temporary files; stopped before the verdict, which needs final figures."""
        self.services = Steps(_SERVICES_S, self.left)
        """What the run made on the services, and its connections to them; after the last snapshot."""
