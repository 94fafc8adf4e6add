"""What Python knows of the record header, whose layout is that of the core (``header.rs``). Makes no header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

HEADER_NAME: Final = "pipegen"
"""The name of the header on every record."""
_HEADER_BYTES: Final = 20
_PROBE_WORKER: Final = b"\xff\xff\xff\xff"


def without_probes(values: Sequence[bytes | None], headers: Sequence[bytes | None]) -> list[bytes | None]:
    """The values that are no probe's: a probe is no part of the load.

    Args:
        values: Of records.
        headers: The `pipegen` header of each; None where it has none.
    """
    return [
        value
        for value, header in zip(values, headers, strict=True)
        if header is None or len(header) != _HEADER_BYTES or not header.endswith(_PROBE_WORKER)
    ]
