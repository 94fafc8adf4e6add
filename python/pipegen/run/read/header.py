"""Whether the records that come out carry what they are to be known by, where the SQL promises it. Pure."""

from __future__ import annotations

from typing import Final

from pipegen.hotpath import Totals

WITHOUT_HEADER: Final = (
    "records come out without PipeGen's header: the SQL fills the headers column of the output with something else"
)


WITHOUT_TRACE: Final = "the values that come out in {columns} were not made by PipeGen"


def comes_unknown(latency_source: str | None, totals: Totals) -> bool:
    """Whether records came out and none of them is known, though the SQL was understood to carry a header or a trace.

    Args:
        latency_source: What output records are timed by, as far as the SQL tells.
        totals: What was read from the output so far.
    """
    nothing_marked = totals.unmeasured == totals.consumed and totals.probes == 0
    return latency_source in {"header", "trace"} and totals.consumed > 0 and nothing_marked
