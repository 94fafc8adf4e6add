"""Small summaries of a column that stay small however long it is: how many different values, and the most frequent.

Repeatable: the same values give the same summary, whatever the process.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

_KEPT_HASHES: Final = 4096
_HASH_RANGE: Final = 2**64
_KEPT_VALUES: Final = 1000


class DistinctSketch:
    """How many different values there are: exact up to 4,096, then within about 2 % (k minimum hashes)."""

    def __init__(self) -> None:
        self._hashes: set[int] = set()
        self._ceiling = _HASH_RANGE
        self._exact = True

    def add(self, values: Iterable[str]) -> None:
        """Takes values, whether they came before or not."""
        for value in values:
            digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            number = int.from_bytes(digest, "big")
            if number < self._ceiling:
                self._hashes.add(number)
        if len(self._hashes) > _KEPT_HASHES:
            kept = sorted(self._hashes)[:_KEPT_HASHES]
            self._hashes, self._ceiling, self._exact = set(kept), kept[-1] + 1, False

    @property
    def exact(self) -> bool:
        """Whether the count is exact."""
        return self._exact

    @property
    def count(self) -> int:
        """How many different values, exactly or nearly."""
        if self._exact:
            return len(self._hashes)
        return round((len(self._hashes) - 1) * _HASH_RANGE / self._ceiling)


class FrequentSketch:
    """The most frequent values (Misra and Gries): exact up to 1,000 different ones, then at most 0.1 % too low."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, counts: Mapping[str, int]) -> None:
        """Takes values with how often each came."""
        self._counts.update(counts)
        if len(self._counts) > _KEPT_VALUES:
            cut = sorted(self._counts.values(), reverse=True)[_KEPT_VALUES]
            self._counts = Counter({value: count - cut for value, count in self._counts.items() if count > cut})

    def most_frequent(self, limit: int) -> list[tuple[str, int]]:
        """Values and counts, the most frequent first, equals in order of the alphabet."""
        return sorted(self._counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
