"""PipeGen as a process of its own, in folders of its own: how much memory it takes, and what it leaves behind."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

import psutil

from tests.attacks.attack import Outcome

DEADLINE_S: Final = 120.0
_SAMPLE_S: Final = 0.02
T = TypeVar("T")


class Target:
    """A running command.

    Args:
        arguments: What follows ``pipegen``.
        folder: Where it works; its home and its temporary files lie below.
        stdin: Its input; none unless given.
        stdout: Where its output goes; into a file unless given.
        files_at_most: How many files it may have open.
        environ: Variables beside those of the tests.
    """

    def __init__(
        self,
        *arguments: str | Path,
        folder: Path,
        stdin: int = subprocess.DEVNULL,
        stdout: int | None = None,
        files_at_most: int | None = None,
        **environ: str,
    ) -> None:
        self._folder = folder
        own = {name: folder / name.lower() for name in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR")}
        for each in own.values():
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._temporary = own["TMPDIR"]
        self._out, self._err = folder / "out.txt", folder / "err.txt"

        def limit() -> None:
            if files_at_most is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files_at_most, files_at_most))

        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pipegen", *arguments],
                cwd=folder,
                env={**os.environ, "CI": "true", **{name: str(path) for name, path in own.items()}, **environ},
                stdin=stdin,
                stdout=out if stdout is None else stdout,
                stderr=err,
                start_new_session=True,
                preexec_fn=limit,  # noqa: PLW1509 -- the limit is to hold in the child alone
            )
        self._base_kb = self._peak_kb = 0
        self._ended = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._sampler.start()

    @property
    def out(self) -> bytes:
        """What it has printed."""
        return self._out.read_bytes()

    @property
    def err(self) -> str:
        """What it has said."""
        return self._err.read_text(encoding="utf-8", errors="replace")

    @property
    def port(self) -> int:
        """Where its dashboard listens."""
        return int(self.until(lambda: re.search(r"dashboard: http://127\.0\.0\.1:(\d+)", self.err), "a dashboard")[1])

    @property
    def connections(self) -> int:
        """How many connections it holds open."""
        found = psutil.Process(self.process.pid).net_connections("tcp")
        return sum(each.status == psutil.CONN_ESTABLISHED for each in found)

    def until(self, look: Callable[[], T | None], what: str) -> T:
        """Waits for something that the process does."""
        deadline_s = time.monotonic() + DEADLINE_S
        while True:
            found = look()
            if found:
                return found
            assert self.process.poll() is None, f"it ended with {self.process.returncode} before {what}: {self.err}"
            assert time.monotonic() < deadline_s, f"no {what} within {DEADLINE_S:g} s: {self.err}"
            time.sleep(_SAMPLE_S)

    def calm(self) -> None:
        """From here on memory counts as growth."""
        self._base_kb = self._peak_kb = _memory_kb(self.process.pid)

    def send(self, number: signal.Signals) -> None:
        """Sends a signal, if the process still is there."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def end(self, outcome: Outcome, *, wanted: int | set[int], number: signal.Signals | None = None) -> Outcome:
        """Ends it by a signal, or waits for its end, and says what did not hold."""
        if number is not None:
            self.send(number)
        code = self.wait(DEADLINE_S)
        outcome.exit_codes.add(code)
        outcome.growth_mb = max(outcome.growth_mb, (self._peak_kb - self._base_kb) / 1024)
        codes = {wanted} if isinstance(wanted, int) else wanted
        outcome.expect(code in codes, f"exit code {code}: {self.err[-500:]}")
        told = self.err + self.out.decode(errors="replace")
        outcome.expect("unexpected error" not in told, f"an unexpected error: {told[-500:]}")
        outcome.expect("Traceback" not in told, f"a traceback: {told[-500:]}")
        outcome.expect(len(self.err) < 100_000, f"{len(self.err)} characters on the terminal")
        outcome.left += self._left()
        return outcome

    def wait(self, seconds: float) -> int:
        """The exit code; fails where there is none in time."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not end within {seconds:g} s: {self.err[-500:]}") from None
        finally:
            self._ended.set()
            self._sampler.join()

    def close(self) -> None:
        """Ends it whatever happens."""
        self.send(signal.SIGKILL)
        with suppress(AssertionError):
            self.wait(DEADLINE_S)

    def _left(self) -> list[str]:
        """Processes of its session, and temporary files."""
        left = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                if os.getsid(process.pid) == self.process.pid:
                    left.append(" ".join(process.cmdline()) or process.name())
        return left + [f"temporary file {path.name}" for path in self._temporary.iterdir()]

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            self._peak_kb = max(self._peak_kb, _memory_kb(self.process.pid))


def _memory_kb(pid: int) -> int:
    """The memory that a process holds for itself; files that it has mapped are the system's."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    return 0


@contextmanager
def started(*arguments: str | Path, folder: Path, **options: object) -> Iterator[Target]:
    """A command that is gone at the end of the block."""
    target = Target(*arguments, folder=folder, **options)  # type: ignore[arg-type]
    try:
        yield target
    finally:
        target.close()
