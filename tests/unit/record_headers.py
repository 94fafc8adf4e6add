"""The `pipegen` header of records, packed apart from the code that is tested."""

from __future__ import annotations

import struct
from typing import Final

HEADER: Final = struct.Struct(">BBHIQqQ")
"""Version, flags, input, worker, number, due µs, run."""


def record_header(due_us: int, number: int, worker: int = 0, *, run: int = 0, source: int = 0) -> bytes:
    """The header of a record of the load."""
    return HEADER.pack(2, 0, source, worker, number, due_us, run)
