"""The figures of what is sent to several inputs as if it were one: summed, and their histograms merged."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, cast

from pipegen.hotpath import HistogramSnapshot, Meters, Totals
from pipegen.run.send.interfaces import MeterView
from pipegen.run.send.worker import SEND_LATENCIES, SUMMED, SUMMED_BY_NAME
from pipegen.snapshot.stages import StageName


class AllInputs:
    """The meters of a run with several inputs.

    Args:
        own: What comes back is counted into these.
        inputs: Those of each input.
    """

    def __init__(self, own: Meters, inputs: Sequence[Meters]) -> None:
        self._own = own
        self._inputs = inputs

    def start(self, start_ns: int) -> None:
        """Sets where second 0 begins, for each."""
        for meters in (self._own, *self._inputs):
            meters.start(start_ns)

    def totals(self) -> Totals:
        """All totals now."""
        # It has every attribute of the binding's own totals, which cannot be made in Python.
        return cast("Totals", SentTogether(self._own.totals(), [each.totals() for each in self._inputs]))

    def histogram(self, name: StageName) -> HistogramSnapshot:
        """The cumulative histogram of a latency."""
        if name not in SEND_LATENCIES:
            return self._own.histogram(name)
        merged = HistogramSnapshot.empty()
        for meters in self._inputs:
            merged = merged.merge(meters.histogram(name))
        return merged

    def sent_per_second(self) -> list[int]:
        """Records sent in each second since the start, to all inputs."""
        every = [meters.sent_per_second() for meters in self._inputs]
        return [sum(counts) for counts in itertools.zip_longest(*every, fillvalue=0)]


class SentTogether:
    """Totals of what came back, with the sums of what was sent.

    Args:
        own: What came back.
        sent: What was sent, by input.
    """

    def __init__(self, own: Totals | None, sent: Sequence[Totals]) -> None:
        self._own = own
        for name in SUMMED:
            setattr(self, name, sum(getattr(each, name) for each in sent))
        for name in SUMMED_BY_NAME:
            merged: dict[str, int] = {}
            for each in sent:
                for key, count in getattr(each, name).items():
                    merged[key] = merged.get(key, 0) + count
            setattr(self, name, merged)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)


def sent_to(inputs: Sequence[MeterView]) -> Totals:
    """What was sent to some of the inputs, summed; it says nothing of what came back."""
    return cast("Totals", SentTogether(None, [each.totals() for each in inputs]))
