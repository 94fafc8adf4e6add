"""What the page costs the browser: scripting time an update and the heap, over an hour's recording played fast.

Invented snapshots, a job of 2 or of 50 vertices, in headless Chromium. Prints; judges nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.dashboard.browser import chromium
from tests.dashboard.invented import running
from tests.dashboard.invented_wide import wide
from tests.dashboard.serving import serving

PLAN_S = 3600.0
# The browser's own clock: from the start of the navigation to the frame after the one in which the figures stood.
FIRST_FIGURES = """
new MutationObserver((_, observer) => {
  const body = document.querySelector(".body");
  if (!body || body.hidden) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.firstFiguresMs = performance.now(); }));
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


def recording(second: int, vertices: int) -> dict[str, Any]:
    contents = running(second % 600, sequence=second) if vertices <= 2 else wide(second % 600, vertices=vertices)
    contents["sequence"] = second
    contents["run"] |= {"elapsed_s": float(second), "duration_s": PLAN_S}
    contents["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_795_507_200 + second))
    return contents


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(updates: int, vertices: int, tab: str) -> None:
    with serving() as dashboard, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        dashboard.publish(*(recording(second, vertices) for second in range(600)))
        page.add_init_script(FIRST_FIGURES)
        page.goto(dashboard.url)
        page.wait_for_function("() => window.firstFiguresMs > 0")
        first_ms = page.evaluate("window.firstFiguresMs")
        page.click(f"#tab-{tab}")
        protocol = page.context.new_cdp_session(page)
        # Ticks of the page's own thread: other work on the machine does not count.
        protocol.send("Performance.enable", {"timeDomain": "threadTicks"})

        def reading() -> dict[str, float]:
            return {each["name"]: each["value"] for each in protocol.send("Performance.getMetrics")["metrics"]}

        costs: list[float] = []
        heaps: list[float] = []
        before = reading()["ScriptDuration"]
        for at in range(updates):
            second = 600 + at
            dashboard.publish(recording(second, vertices))
            clock = f"{second // 60}:{second % 60:02}"
            page.wait_for_function("clock => document.querySelector('.time').textContent.startsWith(clock)", arg=clock)
            after = reading()["ScriptDuration"]
            costs.append((after - before) * 1000)
            before = after
            if at % 300 == 299:
                protocol.send("HeapProfiler.collectGarbage")
                heaps.append(reading()["JSHeapUsedSize"] / 1e6)
        frame = dashboard.get("/api/metrics")[2]
        print(f"{vertices} vertices, tab {tab}, {updates} updates after 600 s of past")
        print(
            f"  first figures painted {first_ms:.0f} ms after the address was opened; a snapshot has {len(frame)} bytes"
        )
        print(f"  scripting an update: p50 {percentile(costs, 0.5):.1f} ms, p95 {percentile(costs, 0.95):.1f} ms")
        print(f"  heap after each 300 updates, MB: {json.dumps([round(heap, 1) for heap in heaps])}")
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=3000)
    options = parser.parse_args()
    measure(options.updates, 2, "stages")
    measure(min(options.updates, 300), 50, "flink")


if __name__ == "__main__":
    main()
