"""Records told apart by their header, whose layout only the core knows (``header.rs``)."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen._native import is_of_load


def of_load(values: Sequence[bytes | None], headers: Sequence[bytes | None], *, run: int) -> list[bytes | None]:
    """The values of a run's load: without those of probes and of other runs.

    Args:
        values: Of records.
        headers: The `pipegen` header of each. Without one nobody can tell, and the value stays.
        run: The run.
    """
    return [
        value for value, header in zip(values, headers, strict=True) if header is None or is_of_load(header, run=run)
    ]
