"""The model of this machine's processor. Linux tells it in ``/proc/cpuinfo``; elsewhere Python's own, vaguer word."""

from __future__ import annotations

import platform
import re
from pathlib import Path


def processor_name() -> str | None:
    """Such as ``AMD EPYC 7763 64-Core Processor``; None where nobody tells it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or None
    match = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return match.group(1).strip() if match else None
