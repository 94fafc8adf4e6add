"""The load itself: send the plan, then wait until the pipeline has brought out what can be expected."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from pipegen.hotpath import Totals, now_ns
from pipegen.moment import iso_now
from pipegen.run.drain import Drain, DrainEnd, DrainSight
from pipegen.run.progress import RunTracker
from pipegen.run.race import guarded
from pipegen.run.send.interfaces import MeterView, Pace, SendLoop
from pipegen.units import format_count, format_duration

_LOOK_S = 0.05
_START_DELAY_NS = 50_000_000


def expected_to_come_out(totals: Totals) -> int:
    """Records that a one-to-one pipeline brings out: the acknowledged ones less those nobody can read."""
    return totals.delivered - totals.excluded_delivered


Watch = Callable[[], Coroutine[Any, Any, None]]


class Load:
    """Sends and drains, once.

    Args:
        thread: The send loop, not started.
        pacer: Its pacer.
        meters: Counters.
        tracker: Told when the load starts and ends.
        sight: Looks at the pipeline during the drain.
    """

    def __init__(
        self,
        *,
        thread: SendLoop,
        pacer: Pace,
        meters: MeterView,
        tracker: RunTracker,
        sight: Callable[[int], DrainSight],
    ) -> None:
        self._thread = thread
        self._pacer = pacer
        self._meters = meters
        self._tracker = tracker
        self._sight = sight

    @property
    def send_cpu_s(self) -> float | None:
        """CPU seconds of the send loop; None until it has ended."""
        return self._thread.cpu_s

    def stop(self) -> None:
        """Sends nothing more."""
        self._thread.stop()

    async def send(self, *, watch: Watch, hurry: asyncio.Event) -> None:
        """Sends the plan and waits for every delivery report.

        Raises:
            PipelineError: when the pipeline fails meanwhile.
        """
        start_ns = now_ns() + _START_DELAY_NS
        self._meters.start(start_ns)
        self._pacer.start(start_ns)
        self._tracker.update(load_start_ns=start_ns, started_at=iso_now())
        self._thread.start()
        await guarded(self._until_sent(hurry), watch())

    async def _until_sent(self, hurry: asyncio.Event) -> None:
        while self._thread.is_alive():
            if self._tracker.standing.load_end_ns is None and (self._pacer.exhausted or self._pacer.stopped):
                self._tracker.update(load_end_ns=now_ns(), step="waiting for Kafka's last acknowledgements")
            if hurry.is_set():
                self._thread.abandon()
            await asyncio.sleep(_LOOK_S)
        if self._tracker.standing.load_end_ns is None:
            self._tracker.update(load_end_ns=now_ns())
        self._tracker.update(producer_done=True)

    async def drain(
        self,
        *,
        watch: Watch,
        recognised: bool,
        one_to_one: bool,
        expected: int | None,
        exactly_once: bool,
        timeout_ns: int,
        hurry: asyncio.Event,
    ) -> tuple[bool, str | None]:
        """Waits for what is still under way.

        Args:
            watch: Raises when the pipeline fails meanwhile.
            recognised: Whether output records are recognised, so that one that came twice counts once.
            one_to_one: Whether each delivered record comes out as one.
            expected: Records to wait for; by itself the delivered ones of a one-to-one pipeline.
            exactly_once: Whether output appears only at checkpoints.
            timeout_ns: Longest wait.
            hurry: Ends the wait at once.

        Returns:
            Whether the pipeline is drained as far as can be known, and what is missing, as a sentence.

        Raises:
            PipelineError: when the pipeline fails meanwhile.
        """
        if expected is None and one_to_one:
            # What nobody can read is not expected: see `expected_to_come_out`.
            expected = expected_to_come_out(self._meters.totals())
        self._tracker.update(expected_total=expected)
        drain = Drain(expected=expected, exactly_once=exactly_once)
        deadline_s = time.monotonic() + timeout_ns / 1e9

        async def until_drained() -> DrainEnd | None:
            while not hurry.is_set() and time.monotonic() < deadline_s:
                end = drain.see(self._sight(self._arrived(recognised)), now_s=time.monotonic())
                if end is not None:
                    return end
                await asyncio.sleep(_LOOK_S)
            return None

        end = await guarded(until_drained(), watch())
        if end is not None:
            return True, None
        if hurry.is_set():
            return False, "the drain was cut short"
        waited = format_duration(timeout_ns)
        if expected is None:
            return True, f"the pipeline did not become quiet within {waited} after the last record was sent"
        missing = expected - self._arrived(recognised)
        return True, f"{format_count(missing)} of {format_count(expected)} records did not come out within {waited}"

    def _arrived(self, recognised: bool) -> int:
        totals = self._meters.totals()
        return totals.distinct if recognised else totals.consumed - totals.excluded_consumed

    async def finish(self) -> None:
        """Makes sure that the send loop has ended, whatever happened."""
        if self._thread.is_alive():
            self._thread.abandon()
            await asyncio.to_thread(self._thread.join, 5.0)
