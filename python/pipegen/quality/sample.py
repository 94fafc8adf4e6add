"""Evaluates rules on a sample, in a thread of its own with a bounded share of one core; readers never wait for it."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from pipegen.quality.record_values import rule_values
from pipegen.quality.tally import RuleBook
from pipegen.snapshot import Side

_WAITING_MAX: Final = 2_000
_WAITING_BYTES_MAX: Final = 16 << 20
_TURN_RECORDS: Final = 50
_BURST_S: Final = 0.1
_LOOK_S: Final = 0.05
_IDLE_S: Final = 1.0

Decode = Callable[[bytes], Any]
"""Makes a record of a valid value; raises ``ValueError`` where that cannot be done."""


class RuleThread(threading.Thread):
    """Takes values as they are offered, evenly spaced where there are too many, and asks the rules.

    Args:
        book: The rules.
        cpu_ratio: Share of one core that this may take.
        on_crash: Called with the exception when the thread ends unexpectedly.
    """

    def __init__(self, book: RuleBook, *, cpu_ratio: float, on_crash: Callable[[BaseException], None]) -> None:
        super().__init__(name="pipegen-rules", daemon=True)
        self._book = book
        self._cpu_ratio = cpu_ratio
        self._on_crash = on_crash
        self._waiting: deque[tuple[Side, str | None, Decode, bytes]] = deque()
        self._waiting_bytes = 0
        self._lock = threading.Lock()
        self._arrived = threading.Event()
        self._stopping = threading.Event()
        self._budget_s = _BURST_S

    def offer(self, side: Side, decode: Decode, values: Sequence[bytes], *, output: str | None = None) -> None:
        """Offers valid values, of one of several outputs where it is named; called by the thread that has read them."""
        if not self._book.wants(side, output):
            return
        room = _WAITING_MAX - len(self._waiting)
        if room <= 0 or not values or self._waiting_bytes > _WAITING_BYTES_MAX:
            return
        step = math.ceil(len(values) / room)
        taken = values[::step]
        with self._lock:
            self._waiting_bytes += sum(map(len, taken))
        self._waiting.extend((side, output, decode, value) for value in taken)
        self._arrived.set()

    def finish(self, timeout_s: float) -> None:
        """Asks about what still waits, without a bound on the share, and ends."""
        self._stopping.set()
        self._arrived.set()
        if self.is_alive():
            self.join(timeout_s)

    def run(self) -> None:
        """Thread body."""
        try:
            while True:
                if self._waiting:
                    self._turn()
                elif self._stopping.is_set():
                    return
                else:
                    self._arrived.wait(_IDLE_S)
                    self._arrived.clear()
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the runner must hear of it
            self._on_crash(error)

    def _turn(self) -> None:
        started_s, cpu_s = time.monotonic(), time.thread_time()
        for _ in range(min(_TURN_RECORDS, len(self._waiting))):
            side, output, decode, value = self._waiting.popleft()
            with self._lock:
                self._waiting_bytes -= len(value)
            try:
                record = rule_values(decode(value))
            except (ValueError, OverflowError) as error:
                # Valid for Avro, and yet beyond what Python can hold, such as a date in the year 20,000.
                self._book.fail(side, f"the record cannot be read for rules: {error}", output)
                continue
            self._book.judge(side, record, output)
        self._budget_s -= time.thread_time() - cpu_s
        while self._budget_s < 0 and not self._stopping.is_set():
            self._stopping.wait(min(_LOOK_S, -self._budget_s / max(self._cpu_ratio, 1e-3)))
            now_s = time.monotonic()
            self._budget_s += (now_s - started_s) * self._cpu_ratio
            started_s = now_s
        self._budget_s = min(_BURST_S, self._budget_s + (time.monotonic() - started_s) * self._cpu_ratio)
