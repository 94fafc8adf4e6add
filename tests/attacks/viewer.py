"""A legitimate viewer: asks again and again, as a page does, and measures how long each answer takes."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.attacks.attack import Outcome

_WAIT_S: Final = 60.0
_PERIOD_S: Final = 0.1


class Viewer:
    """One that came before the attack and keeps its connection, as browsers do.

    Args:
        port: Of the dashboard.
        token: For a dashboard that wants one.
    """

    def __init__(self, port: int, token: str | None = None) -> None:
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_WAIT_S)
        self._over = threading.Event()
        self.longest_ms = 0.0
        self.answers = 0
        self.failed: list[str] = []
        self.ask()
        self.longest_ms = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def ask(self) -> None:
        """Asks once."""
        begun_s = time.monotonic()
        try:
            self._connection.request("GET", "/healthz", headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                self.failed.append(f"a viewer was answered with {answer.status}")
            self.answers += 1
        except (OSError, http.client.HTTPException) as error:
            self.failed.append(f"a viewer was not answered: {error!r}")
        self.longest_ms = max(self.longest_ms, (time.monotonic() - begun_s) * 1000)

    def close(self) -> None:
        """Ends it."""
        self._over.set()
        self._thread.join()
        if not self.failed:
            self.ask()
        self._connection.close()

    def _watch(self) -> None:
        while not self.failed and not self._over.wait(_PERIOD_S):
            self.ask()


@contextmanager
def watching(port: int, outcome: Outcome, token: str | None = None) -> Iterator[Viewer]:
    """A viewer during the block; its delay and what it missed go into the outcome."""
    viewer = Viewer(port, token)
    try:
        yield viewer
    finally:
        viewer.close()
        outcome.delay_ms = max(outcome.delay_ms or 0.0, viewer.longest_ms)
        outcome.wrong += viewer.failed
        outcome.expect(viewer.answers > 1, "a viewer got no answer at all")
