"""Records told apart by their header, whose layout only the core knows (``header.rs``)."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen._native import is_probe


def without_probes(values: Sequence[bytes | None], headers: Sequence[bytes | None]) -> list[bytes | None]:
    """The values that are no probe's: a probe is no part of the load.

    Args:
        values: Of records.
        headers: The `pipegen` header of each; None where it has none.
    """
    return [value for value, header in zip(values, headers, strict=True) if header is None or not is_probe(header)]
