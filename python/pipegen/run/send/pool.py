"""Several sending processes as if they were one: started, stopped, waited for, and their figures summed and merged.

Processes, not threads: the loop in Python is bound by Python's lock, and the compiled one, which is not, is no faster
in threads (``benches/README.md``).
"""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, cast

from pipegen.errors import PipelineError
from pipegen.hotpath import HistogramSnapshot, Meters, Totals
from pipegen.run.send.worker import SEND_LATENCIES, SUMMED, SUMMED_BY_NAME, WorkerReport, WorkerSpec, worker_main
from pipegen.snapshot.stages import StageName

_READY_S = 60.0


class WorkerPool:
    """The sending processes of one run; stands where the send loop stands in a run with one sender.

    Args:
        shard_events: Events of the whole plan.
        on_crash: Called, from another thread, when a process ends unexpectedly.
    """

    def __init__(self, *, shard_events: int, on_crash: Callable[[BaseException], None]) -> None:
        self._on_crash = on_crash
        self._members: list[_Member] = []
        self.pace = PoolPace(self, shard_events)

    def prepare(self, specs: Sequence[WorkerSpec]) -> None:
        """Starts the processes and waits until each can send. Blocks for about a second.

        Raises:
            PipelineError: when one does not get ready.
        """
        context = multiprocessing.get_context("spawn")
        for spec in specs:
            ours, theirs = context.Pipe()
            process = context.Process(target=worker_main, args=(spec, theirs), name=f"pipegen-sender-{spec.index}")
            process.daemon = True
            process.start()
            theirs.close()
            self._members.append(_Member(spec.index, process, ours, self._on_crash))
        for member in self._members:
            member.await_ready()

    def start(self) -> None:
        """Starts sending, at the time that was set."""
        for member in self._members:
            member.begin(self.pace.start_ns)

    def stop(self) -> None:
        """Sends nothing more; records under way are still waited for."""
        self.pace.stopped = True
        for member in self._members:
            member.order("stop")

    def abandon(self) -> None:
        """Gives up on records under way: they count as failed."""
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

    @property
    def cpu_s(self) -> float | None:
        """CPU seconds of all send loops; None until they have ended."""
        times = [report.cpu_s for report in self.reports()]
        return sum(time for time in times if time is not None) if times and None not in times else None


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


class _Member:
    """One process: its pipe is read by a thread, so that nobody ever waits for it."""

    def __init__(
        self, index: int, process: Any, connection: Connection, on_crash: Callable[[BaseException], None]
    ) -> None:
        self._index = index
        self._process = process
        self._connection = connection
        self._on_crash = on_crash
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, name=f"pipegen-sender-{index}-reports", daemon=True)
        self.report: WorkerReport | None = None

    @property
    def pid(self) -> int | None:
        return cast("int | None", self._process.pid)

    def await_ready(self) -> None:
        failure: BaseException | None = None
        try:
            answer = self._connection.recv() if self._connection.poll(_READY_S) else None
        except EOFError:
            answer = None
        if isinstance(answer, BaseException):
            failure = answer
        elif answer != "ready":
            failure = PipelineError(f"sending process {self._index} did not get ready")
        if failure is not None:
            raise failure
        self._reader.start()

    def begin(self, start_ns: int) -> None:
        self._connection.send(start_ns)

    def order(self, order: str) -> None:
        try:
            self._connection.send(order)
        except OSError:
            return  # it has ended already

    def is_alive(self) -> bool:
        return not self._ended.is_set()

    def join(self, timeout: float | None) -> None:
        self._ended.wait(timeout)
        self._process.join(timeout)

    def close(self) -> None:
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(5.0)
        self._connection.close()

    def _read(self) -> None:
        """Body of the reading thread: reports until the process ends."""
        crash: BaseException | None = None
        try:
            while crash is None:
                message = self._connection.recv()
                if isinstance(message, WorkerReport):
                    self.report = message
                else:
                    crash = message
        except (EOFError, OSError):
            self._process.join(5.0)
            if self._process.exitcode not in {0, None} and not self._ended.is_set():
                crash = PipelineError(
                    f"sending process {self._index} ended unexpectedly (exit code {self._process.exitcode})"
                )
        self._ended.set()
        if crash is not None:
            self._on_crash(crash)


class MergedMeters:
    """The meters of a run with several sending processes: theirs for what is sent, ours for what comes back."""

    def __init__(self, own: Meters, pool: WorkerPool) -> None:
        self._own = own
        self._pool = pool

    def start(self, start_ns: int) -> None:
        """Nothing: each process starts its own."""

    def totals(self) -> Totals:
        """All totals now."""
        # It has every attribute of the binding's own totals, which cannot be made in Python.
        return cast("Totals", _MergedTotals(self._own.totals(), self._pool.reports()))

    def histogram(self, name: StageName) -> HistogramSnapshot:
        """The cumulative histogram of a latency."""
        if name not in SEND_LATENCIES:
            return self._own.histogram(name)
        merged = HistogramSnapshot.empty()
        for report in self._pool.reports():
            merged = merged.merge(HistogramSnapshot.from_hdr_base64(report.histograms[name]))
        return merged

    def sent_per_second(self) -> list[int]:
        """Records sent in each second since the start, by all processes."""
        every = [report.sent_per_second for report in self._pool.reports()]
        return [sum(counts) for counts in itertools.zip_longest(*every, fillvalue=0)]


class _MergedTotals:
    def __init__(self, own: Totals, reports: Sequence[WorkerReport]) -> None:
        self._own = own
        for name in SUMMED:
            setattr(self, name, sum(report.totals[name] for report in reports))
        for name in SUMMED_BY_NAME:
            merged: dict[str, int] = {}
            for report in reports:
                for key, count in report.totals_by_name[name].items():
                    merged[key] = merged.get(key, 0) + count
            setattr(self, name, merged)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)
