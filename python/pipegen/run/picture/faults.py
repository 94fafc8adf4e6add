"""The faults on purpose as the contract shows them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.config.records import FAULT_NAMES, UNREADABLE_FAULTS
from pipegen.hotpath import Totals
from pipegen.snapshot import Explained, FaultMetrics, InjectedFault


def faults(shares: Mapping[str, float], totals: Totals) -> Explained[FaultMetrics]:
    """Every fault that is asked for, with how many records had it."""
    section = FaultMetrics(
        injected_total=sum(totals.injected.values()),
        excluded_total=totals.excluded_delivered,
        excluded_consumed_total=totals.excluded_consumed,
        kinds=[
            InjectedFault(
                name=name,
                share=shares[name],
                injected_total=totals.injected.get(name, 0),
                delivered_total=totals.injected_delivered.get(name, 0),
                expected_out=name not in UNREADABLE_FAULTS,
            )
            for name in FAULT_NAMES
            if name in shares
        ],
    )
    return Explained.known(section)
