"""One of several sending processes, as the process of the run sees it: its pipe, its newest report, its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, cast

from pipegen.errors import PipelineError
from pipegen.run.send.worker import WorkerReport

_READY_S = 60.0


class Member:
    """One process: its pipe is read by a thread, so that nobody ever waits for it.

    Args:
        index: Its number.
        process: Started.
        connection: Our end of its pipe.
        on_crash: Called, from another thread, when it ends unexpectedly.
    """

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
        """Its id; of a process that has ended too."""
        return cast("int | None", self._process.pid)

    def await_ready(self) -> None:
        """Waits until it can send.

        Raises:
            PipelineError: it does not get ready.
            Exception: why it cannot.
        """
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
        """Tells it when the plan's offset 0 is."""
        self._connection.send(start_ns)

    def order(self, order: str) -> None:
        """Sends it an order."""
        try:
            self._connection.send(order)
        except OSError:
            return  # it has ended already

    def is_alive(self) -> bool:
        """Whether it still sends or waits for reports."""
        return not self._ended.is_set()

    def join(self, timeout: float | None) -> None:
        """Waits until it does not."""
        self._ended.wait(timeout)
        self._process.join(timeout)

    def close(self) -> None:
        """Ends it."""
        if self._process.is_alive():
            self._process.kill()
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
