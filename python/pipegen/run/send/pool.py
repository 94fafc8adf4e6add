"""Several sending processes as if they were one: started, stopped and waited for.

Processes, not threads: the loop in Python is bound by Python's lock, and the compiled one, which is not, is no faster
in threads (``benches/README.md``).
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.resource_tracker import ensure_running

from pipegen.hotpath import Meters
from pipegen.run.race import to_its_end
from pipegen.run.send.interfaces import MeterView, SendInput, SendLoop
from pipegen.run.send.member import Member
from pipegen.run.send.merged_meters import MergedMeters
from pipegen.run.send.worker import InputReport, WorkerReport, WorkerSpec, worker_main
from pipegen.run.spec import RunSpec
from pipegen.signals import unheard_by_children


class WorkerPool:
    """The sending processes of one run; once they are ready it stands where the send loop stands in a run with one.

    Args:
        spec: The run.
        run_mark: The run in every record's header.
        on_crash: Called, from another thread, when a process ends unexpectedly.
    """

    def __init__(self, spec: RunSpec, *, run_mark: int, on_crash: Callable[[BaseException], None]) -> None:
        self._spec = spec
        self._run_mark = run_mark
        self._on_crash = on_crash
        self._members: list[Member] = []
        self.pace = PoolPace(self, spec.schedule.total_events)
        inputs = len(spec.schedules)
        self.own_meters = Meters(worker=spec.settings.producers, run=run_mark, inputs=inputs if inputs > 1 else 0)
        self.meters = MergedMeters(self.own_meters, self._of_all)
        # Measurements of what comes back belong to the run: an input's own meters do not have them.
        self._by_input = [
            MergedMeters(self.own_meters, partial(self._of_input, number)) for number, _ in enumerate(spec.schedules)
        ]

    @property
    def by_input(self) -> Sequence[MeterView]:
        """The meters for each input."""
        return self._by_input

    async def make_loop(self, send_input: SendInput, tell: Callable[[str], None]) -> SendLoop:
        """Starts the processes and waits until each can send, about a second.

        Raises:
            PipelineError: when one does not get ready.
        """
        count = self._spec.settings.producers
        tell(f"starting {count} sending processes")
        specs = [
            WorkerSpec(
                index=index,
                count=count,
                access=send_input.access,
                topics=tuple(send_input.topics),
                inputs=tuple(send_input.inputs),
                ids=tuple(send_input.ids),
                settings=self._spec.settings,
                plan=self._spec.plan,
                run_mark=self._run_mark,
            )
            for index in range(count)
        ]
        await to_its_end(asyncio.to_thread(self._start_processes, specs))
        return self

    def start(self) -> None:
        """Starts sending, at the time that was set."""
        for member in self._members:
            member.begin(self.pace.start_ns)

    def stop(self) -> None:
        """Sends nothing more; records in flight are still waited for."""
        self.pace.stopped = True
        for member in self._members:
            member.order("stop")

    def abandon(self) -> None:
        """Gives up on records in flight: they count as failed."""
        self.pace.stopped = True
        for member in self._members:
            member.order("abandon")

    def is_alive(self) -> bool:
        """Whether any process still sends or waits for reports."""
        return any(member.is_alive() for member in self._members)

    def join(self, timeout: float | None = None) -> None:
        """Waits until none does."""
        for member in self._members:
            member.join(timeout)

    def close(self) -> None:
        """Ends whatever still runs."""
        for member in self._members:
            member.close()

    @property
    def size(self) -> int:
        """Number of processes."""
        return len(self._members)

    def pids(self) -> list[int]:
        """Process ids, from any thread; of a process that has ended too."""
        return [member.pid for member in self._members if member.pid is not None]

    def reports(self) -> list[WorkerReport]:
        """The newest report of each process that has made one."""
        return [member.report for member in self._members if member.report is not None]

    def _of_input(self, number: int) -> list[InputReport]:
        return [report.inputs[number] for report in self.reports()]

    def _of_all(self) -> list[InputReport]:
        return [each for report in self.reports() for each in report.inputs]

    @property
    def cpu_s(self) -> float | None:
        """CPU seconds of all send loops; None until they have ended."""
        times = [report.cpu_s for report in self.reports()]
        return sum(time for time in times if time is not None) if times and None not in times else None

    def _start_processes(self, specs: Sequence[WorkerSpec]) -> None:
        context = multiprocessing.get_context("spawn")
        with unheard_by_children():
            # Started with the first process else, and then it lets the others hear Ctrl-C.
            ensure_running()
        for spec in specs:
            ours, theirs = context.Pipe()
            process = context.Process(target=worker_main, args=(spec, theirs), name=f"pipegen-sender-{spec.index}")
            process.daemon = True
            with unheard_by_children():
                process.start()
            theirs.close()
            self._members.append(Member(spec.index, process, ours, self._on_crash))
        for member in self._members:
            member.await_ready()


class PoolPace:
    """How far all processes together are; stands where a pacer stands in a run with one sender."""

    def __init__(self, pool: WorkerPool, shard_events: int) -> None:
        self._pool = pool
        self.shard_events = shard_events
        self.start_ns = 0
        self.stopped = False

    def start(self, start_ns: int, /) -> None:
        """Sets when the plan's offset 0 is, as epoch time."""
        self.start_ns = start_ns

    @property
    def exhausted(self) -> bool:
        """Whether every process has sent its part of the plan."""
        reports = self._pool.reports()
        return len(reports) == self._pool.size > 0 and all(report.sending_done for report in reports)

    @property
    def late_total(self) -> int:
        """Records sent late, of all processes."""
        return sum(report.late_total for report in self._pool.reports())

    @property
    def skipped_total(self) -> int:
        """Records skipped, of all processes."""
        return sum(report.skipped_total for report in self._pool.reports())
