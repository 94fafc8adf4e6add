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
from pipegen.services.kafka_survey import Group, KafkaSurvey, Spot
from pipegen.snapshot import ConsumerGroup, GroupPartition
from pipegen.snapshot.kafka import GroupKind

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


class GroupWatch:
    """Follows groups from look to look.

    Args:
        survey: Client to ask with.
        kinds: Groups of known kind; any other is ``other``.
        checkpoint_interval_s: How often Flink commits; None when not known.
        most_reads: Records that one look may read to find lag in seconds.
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
        self._most_reads = most_reads
        self._histories: dict[str, _History] = {}
        # The time of the record at a committed offset does not change: read once, kept while the offset stands.
        self._times_ms: dict[Spot, tuple[int, int]] = {}

    def look(self, groups: Sequence[Group]) -> tuple[ConsumerGroup, ...]:
        """One look at the groups.

        Raises:
            KafkaError: when no coordinator answers.
        """
        committed = self._committed(groups)
        spots = {spot for offsets in committed.values() for spot in offsets}
        # Ends after commits: the lag may then be a little too high, never too low.
        ends = self._survey.offsets(sorted(spots), "end")
        unread = self._read_times(committed, ends)
        now_s = time.monotonic()
        return tuple(self._group(group, committed.get(group.id), ends, unread, now_s) for group in groups)

    def _committed(self, groups: Sequence[Group]) -> dict[str, dict[Spot, int]]:
        found: dict[str, dict[Spot, int]] = {}
        failure: KafkaError | None = None
        for group in groups:
            try:
                found[group.id] = self._survey.committed(group.id)
            except KafkaError as error:
                failure = error
        if failure is not None and not found:
            raise failure
        return found

    def _read_times(self, committed: Mapping[str, Mapping[Spot, int]], ends: Mapping[Spot, int]) -> set[Spot]:
        """Reads record times, of the partitions with the largest lag first; returns those beyond the cap."""
        wanted: dict[Spot, tuple[int, int]] = {}
        for offsets in committed.values():
            for spot, offset in offsets.items():
                lag = ends.get(spot, offset) - offset
                if lag > 0 and self._times_ms.get(spot, (None, 0))[0] != offset:
                    wanted[spot] = (lag, offset)
        ordered = sorted(wanted, key=lambda spot: wanted[spot], reverse=True)
        chosen = {spot: wanted[spot][1] for spot in ordered[: self._most_reads]}
        for spot, at_ms in self._survey.record_times(chosen).items():
            self._times_ms[spot] = (chosen[spot], at_ms)
        return set(ordered[self._most_reads :])

    def _group(
        self,
        group: Group,
        committed: Mapping[Spot, int] | None,
        ends: Mapping[Spot, int],
        unread: set[Spot],
        now_s: float,
    ) -> ConsumerGroup:
        history = self._histories.setdefault(group.id, _History())
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
                self._partition(history, spot, offset, ends[spot], unread, window_s, now_s, bool(group.members))
                for spot, offset in committed.items()
                if spot in ends
            ]
            if partitions:
                history.trend.add(sum(part.lag for part in partitions), now_s=now_s)
        partitions.sort(key=lambda part: (-part.lag, part.topic, part.partition))
        lag_s, why = _worst_seconds(partitions)
        return ConsumerGroup(
            id=group.id,
            kind=kind,
            state=group.state,
            members=group.members,
            as_of_checkpoint=kind == "flink" or history.moved_without_members,
            committed_total=sum(committed.values()) if committed else None,
            commit_rate_per_s=_rounded(history.committed.rate_per_s),
            lag=sum(part.lag for part in partitions) if partitions else None,
            lag_s=lag_s,
            lag_s_reason=why,
            lag_trend_per_s=_rounded(history.trend.slope_per_s()),
            verdict=worst(part.verdict for part in partitions),
            partitions=partitions[:_MOST_SHOWN],
        )

    def _partition(
        self,
        history: _History,
        spot: Spot,
        offset: int,
        end: int,
        unread: set[Spot],
        window_s: float,
        now_s: float,
        has_members: bool,
    ) -> GroupPartition:
        judge = history.judges.setdefault(spot, PartitionJudge())
        judge.shortest_window_s = window_s
        judge.see(now_s=now_s, committed=offset, end=end)
        lag_s, why = self._seconds(spot, offset, end, unread)
        return GroupPartition(
            topic=spot[0],
            partition=spot[1],
            committed_offset=offset,
            end_offset=end,
            lag=max(0, end - offset),
            lag_s=lag_s,
            lag_s_reason=why,
            verdict=judge.verdict(has_members=has_members),
        )

    def _seconds(self, spot: Spot, offset: int, end: int, unread: set[Spot]) -> tuple[float | None, str | None]:
        if end <= offset:
            return 0.0, None
        read_at, at_ms = self._times_ms.get(spot, (None, 0))
        if read_at == offset:
            return round(time.time() - at_ms / 1000, 3), None
        if spot in unread:
            return None, f"records are read for at most {self._most_reads} partitions at a time, most lag first"
        return None, "the record at the committed offset could not be read"

    def _window_s(self, *, at_checkpoints: bool) -> float:
        if not at_checkpoints:
            return _WINDOW_S
        return max(_FLINK_WINDOW_S, (self._interval_s() or 0.0) * _INTERVALS)


def _worst_seconds(partitions: Sequence[GroupPartition]) -> tuple[float | None, str | None]:
    if not partitions:
        return None, "the group has committed nothing yet"
    missing = next((part.lag_s_reason for part in partitions if part.lag_s is None), None)
    if missing is not None:
        return None, missing
    return max((part.lag_s for part in partitions if part.lag_s is not None), default=0.0), None


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 3)
