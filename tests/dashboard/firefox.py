"""A real headless Firefox for tests, spoken to by WebDriver BiDi, which it has built in: no driver is needed."""

from __future__ import annotations

import base64
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import CloseConnection, Event, Message, Request
from wsproto.events import TextMessage as Text

WAIT_S = 60
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One tab, and what it complained about and asked for."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), WAIT_S)
        self._connection = WSConnection(ConnectionType.CLIENT)
        self._number = 0
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._socket.sendall(self._connection.send(Request(host=f"127.0.0.1:{port}", target="/session")))
        self._receive()
        self.tell("session.new", capabilities={})
        self.tell("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self._tab = self.tell("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str, width: int, height: int) -> None:
        """Opens an address in a window of a size."""
        viewport = {"width": width, "height": height}
        self.tell("browsingContext.setViewport", context=self._tab, viewport=viewport)
        self.tell("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, a text or a number."""
        answer = self.tell("script.evaluate", expression=expression, target={"context": self._tab}, awaitPromise=True)
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Waits until an expression is true."""
        deadline = time.monotonic() + WAIT_S
        while self.evaluate(expression) is not True:
            assert time.monotonic() < deadline, f"{expression} did not become true; {self.complaints}"

    def screenshot(self, path: Path) -> None:
        """Saves what the tab shows."""
        path.write_bytes(base64.b64decode(self.tell("browsingContext.captureScreenshot", context=self._tab)["data"]))

    def tell(self, method: str, **params: Any) -> Any:
        """Gives an order and returns the answer to it."""
        self._number += 1
        order = json.dumps({"id": self._number, "method": method, "params": params})
        self._socket.sendall(self._connection.send(Text(data=order)))
        text = ""
        while True:
            for event in self._receive():
                assert not isinstance(event, CloseConnection), "Firefox has closed"
                if not isinstance(event, Message):
                    continue
                text += str(event.data)
                if event.message_finished:
                    told, text = json.loads(text), ""
                    if told.get("id") == self._number:
                        assert told["type"] == "success", told
                        return told["result"]
                    self._note(told)

    def close(self) -> None:
        """Ends the session."""
        self._socket.close()

    def _receive(self) -> list[Event]:
        self._connection.receive_data(self._socket.recv(65536) or None)
        return list(self._connection.events())

    def _note(self, told: dict[str, Any]) -> None:
        params = told.get("params", {})
        if told.get("method") == "log.entryAdded" and params["level"] in {"error", "warn"}:
            self.complaints.append(params["text"])
        elif told.get("method") == "network.beforeRequestSent":
            self.requests.append(params["request"]["url"])


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Starts the machine's own Firefox with a new profile; the test is skipped where there is none."""
    executable = shutil.which("firefox-esr") or shutil.which("firefox")
    if executable is None:
        pytest.skip("no Firefox on PATH: run `make test` as root, or `apt-get install firefox-esr`")
    profile = folder / "profile"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    log = folder / "firefox.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [executable, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
            stdout=written,
            stderr=written,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
    try:
        browser = Firefox(_port(process, log))
        yield browser
        browser.close()
    finally:
        process.terminate()
        process.wait(WAIT_S)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + WAIT_S
    while (found := re.search(r"BiDi listening on ws://\S+?:(\d+)", log.read_text())) is None:
        assert process.poll() is None, f"Firefox ended: {log.read_text()}"
        assert time.monotonic() < deadline, f"Firefox says nothing of its port: {log.read_text()}"
        time.sleep(0.05)
    return int(found[1])
