"""What PipeGen uses is what all its processes use."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

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


def test_the_disk_of_a_stack_is_what_lies_in_its_folder_and_what_is_free_there(tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka" / "segment").write_bytes(b"1" * 1_000_000)
    of_stack = asyncio.run(SystemCollector(stack_dir=lambda: tmp_path).collect()).value
    assert of_stack is not None
    assert 1_000_000 <= (of_stack.stack_disk_bytes or 0) < 2_000_000
    assert of_stack.stack_disk_free_bytes is not None
    without = asyncio.run(SystemCollector(stack_dir=lambda: tmp_path / "gone").collect()).value
    assert without is not None
    assert (without.stack_disk_bytes, without.stack_disk_free_bytes) == (None, None)
