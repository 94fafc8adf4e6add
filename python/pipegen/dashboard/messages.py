"""The newest records that were looked at, in bounded memory; forgets those of an earlier run. Lives on the loop."""

from __future__ import annotations

from typing import Final

from pipegen.bus import MessagesSeen
from pipegen.snapshot.messages import Direction, RecentMessages, SeenMessage

_EACH_WAY: Final = 25
_NONE_YET: Final = "No record was seen in the pipeline's topics yet."

_Place = tuple[str, int, int]


class MessageLog:
    """At most 25 records of each direction.

    Args:
        left_out: Why no messages are shown, where that is on purpose.
    """

    def __init__(self, *, left_out: str | None = None) -> None:
        self._left_out = left_out
        self._run_id: str | None = None
        self._at: str | None = None
        self._seen: dict[Direction, dict[_Place, SeenMessage]] = {}

    def add(self, seen: MessagesSeen) -> None:
        """Takes a look over; a record that is there already counts once."""
        if self._left_out is not None:
            return
        if seen.run_id != self._run_id:
            self._run_id = seen.run_id
            self._seen = {}
        self._at = seen.at
        for message in seen.messages:
            known = self._seen.setdefault(message.direction, {})
            known[message.topic, message.partition, message.offset] = message
            while len(known) > _EACH_WAY:
                del known[min(known, key=lambda place: _age(known[place]))]

    def recent(self) -> RecentMessages:
        """All that is kept, the newest first."""
        messages = sorted((each for known in self._seen.values() for each in known.values()), key=_age, reverse=True)
        reason = None if messages else self._left_out or _NONE_YET
        return RecentMessages(run_id=self._run_id, at=self._at, messages=messages, reason=reason)


def _age(message: SeenMessage) -> tuple[str, int]:
    return message.at or "", message.offset
