"""Whether the records that come out carry PipeGen's header, where the SQL promises it. Pure."""

from __future__ import annotations

from typing import Final

from pipegen.hotpath import Totals

WITHOUT_HEADER: Final = (
    "records come out without PipeGen's header: the SQL fills the headers column of the output with something else"
)


def comes_without_header(latency_source: str | None, totals: Totals) -> bool:
    """Whether records came out and none of them had a header, though the SQL was understood to carry it.

    Args:
        latency_source: What output records are timed by, as far as the SQL tells.
        totals: What was read from the output so far.
    """
    nothing_marked = totals.unmeasured == totals.consumed and totals.probes == 0
    return latency_source == "header" and totals.consumed > 0 and nothing_marked
