"""Consumer groups: what they committed, how far behind they are in records and in seconds, and the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipegen.errors import KafkaError
from pipegen.observe.burrow import PartitionJudge, worst
from pipegen.observe.counter import ChangeRate
from pipegen.observe.trend import Trend
from pipegen.observe.uncommitted import Place, Uncommitted, UncommittedBook
from pipegen.services.kafka import NO_RIGHT
from pipegen.services.kafka_survey import Group, KafkaSurvey, Spot
from pipegen.snapshot import ConsumerGroup, GroupPartition
from pipegen.snapshot.kafka import GroupKind
from pipegen.units import format_count

MOST_GROUPS: Final = 20
_MOST_READS: Final = 16
_MOST_SHOWN: Final = 64
_WINDOW_S: Final = 10.0
_FLINK_WINDOW_S: Final = 30.0
_INTERVALS: Final = 3


@dataclass(slots=True)
class _History:
    """What is remembered of one group."""

    judges: dict[Spot, PartitionJudge] = field(default_factory=dict)
    trend: Trend = field(default_factory=Trend)
    committed: ChangeRate = field(default_factory=ChangeRate)
    moved_without_members: bool = False
    reads_uncommitted: bool = False
    committed_once: bool = False


class GroupWatch:
    """Follows groups from look to look.

    Args:
        survey: Client to ask with.
        kinds: Groups of known kind; any other is ``other``.
        checkpoint_interval_s: How often Flink commits; None when not known.
        most_reads: Partitions that one look may read to tell records from markers and to find lag in seconds.
    """

    def __init__(
        self,
        survey: KafkaSurvey,
        *,
        kinds: Mapping[str, GroupKind],
        checkpoint_interval_s: Callable[[], float | None] = lambda: None,
        most_reads: int = _MOST_READS,
    ) -> None:
        self._survey = survey
        self._kinds = kinds
        self._interval_s = checkpoint_interval_s
        self._book = UncommittedBook(survey, most_reads=most_reads)
        self._histories: dict[str, _History] = {}
        self._refused: dict[str, KafkaError] = {}

    def look(self, groups: Sequence[Group]) -> tuple[ConsumerGroup, ...]:
        """One look at the groups.

        Raises:
            KafkaError: when no coordinator answers.
        """
        committed = self._committed(groups)
        spots = {spot for offsets in committed.values() for spot in offsets}
        # Ends after commits: the lag may then be a little too high, never too low.
        ends = self._survey.offsets(sorted(spots), "end")
        stable = self._stable(committed, ends)
        self._look_into(committed, ends, stable)
        now_s = time.monotonic()
        return tuple(self._group(group, committed.get(group.id), ends, stable, now_s) for group in groups)

    def _stable(self, committed: Mapping[str, Mapping[Spot, int]], ends: Mapping[Spot, int]) -> dict[Spot, int]:
        """Ends for readers of committed records, of the partitions where there is lag; never beyond ``ends``."""
        behind = {
            spot for offsets in committed.values() for spot, offset in offsets.items() if offset < ends.get(spot, 0)
        }
        return {
            spot: min(offset, ends[spot]) for spot, offset in self._survey.offsets(sorted(behind), "stable").items()
        }

    def _look_into(
        self, committed: Mapping[str, Mapping[Spot, int]], ends: Mapping[Spot, int], stable: Mapping[Spot, int]
    ) -> None:
        places = [
            self._place(self._history(group_id), spot, offset, ends[spot], stable)
            for group_id, offsets in committed.items()
            for spot, offset in offsets.items()
            if spot in ends
        ]
        self._book.look(places, open_topics={spot[0] for spot, offset in stable.items() if offset < ends[spot]})

    @staticmethod
    def _place(history: _History, spot: Spot, offset: int, end: int, stable: Mapping[Spot, int]) -> Place:
        """Where a group stands; one that was once past an open transaction does not wait for its end."""
        reach = stable.get(spot, end)
        history.reads_uncommitted |= offset > reach
        return Place(spot, offset, end if history.reads_uncommitted else reach)

    def _history(self, group_id: str) -> _History:
        return self._histories.setdefault(group_id, _History())

    def _committed(self, groups: Sequence[Group]) -> dict[str, dict[Spot, int]]:
        found: dict[str, dict[Spot, int]] = {}
        failure: KafkaError | None = None
        self._refused.clear()
        for group in groups:
            try:
                found[group.id] = self._survey.committed(group.id)
            except KafkaError as error:
                failure = error
                self._refused[group.id] = error
        if failure is not None and not found:
            raise failure
        return found

    def _group(
        self,
        group: Group,
        committed: Mapping[Spot, int] | None,
        ends: Mapping[Spot, int],
        stable: Mapping[Spot, int],
        now_s: float,
    ) -> ConsumerGroup:
        history = self._history(group.id)
        kind = self._kinds.get(group.id, "other")
        partitions = []
        if committed:
            total = sum(committed.values())
            history.moved_without_members |= (
                not group.members and history.committed.seen and total != history.committed.value
            )
            at_checkpoints = kind == "flink" or history.moved_without_members
            window_s = self._window_s(at_checkpoints=at_checkpoints)
            history.committed.update(total, round(now_s * 1e9), window_s * 1e9)
            partitions = [
                self._partition(
                    history,
                    self._place(history, spot, offset, ends[spot], stable),
                    ends[spot],
                    window_s,
                    now_s,
                    bool(group.members),
                )
                for spot, offset in committed.items()
                if spot in ends
            ]
            history.committed_once = True
            lag = _lag(partitions)
            if lag is not None:
                history.trend.add(lag, now_s=now_s)
        partitions.sort(key=lambda part: (part.lag is not None, -(part.lag or 0), part.topic, part.partition))
        lag_s, why = _worst_seconds(partitions)
        if not partitions:
            why = self._why_none(group.id, history, committed)
        return ConsumerGroup(
            id=group.id,
            kind=kind,
            state=group.state,
            members=group.members,
            as_of_checkpoint=kind == "flink" or history.moved_without_members,
            committed_total=sum(committed.values()) if committed else None,
            commit_rate_per_s=_rounded(history.committed.rate_per_s),
            lag=_lag(partitions),
            lag_note=_lag_note(partitions) if partitions else why,
            lag_s=lag_s,
            lag_s_reason=why,
            lag_trend_per_s=_rounded(history.trend.slope_per_s()),
            verdict=worst(part.verdict for part in partitions),
            partitions=partitions[:_MOST_SHOWN],
        )

    def _why_none(self, group_id: str, history: _History, committed: Mapping[Spot, int] | None) -> str:
        """Why the committed offsets of a group are unknown."""
        refused = self._refused.get(group_id)
        if refused is not None and refused.code.kafka in NO_RIGHT:
            return f"its committed offsets are hidden: this user lacks DESCRIBE on group {group_id}"
        if refused is not None:
            return refused.message
        if committed:
            return "the topics of its committed offsets do not exist, or this user lacks DESCRIBE on them"
        if history.committed_once:
            return "its committed offsets are gone: its topics were deleted or recreated, or the offsets expired"
        return "the group has committed nothing yet"

    def _partition(
        self, history: _History, place: Place, end: int, window_s: float, now_s: float, has_members: bool
    ) -> GroupPartition:
        beyond = place.committed - end
        if beyond > 0:
            return _beyond_the_end(place, end)
        uncommitted = self._book.of(place)
        judge = history.judges.setdefault(place.spot, PartitionJudge())
        judge.shortest_window_s = window_s
        if not uncommitted.waiting:
            judge.see(now_s=now_s, committed=place.committed, lag=uncommitted.lag)
        lag_s, why = self._seconds(uncommitted)
        return GroupPartition(
            topic=place.spot[0],
            partition=place.spot[1],
            committed_offset=place.committed,
            end_offset=end,
            lag=uncommitted.lag,
            markers=uncommitted.markers,
            open_offsets=max(0, end - max(place.reach, place.committed)),
            lag_s=lag_s,
            lag_s_reason=why,
            verdict=judge.verdict(has_members=has_members),
        )

    def _seconds(self, uncommitted: Uncommitted) -> tuple[float | None, str | None]:
        if uncommitted.lag == 0:
            return 0.0, None
        if uncommitted.oldest_at_ms is not None:
            return round(time.time() - uncommitted.oldest_at_ms / 1000, 3), None
        if uncommitted.waiting:
            return None, f"at most {self._book.most_reads} partitions are read at a time: those that stand still first"
        return None, "the record at the committed offset could not be read"

    def _window_s(self, *, at_checkpoints: bool) -> float:
        if not at_checkpoints:
            return _WINDOW_S
        return max(_FLINK_WINDOW_S, (self._interval_s() or 0.0) * _INTERVALS)


def unseen_group(group_id: str, kind: GroupKind, why: str) -> ConsumerGroup:
    """A requested group that Kafka does not show: every figure is null for the same reason."""
    return ConsumerGroup(
        id=group_id,
        kind=kind,
        state="unknown",
        members=None,
        as_of_checkpoint=False,
        committed_total=None,
        commit_rate_per_s=None,
        lag=None,
        lag_note=why,
        lag_s=None,
        lag_s_reason=why,
        lag_trend_per_s=None,
        verdict=None,
        partitions=[],
    )


def _beyond_the_end(place: Place, end: int) -> GroupPartition:
    """A partition whose committed offset is beyond its end offset: its lag is unknown, and it is not healthy."""
    why = (
        f"the committed offset {place.committed} is beyond the end offset {end}: the topic was recreated, or offsets "
        "were restored; the group will fall back to its auto.offset.reset"
    )
    return GroupPartition(
        topic=place.spot[0],
        partition=place.spot[1],
        committed_offset=place.committed,
        end_offset=end,
        lag=None,
        lag_s=None,
        lag_s_reason=why,
        verdict="rewound",
    )


def _lag(partitions: Sequence[GroupPartition]) -> int | None:
    """Records not committed, over the partitions; None if one is unknown."""
    known = [part.lag for part in partitions if part.lag is not None]
    return sum(known) if known and len(known) == len(partitions) else None


def _worst_seconds(partitions: Sequence[GroupPartition]) -> tuple[float | None, str | None]:
    if not partitions:
        return None, "the group has committed nothing yet"
    missing = next((part.lag_s_reason for part in partitions if part.lag_s is None), None)
    if missing is not None:
        return None, missing
    return max((part.lag_s for part in partitions if part.lag_s is not None), default=0.0), None


def _lag_note(partitions: Sequence[GroupPartition]) -> str | None:
    """Why the lag is unknown, or what it leaves out or may include besides records."""
    lost = next((part.lag_s_reason for part in partitions if part.lag is None), None)
    if lost is not None:
        return lost
    told = sum(part.markers or 0 for part in partitions)
    held = sum(part.open_offsets for part in partitions)
    notes = (
        [f"{format_count(told)} offsets without a record, such as markers of transactions, are left out"]
        if told
        else []
    )
    notes += [f"{format_count(held)} more offsets belong to open transactions"] if held else []
    if any(part.lag and part.markers is None for part in partitions):
        notes.append("it may include markers of transactions")
    return "; ".join(notes) or None


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 3)
