"""Takes the pictures of the README from a real run, and that of its report: the example with peaks, on a local stack.

Nothing in them is invented. Needs Chromium, the development packages and two minutes; PIPEGEN_STACK_DIR names a stack
that runs already. Look at what it made: a busy machine shows.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser
from tests.dashboard.browser import chromium

from pipegen.stack import LocalStack

ROOT = Path(__file__).resolve().parent.parent
LOAD = ["--message-rate=1000", "--duration=2m", "--traffic-pattern=30s-60s:400%,75s-90s:200%"]
THRESHOLDS = ["end_to_end.p99<250ms", "lost==0", "producer.rate>=0.99*plan", "recovery<30s after peak1"]
MOMENT = "1:22"


def main() -> None:
    """Runs, waits for the moment, takes both themes, and lets the run come to its end."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        given = os.environ.get("PIPEGEN_STACK_DIR")
        stack = LocalStack(Path(given) if given else Path(name))
        try:
            endpoints = stack.up(auto_ports=True)
            where = [f"--{key.replace('_', '-')}={value}" for key, value in endpoints.model_dump().items()]
            folders = [f"--runs-dir={name}/runs", f"--reports-dir={name}/reports"]
            project = [f"--project-dir={ROOT / 'examples' / 'orders'}", *folders, "--dashboard-port=0"]
            limits = [f"--threshold={limit}" for limit in THRESHOLDS]
            command = [sys.executable, "-m", "pipegen", "run", *project, *where, *LOAD, *limits]
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
                assert run.stderr is not None  # noqa: S101 - asked for above
                said = next(line for line in run.stderr if "dashboard: http" in line)
                address = re.search(r"http://\S+", said)
                assert address is not None  # noqa: S101 - looked for above
                page = browser.new_page(viewport={"width": 1440, "height": 1150})
                page.set_default_timeout(180_000)
                page.goto(address[0])
                page.locator(".time", has_text=MOMENT).wait_for()
                for theme in ("light", "dark"):
                    page.locator(".button.theme").click()
                    page.wait_for_timeout(300)
                    page.screenshot(path=ROOT / "docs" / "pictures" / f"run-{theme}.png")
                page.close()
                for _line in run.stderr:
                    pass  # read on, so that the run never waits for us
            take_report(browser, next(Path(name, "reports").glob("*.html")))
        finally:
            if not given:
                stack.down()


def take_report(browser: Browser, path: Path) -> None:
    """The head of the run's report."""
    page = browser.new_page(viewport={"width": 1440, "height": 1480}, color_scheme="light")
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    page.screenshot(path=ROOT / "docs" / "pictures" / "report-light.png")
    page.close()


if __name__ == "__main__":
    main()
