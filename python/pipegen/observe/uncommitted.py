"""What lies between a group's committed offset and the end: records, or only markers of transactions.

Offsets alone do not tell. Each transaction that ends puts a marker into every partition it wrote to, and a reader that
commits the offset behind its last record never gets past the last marker. So the stretch is looked into, within bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pipegen.services.kafka_survey import Found, KafkaSurvey, Spot, Stretch

_MOST_COUNTED: Final = 200
"""Records of one partition that are counted to tell them from markers."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a group stands in a partition.

    Attributes:
        spot: The partition.
        committed: Its committed offset.
        reach: Offset behind the last record that it can read.
    """

    spot: Spot
    committed: int
    reach: int


@dataclass(frozen=True, slots=True)
class Uncommitted:
    """What a group has not committed of one partition.

    Attributes:
        lag: Records; where they could not be told from markers, all offsets.
        markers: Offsets that hold no record for a reader; None where they were not told apart.
        oldest_at_ms: Timestamp of the oldest record (epoch ms); None without one, and where it is not known.
        waiting: Whether it has still to be looked into: other partitions came first.
    """

    lag: int
    markers: int | None
    oldest_at_ms: int | None
    waiting: bool = False


class UncommittedBook:
    """Looks into the stretches of all groups, from look to look; what was seen is kept while the offset stands.

    Args:
        survey: Client to read with.
        most_reads: Partitions that one look may read.
    """

    def __init__(self, survey: KafkaSurvey, *, most_reads: int) -> None:
        self._survey = survey
        self.most_reads = most_reads
        self._found: dict[tuple[Spot, int], Found] = {}
        self._stood: set[tuple[Spot, int]] = set()
        self._tried: set[tuple[Spot, int]] = set()
        self._with_markers: set[str] = set()

    def look(self, places: Iterable[Place], *, open_topics: Iterable[str]) -> None:
        """Reads what is needed: where an offset stands still first, because a verdict may hang on it, then most lag.

        Args:
            places: Where the groups stand.
            open_topics: Topics with a transaction that is open now.

        Raises:
            KafkaError: when the reader cannot be made.
        """
        self._with_markers.update(open_topics)
        behind = {(place.spot, place.committed): place for place in places if place.reach > place.committed}
        self._found = {key: found for key, found in self._found.items() if key in behind}
        self._tried &= set(behind)
        wanted = [key for key, place in behind.items() if self._needed(place)]
        # One that gave no answer comes last: the topic may be forbidden to us.
        wanted.sort(
            key=lambda key: (
                key not in self._found and key in self._tried,
                key not in self._stood,
                key[1] - behind[key].reach,
            )
        )
        chosen: dict[Spot, Place] = {}
        for key in wanted:
            # A partition is read at one offset at a time: that of another group comes at the next look.
            if len(chosen) < self.most_reads:
                chosen.setdefault(key[0], behind[key])
        self._stood = set(behind)
        self._tried.update((spot, place.committed) for spot, place in chosen.items())
        self._read(chosen)

    def of(self, place: Place) -> Uncommitted:
        """What a group has not committed, as far as it is known."""
        offsets = place.reach - place.committed
        if offsets <= 0:
            return Uncommitted(0, 0, None)
        key = (place.spot, place.committed)
        found = self._found.get(key)
        if found is None or (found.records == 0 and found.until < place.reach):
            return Uncommitted(offsets, None, None, waiting=key not in self._tried)
        if found.records is not None and found.until >= place.reach:
            records = min(found.records, offsets)
            return Uncommitted(records, offsets - records, found.first_at_ms)
        plain = found.records is None and not self._has_markers(place.spot)
        return Uncommitted(offsets, 0 if plain else None, found.first_at_ms)

    def _needed(self, place: Place) -> bool:
        found = self._found.get((place.spot, place.committed))
        if found is None or (found.records == 0 and found.until < place.reach):
            return True
        return self._countable(place) and (found.records is None or found.until < place.reach)

    def _countable(self, place: Place) -> bool:
        return self._has_markers(place.spot) and place.reach - place.committed <= _MOST_COUNTED

    def _has_markers(self, spot: Spot) -> bool:
        return spot[0] in self._with_markers

    def _read(self, chosen: Mapping[Spot, Place]) -> None:
        stretches = {
            spot: Stretch(place.committed, place.reach, count=self._countable(place)) for spot, place in chosen.items()
        }
        for spot, found in self._survey.look_into(stretches).items():
            start = chosen[spot].committed
            self._found[spot, start] = found
            if found.first_offset != start:
                self._with_markers.add(spot[0])
