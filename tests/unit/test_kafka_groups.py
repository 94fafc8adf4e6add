"""Consumer groups from look to look, on a double of what Kafka answers: lag in records and seconds, and the verdict."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, cast

import pytest

from pipegen.errors import FaultCode, KafkaError
from pipegen.observe.kafka import _why_unseen
from pipegen.observe.kafka_groups import GroupWatch, unseen_group
from pipegen.services.kafka_survey import Found, Group, KafkaSurvey, Spot, Stretch
from pipegen.snapshot import ConsumerGroup

A, B = ("orders", 0), ("orders", 1)


class Survey:
    """A double: what was committed, where topics end, and when records were made."""

    def __init__(self) -> None:
        self.committed_at: dict[str, dict[Spot, int]] = {}
        self.ends: dict[Spot, int] = {}
        self.ages_s: dict[Spot, float] = {}
        self.refused: set[str] = set()
        self.read: list[dict[Spot, int]] = []

    def committed(self, group_id: str) -> dict[Spot, int]:
        if group_id in self.refused:
            raise KafkaError(f"{group_id} is refused", code=FaultCode(kafka="GROUP_AUTHORIZATION_FAILED"))
        return dict(self.committed_at.get(group_id, {}))

    def offsets(self, spots: Iterable[Spot], which: str) -> dict[Spot, int]:
        assert which in ("end", "stable")
        return {spot: self.ends[spot] for spot in spots if spot in self.ends}

    def look_into(self, stretches: Mapping[Spot, Stretch]) -> dict[Spot, Found]:
        self.read.append({spot: stretch.start for spot, stretch in stretches.items()})
        now_s = time.time()
        return {
            spot: Found(None, stretch.start, round((now_s - self.ages_s[spot]) * 1000), stretch.end)
            for spot, stretch in stretches.items()
            if spot in self.ages_s
        }


@pytest.fixture
def survey() -> Survey:
    return Survey()


def watch(survey: Survey, **how: Any) -> GroupWatch:
    return GroupWatch(cast("KafkaSurvey", survey), **{"kinds": {"job": "flink"}} | how)


def one(watching: GroupWatch, name: str = "readers", members: int = 1) -> ConsumerGroup:
    """One look at one group."""
    (found,) = watching.look([Group(name, "stable", members)])
    return found


def test_lag_is_the_end_less_what_was_committed_over_all_partitions(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10, B: 20}
    survey.ends = {A: 15, B: 20}
    group = one(watch(survey))
    assert (group.id, group.kind, group.state, group.members) == ("readers", "other", "stable", 1)
    assert (group.committed_total, group.lag, group.as_of_checkpoint) == (30, 5, False)
    assert [(part.partition, part.committed_offset, part.end_offset, part.lag) for part in group.partitions] == [
        (0, 10, 15, 5),
        (1, 20, 20, 0),
    ]


def test_partitions_with_the_largest_lag_come_first(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10, B: 0, ("abc", 0): 1}
    survey.ends = {A: 11, B: 9, ("abc", 0): 2}
    shown = one(watch(survey)).partitions
    assert [(part.topic, part.partition) for part in shown] == [("orders", 1), ("abc", 0), ("orders", 0)]


def test_an_offset_beyond_the_end_offset_is_neither_zero_lag_nor_healthy(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 50_000, B: 3}
    survey.ends = {A: 12, B: 3}
    group = one(watch(survey))
    assert (group.lag, group.lag_s, group.verdict) == (None, None, "rewound")
    assert group.lag_note == group.lag_s_reason
    assert "the committed offset 50000 is beyond the end offset 12: the topic was recreated" in (group.lag_note or "")
    assert [part.lag for part in group.partitions] == [None, 0]


def test_lost_commits_are_told_from_commits_that_never_existed(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10}
    survey.ends = {A: 12}
    watching = watch(survey)
    one(watching)
    survey.committed_at["readers"] = {}
    assert (one(watching).lag_s_reason or "").startswith("its committed offsets are gone: its topics were deleted")


def test_hidden_commits_name_the_missing_permission(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10}
    survey.ends = {A: 12}
    survey.refused = {"secret"}
    shown = {group.id: group for group in watch(survey).look([Group("readers", "stable", 1), Group("secret", "x", 1)])}
    assert shown["readers"].lag == 2
    assert shown["secret"].lag_s_reason == "its committed offsets are hidden: this user lacks DESCRIBE on group secret"


@pytest.mark.parametrize(
    ("described", "refused", "listed", "says"),
    [
        (None, "GROUP_AUTHORIZATION_FAILED", False, "this user lacks DESCRIBE on group g"),
        (None, "GROUP_ID_NOT_FOUND", False, "has no group of this name, or this user lacks DESCRIBE"),
        (Group("g", "dead", 0), None, False, "has no group of this name, or this user lacks DESCRIBE"),
        (None, "NOT_COORDINATOR", True, "is refused"),
        (Group("g", "empty", 0), None, True, None),
    ],
)
def test_a_requested_group_is_shown_or_says_why_not(
    described: Group | None, refused: str | None, listed: bool, says: str | None
) -> None:
    error = None if refused is None else KafkaError("g is refused", code=FaultCode(kafka=refused))
    why = _why_unseen("g", described, error, listed)
    assert (why is None) == (says is None)
    assert (says or "") in (why or "")
    if why is not None:
        group = unseen_group("g", "other", why)
        assert (group.lag, group.lag_s_reason, group.state) == (None, why, "unknown")


def test_a_partition_whose_end_is_not_known_is_left_out(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10, B: 20}
    survey.ends = {A: 12}
    group = one(watch(survey))
    assert (len(group.partitions), group.lag, group.committed_total) == (1, 2, 30)


def test_a_group_that_has_committed_nothing_says_so(survey: Survey) -> None:
    group = one(watch(survey))
    assert (group.lag, group.committed_total, group.lag_s) == (None, None, None)
    assert group.lag_s_reason == "the group has committed nothing yet"
    assert group.verdict is None


def test_lag_in_seconds_is_the_age_of_the_oldest_record_that_waits(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10, B: 5}
    survey.ends, survey.ages_s = {A: 15, B: 6}, {A: 3.0, B: 40.0}
    group = one(watch(survey))
    assert group.lag_s == pytest.approx(40.0, abs=20)
    assert group.lag_s_reason is None
    assert {part.partition: round((part.lag_s or 0) / 40) for part in group.partitions} == {0: 0, 1: 1}


def test_the_time_of_a_record_is_read_once_while_the_offset_stands(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10}
    survey.ends, survey.ages_s = {A: 15}, {A: 3.0}
    watching = watch(survey)
    one(watching)
    one(watching)
    survey.committed_at["readers"] = {A: 11}
    one(watching)
    assert survey.read == [{A: 10}, {}, {A: 11}]


def test_at_most_so_many_records_are_read_at_a_time_and_the_others_say_so(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10, B: 10}
    survey.ends, survey.ages_s = {A: 12, B: 20}, {A: 1.0, B: 2.0}
    watching = watch(survey, most_reads=1)
    group = one(watching)
    assert survey.read == [{B: 10}]
    unread = "at most 1 partitions are read at a time: those that stand still first"
    assert {part.partition: part.lag_s_reason for part in group.partitions} == {0: unread, 1: None}
    assert (group.lag_s, group.lag_s_reason) == (None, unread)
    # Next time it is the other's turn.
    assert one(watching).lag_s_reason is None


def test_a_record_that_cannot_be_read_has_no_age(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10}
    survey.ends = {A: 12}
    assert one(watch(survey)).lag_s_reason == "the record at the committed offset could not be read"


def test_a_group_of_flinks_is_as_of_its_last_checkpoint(survey: Survey) -> None:
    survey.committed_at["job"] = {A: 10}
    survey.ends = {A: 10}
    group = one(watch(survey), "job", members=0)
    assert (group.kind, group.as_of_checkpoint) == ("flink", True)


def test_a_group_that_moves_without_members_commits_at_checkpoints(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10}
    survey.ends = {A: 20}
    watching = watch(survey)
    assert one(watching, members=0).as_of_checkpoint is False
    survey.committed_at["readers"] = {A: 12}
    assert one(watching, members=0).as_of_checkpoint is True
    assert one(watching, members=0).as_of_checkpoint is True


def test_a_group_that_moves_with_members_does_not(survey: Survey) -> None:
    survey.committed_at["readers"] = {A: 10}
    survey.ends = {A: 20}
    watching = watch(survey)
    one(watching)
    survey.committed_at["readers"] = {A: 12}
    assert one(watching).as_of_checkpoint is False


def test_one_group_that_is_refused_hides_no_other(survey: Survey) -> None:
    survey.committed_at = {"a": {A: 1}, "b": {A: 2}}
    survey.ends = {A: 5}
    survey.refused = {"a"}
    watching = watch(survey)
    refused, other = watching.look([Group("a", "stable", 1), Group("b", "stable", 1)])
    assert (refused.lag, other.lag) == (None, 3)
    survey.refused = {"a", "b"}
    with pytest.raises(KafkaError, match="b is refused"):
        watching.look([Group("a", "stable", 1), Group("b", "stable", 1)])


def looks(survey: Survey, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[float, int, int]], **how: Any) -> Any:
    """The group after looks at these seconds with these committed and end offsets."""
    name, members = how.pop("name", "readers"), how.pop("members", 1)
    watching = watch(survey, **how)
    group = None
    for at_s, committed, end in steps:
        monkeypatch.setattr(time, "monotonic", lambda at_s=at_s: at_s)
        survey.committed_at[name] = {A: committed}
        survey.ends = {A: end}
        group = one(watching, name, members)
    return group


def test_offsets_that_stand_still_for_ten_seconds_while_there_is_lag_are_stalled(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = [(0.0, 10, 10), (1.0, 10, 20)]
    assert looks(survey, monkeypatch, [*still, (11.0, 10, 20)]).verdict == "ok"
    assert looks(survey, monkeypatch, [*still, (11.5, 10, 20)]).verdict == "stalled"
    assert looks(survey, monkeypatch, [*still, (11.5, 10, 20)], members=0).verdict == "stopped"


def test_flink_is_given_three_checkpoints_and_half_a_minute_at_least(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after(seconds: float, interval_s: float | None) -> str:
        steps = [(0.0, 10, 10), (1.0, 10, 20), (1.0 + seconds, 10, 20)]
        return str(looks(survey, monkeypatch, steps, name="job", checkpoint_interval_s=lambda: interval_s).verdict)

    assert (after(30, None), after(30.5, None)) == ("ok", "stalled")
    assert (after(30.5, 1.0), after(60, 20.0), after(60.5, 20.0)) == ("stalled", "ok", "stalled")


def test_the_rate_of_commits_and_the_trend_of_the_lag_come_with_time(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [(float(second), 100 * second, 150 * second) for second in range(8)]
    group = looks(survey, monkeypatch, steps)
    assert group.commit_rate_per_s == pytest.approx(100, abs=0.001)
    assert group.lag_trend_per_s == pytest.approx(50, abs=0.001)
    first = looks(survey, monkeypatch, steps[:1])
    assert (first.commit_rate_per_s, first.lag_trend_per_s) == (None, None)
