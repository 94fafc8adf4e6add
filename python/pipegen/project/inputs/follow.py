"""Records that follow those of another input: which one each follows, and when it is due. All of it is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MILLION: Final = 1_000_000
_NS_PER_S: Final = 1_000_000_000
BLOCK_MAX: Final = 1 << 16
_BLOCKS_MIN: Final = 200


@dataclass(frozen=True, slots=True)
class Follow:
    """How an input follows another.

    The follower's event *m* is due half-way through the delay after the leader's event ``base(m)``. It carries the keys
    of an event in the same block of the leader's: the generator shuffles each block, no event is followed twice. So
    delays are spread around the middle, by as much as a block lasts.

    Attributes:
        input: Name of the input that is followed.
        columns: Pairs of columns: the leader's and the follower's.
        share: Share of the leader's records that are followed.
        delay_min_ns: The shortest delay.
        delay_max_ns: The longest.
    """

    input: str
    columns: tuple[tuple[str, str], ...]
    share: float
    delay_min_ns: int
    delay_max_ns: int

    @property
    def share_ppm(self) -> int:
        """The share in millionths, as the generator takes it."""
        return max(round(self.share * _MILLION), 1)

    @property
    def offset_ns(self) -> int:
        """How much later than ``base(m)`` the event *m* is due."""
        return (self.delay_min_ns + self.delay_max_ns) // 2

    def base(self, event: int) -> int:
        """The leader's event that says when the follower's is due."""
        return event * _MILLION // self.share_ppm

    def total(self, leaders: int) -> int:
        """How many events follow so many."""
        return -(-leaders * self.share_ppm // _MILLION)

    def block(self, lowest_rate_per_s: float, leaders: int | None = None) -> int:
        """How many of the leader's events are shuffled, so that delays keep to their limits.

        Args:
            lowest_rate_per_s: The lowest rate of the leader's plan; with 0 the delay is always the middle one.
            leaders: How many events the leader has, where that is known: of its last block, events that never come may
                be followed, so a block is at most a small part of them.
        """
        room = (self.delay_max_ns - self.delay_min_ns) // 2
        events = int(lowest_rate_per_s * room / _NS_PER_S)
        if leaders is not None:
            events = min(events, leaders // _BLOCKS_MIN)
        return min(1 << (events.bit_length() - 1), BLOCK_MAX) if events > 1 else 1
