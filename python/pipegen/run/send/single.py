"""The one sender of most runs: a thread of this process that sends to all inputs, each paced by a pacer of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipegen.hotpath import Meters, Pacer, Schedule
from pipegen.run.send.all_inputs import AllInputs
from pipegen.run.send.all_paces import AllPaces
from pipegen.run.send.interfaces import MeterView, Pace, SendInput, SendLoop
from pipegen.run.send.thread import Feed


class SingleSender:
    """Sends in a thread of this process.

    Args:
        schedules: When each record is due, for each input.
        run_mark: The run in every record's header.
        catch_up: Whether overdue records are sent late.
        on_crash: Called, from another thread, when the loop ends unexpectedly.
    """

    def __init__(
        self,
        schedules: Sequence[Schedule],
        *,
        run_mark: int,
        catch_up: bool,
        on_crash: Callable[[BaseException], None],
    ) -> None:
        self._pacers = [Pacer(schedule, catch_up=catch_up) for schedule in schedules]
        self._own = [Meters(run=run_mark, input_index=number) for number, _ in enumerate(schedules)]
        self._on_crash = on_crash
        if len(schedules) == 1:
            self.pace: Pace = self._pacers[0]
            self.own_meters = self._own[0]
            self.meters: MeterView = self.own_meters
            return
        self.pace = AllPaces(self._pacers)
        # No record has this worker: what comes back is not taken for something that these meters have sent.
        self.own_meters = Meters(run=run_mark, worker=1)
        self.meters = AllInputs(self.own_meters, self._own)

    @property
    def by_input(self) -> Sequence[MeterView]:
        """The meters of what is sent to each input."""
        return self._own

    def pids(self) -> Sequence[int]:
        """None."""
        return ()

    async def make_loop(self, send_input: SendInput, tell: Callable[[str], None]) -> SendLoop:
        """The send loop of the client that has sent the probes."""
        del tell
        feeds = map(Feed, send_input.records, self._pacers, self._own)
        return send_input.sending.loop(*feeds, on_crash=self._on_crash)

    def close(self) -> None:
        """Nothing: the thread ends with its loop."""
