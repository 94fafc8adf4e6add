"""A real headless Chromium for tests, and a page that notices what it must not do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 20_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; the test is skipped where there is none."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no Chromium on PATH: run `make test` as root, or `apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Path(executable), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def wait_until(page: Page, expression: str) -> None:
    """Waits for JavaScript to be true. Asks from here: the page's own policy forbids it to evaluate text by itself."""
    deadline_s = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < deadline_s, f"never true: {expression}"
        page.wait_for_timeout(50)


class Watched:
    """A page and everything it complained about or asked another host for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url, url))
        page.goto(url)

    def text(self, selector: str) -> str:
        return (self.page.locator(selector).text_content() or "").strip()

    def wait_for_text(self, selector: str, text: str) -> None:
        self.page.locator(selector, has_text=text).first.wait_for()

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def _asked(self, asked: str, url: str) -> None:
        if not asked.startswith((url, url.replace("http", "ws", 1), "data:")):
            self.foreign.append(asked)
