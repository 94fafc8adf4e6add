"""The one sender of most runs: a thread of this process, paced by a pacer of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipegen.hotpath import Meters, Pacer, Schedule
from pipegen.run.send.interfaces import SendInput, SendLoop


class SingleSender:
    """Sends in a thread of this process.

    Args:
        schedule: When each record is due.
        run_mark: The run in every record's header.
        catch_up: Whether overdue records are sent late.
        on_crash: Called, from another thread, when the loop ends unexpectedly.
    """

    def __init__(
        self, schedule: Schedule, *, run_mark: int, catch_up: bool, on_crash: Callable[[BaseException], None]
    ) -> None:
        self.pace = Pacer(schedule, catch_up=catch_up)
        self.own_meters = self.meters = Meters(run=run_mark)
        self._on_crash = on_crash

    def pids(self) -> Sequence[int]:
        """None."""
        return ()

    async def make_loop(self, send_input: SendInput, tell: Callable[[str], None]) -> SendLoop:
        """The send loop of the client that has sent the probes."""
        del tell
        return send_input.sending.loop(
            records=send_input.records, pacer=self.pace, meters=self.own_meters, on_crash=self._on_crash
        )

    def close(self) -> None:
        """Nothing: the thread ends with its loop."""
