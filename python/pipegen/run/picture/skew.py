"""Clocks that disagree: latencies below zero are counted and told, never thrown away. Pure, but for what was told."""

from __future__ import annotations

from typing import Final

from pipegen.snapshot import Latency, LatencyPart, LatencyStage
from pipegen.units import format_count

_WORDS: Final = {
    "generator_delay": "were sent before they were due",
    "ack": "were acknowledged before they were due",
    "end_to_end": "came out before they were due",
    "append": "were appended to the output before they were due, by the broker's clock",
    "output_wait": "were read before they were appended, by the broker's clock",
}


class SkewWatch:
    """Says what is new of latencies below zero."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}

    def see(self, latency: Latency) -> list[tuple[str, int, str]]:
        """Stage, number of new samples below zero and a sentence, for each stage that has some."""
        found = []
        for name, words in _WORDS.items():
            stage: LatencyStage | LatencyPart | None = getattr(latency, name)
            count = stage.negative_count if stage is not None else 0
            new = count - self._told.get(name, 0)
            if stage is None or new <= 0:
                continue
            self._told[name] = count
            least_ms = stage.total.min_ms
            by = f" by up to {-least_ms:.1f} ms" if least_ms is not None and least_ms < 0 else ""
            sentence = f"{format_count(count)} records {words}{by}: two machines' clocks disagree, or one was set back"
            found.append((name, new, sentence))
        return found
