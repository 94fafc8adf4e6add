"""What PipeGen uses is what all its processes use."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import psutil

from pipegen.observe import SystemCollector


def test_sending_processes_are_counted_while_they_live() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as sender:
        collector = SystemCollector(senders=lambda: [sender.pid])
        alone = psutil.Process().memory_info().rss
        both = asyncio.run(collector.collect()).value
        assert both is not None
        assert both.processes == 2
        assert both.rss_bytes > alone
        assert both.cpu_ratio is None
        sender.communicate(b"\n")
    after = asyncio.run(collector.collect()).value
    assert after is not None
    assert after.processes == 1
    assert after.cpu_ratio is not None
